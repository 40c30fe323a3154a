import type { Candidate, Finding } from './finding.ts';
import { NO_LABEL } from './finding.ts';
import { resolveOverlaps } from './overlaps.ts';

/**
 * A detector of somebody else's that is asked beside ours, such as a Presidio analyzer over HTTP. It lives where I/O may
 * live; types that we have too are called as we call them (see `aliases` of the types), offsets are UTF-16 units.
 */
export interface DetectorPlugIn {
  readonly name: string;
  /** Rejects where it cannot answer in time: the caller then decides whether the text may go on unscanned by it. */
  detect(text: string, signal: AbortSignal): Promise<readonly Finding[]>;
}

/** Our findings and a plug-in's as one list, by the same rule: checks before labels, labels before models and lists. */
export function mergeFindings(ours: readonly Finding[], theirs: readonly Finding[], nested = false): Finding[] {
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
