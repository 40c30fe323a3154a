import type { DataClass } from '../contracts/data-classes.ts';

/**
 * What a finding rests on: the issuer's check digit or rule, a shape that hardly anything else has, words near it, or
 * our lists of names and places. A name of its own tells a plug-in that was asked.
 */
export type FindingSource = 'checksum' | 'pattern' | 'context' | 'list' | 'plugin';

/** Personal data or a secret at a place; offsets are UTF-16 units of the text that was given, the end exclusive. */
export interface Finding {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  /** From 0 to 1: how sure, by rule and not by frequency. */
  readonly score: number;
  readonly source: FindingSource;
}

/** A finding before overlaps are resolved; offsets are of the normalised text. */
export interface Candidate {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly score: number;
  readonly source: FindingSource;
  /** Units between it and the label that speaks for it; decides between types that fit the same number. */
  readonly distance: number;
  /** It is all that its line holds, so that nothing tells its type and every type that fits is reported. */
  readonly isolated: boolean;
}

export const NO_LABEL = 1_000_000;

/** Where recognizers put what they find. */
export class Sink {
  readonly candidates: Candidate[] = [];
  /** Nobody wants what scores less, so that recognizers need not look at what cannot score more. */
  readonly least: number;

  constructor(least = 0) {
    this.least = least;
  }

  add(type: string, start: number, end: number, score: number, source: FindingSource, distance = NO_LABEL): void {
    if (score < this.least) return;
    this.candidates.push({ type, start, end, score, source, distance, isolated: false });
  }

  addIsolated(type: string, start: number, end: number, score: number, source: FindingSource, distance: number): void {
    if (score < this.least) return;
    this.candidates.push({ type, start, end, score, source, distance, isolated: true });
  }
}

/** What is known about a type whatever finds it. */
export interface TypeFacts {
  readonly type: string;
  readonly dataClass: DataClass;
  /** Least score from which it is masked by default; null where it never is. */
  readonly maskedFrom: number | null;
  readonly aliases: readonly string[];
}
