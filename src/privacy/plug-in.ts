import type { ForeignFinding } from '../contracts/detector.ts';
import type { Candidate, Finding } from './finding.ts';
import { NO_LABEL } from './finding.ts';
import { resolveOverlaps } from './overlaps.ts';

/** Our findings and a plug-in's as one list, by the same rule: checks before labels, labels before models and lists. */
export function mergeFindings(ours: readonly Finding[], theirs: readonly ForeignFinding[], nested = false): Finding[] {
  const candidates = [...ours, ...theirs.map((finding) => ({ ...finding, source: 'plugin' as const }))].map(
    (finding): Candidate => ({ ...finding, distance: NO_LABEL, isolated: false }),
  );
  return resolveOverlaps(candidates, { nested }).map(({ type, start, end, score, source }) => ({
    type,
    start,
    end,
    score,
    source,
  }));
}
