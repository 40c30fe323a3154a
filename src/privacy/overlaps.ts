import { type Candidate, NO_LABEL } from './finding.ts';

/**
 * Order in which candidates take their place: what a check or an unmistakable shape proves comes before what labels
 * say, and that before what lists and guesses say.
 */
function tierOf({ score, source }: Candidate): number {
  if (score >= 0.8 && source !== 'list') return 3;
  return score >= 0.5 ? 2 : 1;
}

const compare = (a: Candidate, b: Candidate): number =>
  tierOf(b) - tierOf(a) ||
  b.end - b.start - (a.end - a.start) ||
  Number(b.distance < NO_LABEL) - Number(a.distance < NO_LABEL) ||
  b.score - a.score ||
  a.distance - b.distance ||
  a.start - b.start ||
  (a.type < b.type ? -1 : 1);

/** Places that are worth telling apart inside an address. */
const NESTED = new Set(['city', 'region', 'country', 'postal_code']);

/** Two types fit one number equally well: alone on its line nothing tells them apart, nor do labels of both. */
function isTie(kept: Candidate, other: Candidate): boolean {
  if (kept.start !== other.start || kept.end !== other.end || kept.type === other.type) return false;
  if (kept.isolated && other.isolated) return true;
  return tierOf(kept) === tierOf(other) && kept.score === other.score && kept.distance === other.distance;
}

export interface OverlapRule {
  /** Also report places inside an address, and every type that fits a number equally well. */
  readonly nested: boolean;
}

/** Sorted by place, without overlaps but those that the rule asks for. The best of several that overlap stays. */
export function resolveOverlaps(candidates: readonly Candidate[], rule: OverlapRule): Candidate[] {
  if (candidates.length < 2) return [...candidates];
  const kept: Candidate[] = [];
  for (const group of groupsOf(candidates)) keepBest(group, rule, kept);
  return kept.sort((a, b) => a.start - b.start || b.end - a.end || b.score - a.score || (a.type < b.type ? -1 : 1));
}

/** Runs of candidates that overlap directly or through others, so that each is compared with its neighbours only. */
function groupsOf(candidates: readonly Candidate[]): Candidate[][] {
  const sorted = [...candidates].sort((a, b) => a.start - b.start);
  const groups: Candidate[][] = [];
  let group: Candidate[] = [];
  let end = -1;
  for (const candidate of sorted) {
    if (candidate.start >= end && group.length > 0) {
      groups.push(group);
      group = [];
    }
    group.push(candidate);
    end = group.length === 1 ? candidate.end : Math.max(end, candidate.end);
  }
  groups.push(group);
  return groups;
}

/** Marks which kept candidate holds each unit, so that many overlapping candidates cost no more than their length. */
function keepBest(group: Candidate[], rule: OverlapRule, kept: Candidate[]): void {
  if (group.length === 1) {
    kept.push(group[0] as Candidate);
    return;
  }
  const start = (group[0] as Candidate).start;
  const end = group.reduce((last, candidate) => Math.max(last, candidate.end), start);
  const holders = new Int32Array(end - start).fill(-1);
  group.sort(compare);
  for (const candidate of group) {
    if (!hasRoom(candidate, holders, start, rule, kept)) continue;
    const index = kept.push(candidate) - 1;
    holders.fill(index, candidate.start - start, candidate.end - start);
  }
}

function hasRoom(
  candidate: Candidate,
  holders: Int32Array,
  offset: number,
  rule: OverlapRule,
  kept: readonly Candidate[],
): boolean {
  const [from, to] = [candidate.start - offset, candidate.end - offset];
  const holder = holders[from] as number;
  for (let at = from + 1; at < to; at += 1) if (holders[at] !== holder) return false;
  if (holder === -1) return true;
  const outer = kept[holder] as Candidate;
  return rule.nested && (isTie(outer, candidate) || isInside(outer, candidate));
}

const isInside = (outer: Candidate, inner: Candidate): boolean =>
  outer.type === 'address' && NESTED.has(inner.type) && inner.start >= outer.start && inner.end <= outer.end;
