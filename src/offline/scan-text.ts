import type { DataClass } from '../contracts/data-classes.ts';
import { detect } from '../privacy/detect.ts';
import { dataClassOf, isMaskedByDefault, TYPES } from '../privacy/types-of-data.ts';

/** A finding as `alidade pii scan --json` writes it: offsets are UTF-16 units of the text, the end exclusive. */
export interface ScannedFinding {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly score: number;
  readonly source: string;
  readonly data_class: DataClass | null;
  /** Whether it is masked unless policy says otherwise. */
  readonly masked: boolean;
}

export interface ScanTextOptions {
  readonly leastScore: number;
  /** Also findings inside others, and every type that fits a place equally well. */
  readonly nested: boolean;
}

/** All findings of a text, guesses included, in the order of the text. */
export function scanText(text: string, options: ScanTextOptions): ScannedFinding[] {
  return detect(text, options).map(({ type, start, end, score, source }) => ({
    type,
    start,
    end,
    score,
    source,
    data_class: dataClassOf(type),
    masked: isMaskedByDefault({ type, score }),
  }));
}

export interface DescribedType {
  readonly type: string;
  readonly data_class: DataClass;
  /** Least score from which it is masked; null where it never is. */
  readonly masked_from: number | null;
  readonly also_called: readonly string[];
}

/** Every type that detection can find, by name. */
export function describeTypes(): DescribedType[] {
  return [...TYPES.values()]
    .sort((a, b) => (a.type < b.type ? -1 : 1))
    .map(({ type, dataClass, maskedFrom, aliases }) => ({
      type,
      data_class: dataClass,
      masked_from: maskedFrom,
      also_called: aliases,
    }));
}
