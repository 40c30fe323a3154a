import type { Candidate, Finding } from './finding.ts';
import { Sink } from './finding.ts';
import { normalise } from './normalise.ts';
import { resolveOverlaps } from './overlaps.ts';
import { recognizeAll } from './recognizers/recognize-all.ts';
import { View } from './view.ts';

/** UTF-16 units that one step takes at most; the caller yields between steps. */
export const MAX_SLICE = 65_536;
/** Above this a text belongs into a worker. */
export const WORKER_FROM = 262_144;
/** What a slice sees of its neighbours: labels before it, and the longest finding (a private key) behind it. */
const LOOK_BACK = 512;
const LOOK_AHEAD = 4_096;
/** A slice ends at a line end or blank within so many units before its limit, so that no word is cut. */
const CUT_WITHIN = 1_024;

export interface ScanOptions {
  /** Findings below it are left out. Default 0.5; 0 reports guesses too. */
  readonly leastScore?: number;
  /** Also places inside addresses and every type that fits a number equally well, so findings may overlap. Default false. */
  readonly nested?: boolean;
}

export interface Scanner {
  /** Scans the next slice of at most MAX_SLICE units; false when the text is done. */
  step(): boolean;
  /** What the slices so far hold, sorted, with offsets of the whole text. */
  readonly findings: Finding[];
  /** Units scanned. */
  readonly position: number;
}

/** Findings do not depend on who drives the steps or when: slices are cut by the text alone. */
export function createScanner(text: string, options: ScanOptions = {}): Scanner {
  const findings: Finding[] = [];
  let position = 0;
  /** End of the last finding: what the next slice sees again from before its start is not reported twice. */
  let reportedTo = 0;
  return {
    findings,
    get position() {
      return position;
    },
    step() {
      if (position >= text.length) return false;
      const end = sliceEnd(text, position);
      const from = position === 0 ? 0 : cutBefore(text, Math.max(0, position - LOOK_BACK), LOOK_BACK);
      const to = end === text.length ? end : Math.min(text.length, end + LOOK_AHEAD);
      for (const finding of scanWindow(from === 0 && to === text.length ? text : text.slice(from, to), options)) {
        const [start, last] = [finding.start + from, finding.end + from];
        if (start < position || start >= end || (!options.nested && start < reportedTo)) continue;
        findings.push({ ...finding, start, end: last });
        reportedTo = Math.max(reportedTo, last);
      }
      position = end;
      return position < text.length;
    },
  };
}

const isBlank = (unit: number): boolean => unit === 10 || unit === 32 || unit === 13 || unit === 9;

function cutBefore(text: string, at: number, within: number): number {
  for (let index = at; index > at - within && index > 0; index -= 1)
    if (isBlank(text.charCodeAt(index - 1))) return index;
  return at;
}

function sliceEnd(text: string, start: number): number {
  const limit = start + MAX_SLICE;
  if (limit >= text.length) return text.length;
  const end = cutBefore(text, limit, CUT_WITHIN);
  // Never between the halves of a surrogate pair.
  return (text.charCodeAt(end) & 0xfc00) === 0xdc00 ? end - 1 : end;
}

/** One scan at a time runs in a thread, so that its arrays can be used again. */
const view = new View();

/** All findings of a text of at most MAX_SLICE units, sorted: what a scanner gives in its one step. */
export function scanWindow(input: string, { leastScore = 0.5, nested = false }: ScanOptions): Finding[] {
  const { text, starts, ends } = normalise(input);
  view.read(text);
  const sink = new Sink(leastScore);
  recognizeAll(view, sink);
  if (sink.candidates.length === 0) return [];
  return resolveOverlaps(sink.candidates, { nested }).map((candidate) => toFinding(candidate, starts, ends));
}

function toFinding(
  { type, start, end, score, source }: Candidate,
  starts: Int32Array | null,
  ends: Int32Array | null,
): Finding {
  if (starts === null || ends === null) return { type, start, end, score, source };
  return { type, start: starts[start] as number, end: ends[end - 1] as number, score, source };
}
