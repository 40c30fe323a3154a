import { detectLatinLanguage } from './detect-latin-language.ts';
import { countLetters, type ScriptCounts, UNIT } from './scan-scripts.ts';

/**
 * Share of the letters above which (strictly) a text counts as Chinese, Japanese or Korean: the source article's .15.
 * It is low because an ideograph says as much as several letters, and Chinese prompts are full of Latin terms.
 */
export const CJK_SHARE = 0.15;

/** Shares for the other scripts, strictly. Greek letters are also mathematics, so they must be most of the text. */
const SCRIPT_SHARE = 0.35;
const GREEK_SHARE = 0.5;
/** Kana below this share of kana and ideographs are quotations in a Chinese text; Japanese prose holds 30 % and more. */
const KANA_SHARE = 0.1;

/** Letters from the scripts of Chinese, Japanese and Korean as a share of all letters; 0 without letters. */
export function cjkShare(counts: ScriptCounts): number {
  const letters = countLetters(counts);
  return letters === 0
    ? 0
    : ((counts[UNIT.han] as number) + (counts[UNIT.kana] as number) + (counts[UNIT.hangul] as number)) / letters;
}

function cjkLanguage(counts: ScriptCounts): string {
  const han = counts[UNIT.han] as number;
  const kana = counts[UNIT.kana] as number;
  if ((counts[UNIT.hangul] as number) > han + kana) return 'ko';
  return kana > KANA_SHARE * (han + kana) ? 'ja' : 'zh';
}

function cyrillicLanguage(prose: string): string {
  if (/[ыэъё]/i.test(prose)) return 'ru';
  if (/[іїєґ]/i.test(prose)) return 'uk';
  return /[јљњђћџ]/i.test(prose) ? 'sr' : 'ru';
}

function arabicLanguage(prose: string): string {
  if (/[ٹڈڑےں]/.test(prose)) return 'ur';
  return /[پچژگ]/.test(prose) ? 'fa' : 'ar';
}

/** Blocks of 128 code units from U+0980 on. */
const INDIC_BLOCKS: readonly string[] = ['bn', 'pa', 'gu', 'or', 'ta', 'te', 'kn', 'ml', 'si'];

function indicLanguage(prose: string): string | null {
  const first = /[\u0980-\u0dff]/.exec(prose);
  return first === null ? null : (INDIC_BLOCKS[(first[0].charCodeAt(0) - 0x980) >> 7] ?? null);
}

/**
 * ISO 639-1 of `prose`, by its script and, for Latin letters, by function words; null means unsure.
 * `counts` are the scripts of the same text.
 */
export function detectLanguage(prose: string, counts: ScriptCounts): string | null {
  const letters = countLetters(counts);
  if (letters === 0) return null;
  if (cjkShare(counts) > CJK_SHARE) return cjkLanguage(counts);
  const latin =
    (counts[UNIT.lower] as number) + (counts[UNIT.upper] as number) + (counts[UNIT.latinExtended] as number);
  if (latin === letters) return detectLatinLanguage(prose);
  const above = (unit: number, share: number): boolean => (counts[unit] as number) > share * letters;
  if (above(UNIT.cyrillic, SCRIPT_SHARE)) return cyrillicLanguage(prose);
  if (above(UNIT.arabic, SCRIPT_SHARE)) return arabicLanguage(prose);
  if (above(UNIT.devanagari, SCRIPT_SHARE)) return 'hi';
  if (above(UNIT.hebrew, SCRIPT_SHARE)) return 'he';
  if (above(UNIT.thai, SCRIPT_SHARE)) return 'th';
  if (above(UNIT.indic, SCRIPT_SHARE)) return indicLanguage(prose);
  if (above(UNIT.greek, GREEK_SHARE)) return 'el';
  return latin * 2 > letters ? detectLatinLanguage(prose) : null;
}
