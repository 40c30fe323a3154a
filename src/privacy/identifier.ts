import type { DataClass } from '../contracts/data-classes.ts';

/**
 * How much a match proves by itself. `strong`: fewer than 2 % of random characters of the same shape pass, so a match
 * is masked wherever it stands. `medium`: up to 10 % pass, so a label near it or the issuer's own separators are
 * wanted. `shape`: there is no check digit, and only a label makes it more than a guess.
 */
export type Strength = 'strong' | 'medium' | 'shape';

/** One number that an authority, bank or company issues: how it is written and what must hold for it. */
export interface Identifier {
  /** The finding's type. */
  readonly type: string;
  readonly dataClass: DataClass;
  /**
   * Lengths of its groups with the separators between them, alternatives divided by `|`: `9|3-3-3`. Separators are
   * blank, `-`, `.`, `/`, and `(` for a last group in brackets. Letters and digits count alike.
   */
  readonly forms: string;
  /** What it must look like without separators, in upper case. */
  readonly pattern: RegExp;
  /** The issuer's rule; gets the number without separators in upper case, which `pattern` has matched. */
  readonly check?: (compact: string) => boolean;
  readonly strength: Strength;
  /**
   * Fewer than 2 % of random texts with its letters and digits in their places match `pattern`: one whose check does not
   * hold is a guess, mistyped or invented, since little else looks so. Default false.
   */
  readonly rareShape?: true;
  /** Labels near it, in lower case and divided by `|`: words, phrases, and parts of words in dense scripts. */
  readonly words: string;
  /** False where the number names an organisation, or is of no use to anybody alone. Default true. */
  readonly masked?: false;
  /** What others call it, for those who compare: Presidio's entity, `country.type` of stdnum. */
  readonly aliases?: string;
}

/** The number as checks want it: separators dropped, upper case. */
export const compactIdentifier = (written: string): string => written.replace(/[\s./():+_\-–]/g, '').toUpperCase();

/** Whether a number without separators is one of this kind: its shape and its issuer's rule. */
export const isIdentifier = (identifier: Identifier, compact: string): boolean =>
  identifier.pattern.test(compact) && (identifier.check === undefined || identifier.check(compact));
