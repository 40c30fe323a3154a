import { copyUnits, MOST_UNITS, UNITS } from './code-units.ts';

/** Classes of UTF-16 code units: what scripts, languages and token counts are estimated from. */
export const UNIT = {
  symbol: 0,
  space: 1,
  newline: 2,
  digit: 3,
  punctuation: 4,
  lower: 5,
  upper: 6,
  latinExtended: 7,
  greek: 8,
  cyrillic: 9,
  hebrew: 10,
  arabic: 11,
  devanagari: 12,
  indic: 13,
  thai: 14,
  kana: 15,
  han: 16,
  hangul: 17,
  otherLetter: 18,
  surrogate: 19,
} as const;

const UNIT_CLASSES = 20;

/** Beside the classes: how many words of Latin letters begin. A change from lower to upper case begins one too. */
export const WORD_STARTS = UNIT_CLASSES;

/** One counter per class, then WORD_STARTS. */
export type ScriptCounts = Int32Array;

export const createScriptCounts = (): ScriptCounts => new Int32Array(UNIT_CLASSES + 1);

/** Blocks of Unicode by first and last code unit. What is not listed is a symbol. */
const RANGES: readonly (readonly [first: number, last: number, unit: number])[] = [
  [0x00c0, 0x024f, UNIT.latinExtended],
  [0x1e00, 0x1eff, UNIT.latinExtended],
  [0xff21, 0xff5a, UNIT.latinExtended],
  [0x0370, 0x03ff, UNIT.greek],
  [0x1f00, 0x1fff, UNIT.greek],
  [0x0400, 0x052f, UNIT.cyrillic],
  [0x0530, 0x058f, UNIT.otherLetter],
  [0x0590, 0x05ff, UNIT.hebrew],
  [0x0600, 0x06ff, UNIT.arabic],
  [0x0750, 0x077f, UNIT.arabic],
  [0xfb50, 0xfdff, UNIT.arabic],
  [0xfe70, 0xfefc, UNIT.arabic],
  [0x0900, 0x097f, UNIT.devanagari],
  [0x0980, 0x0dff, UNIT.indic],
  [0x0e00, 0x0e7f, UNIT.thai],
  [0x0e80, 0x139f, UNIT.otherLetter],
  [0x1780, 0x17ff, UNIT.otherLetter],
  [0x1100, 0x11ff, UNIT.hangul],
  [0x3130, 0x318f, UNIT.hangul],
  [0xac00, 0xd7af, UNIT.hangul],
  [0x3041, 0x30ff, UNIT.kana],
  [0x31f0, 0x31ff, UNIT.kana],
  [0xff66, 0xff9d, UNIT.kana],
  [0x3400, 0x4dbf, UNIT.han],
  [0x4e00, 0x9fff, UNIT.han],
  [0xf900, 0xfaff, UNIT.han],
  [0xd800, 0xdfff, UNIT.surrogate],
  // Leading halves of the supplementary ideographs, U+20000 to U+323AF: one letter a pair.
  [0xd840, 0xd88c, UNIT.han],
];

/** A table over all units of what is said of their classes; written by ranges, since a start waits for it. */
export function tableOfClasses(of: (unitClass: number) => number): Uint8Array {
  const table = new Uint8Array(0x10000).fill(of(UNIT.symbol));
  table.fill(of(UNIT.punctuation), 0x21, 0x7f);
  table.fill(of(UNIT.digit), 0x30, 0x3a);
  table.fill(of(UNIT.upper), 0x41, 0x5b);
  table.fill(of(UNIT.lower), 0x61, 0x7b);
  for (const space of [0x09, 0x0b, 0x0c, 0x0d, 0x20, 0xa0, 0x3000]) table[space] = of(UNIT.space);
  table[0x0a] = of(UNIT.newline);
  for (const [first, last, unit] of RANGES) table.fill(of(unit), first, last + 1);
  // The multiplication and division signs stand among the Latin letters, the middle dot and brackets among the kana.
  for (const symbol of [0xd7, 0xf7, 0x30fb]) table[symbol] = of(UNIT.symbol);
  table.fill(of(UNIT.symbol), 0xff3b, 0xff41);
  return table;
}

const CLASS_OF = tableOfClasses((unitClass) => unitClass);

/** Class of one UTF-16 code unit. */
export const unitClass = (unit: number): number => CLASS_OF[unit] as number;

/** For a class and the one before it, 1 where a word begins: `fooBar` holds two, `FOO` and `Foo` one each. */
function wordStartTable(): Uint8Array {
  const table = new Uint8Array(UNIT_CLASSES << 5);
  for (let previous = 0; previous < UNIT_CLASSES; previous += 1) {
    const inWord = previous >= UNIT.lower && previous <= UNIT.latinExtended;
    for (const unit of [UNIT.lower, UNIT.latinExtended]) table[(previous << 5) | unit] = inWord ? 0 : 1;
    table[(previous << 5) | UNIT.upper] = previous === UNIT.upper ? 0 : 1;
  }
  return table;
}

const WORD_START = wordStartTable();

const units = UNITS;
const ONE_PASS = MOST_UNITS;

/** Adds the code units of `text` from `from` to `to` (exclusive) to `counts`. Lone surrogates are counted, never an error. */
export function countScripts(text: string, from: number, to: number, counts: ScriptCounts): void {
  const end = Math.min(to, text.length);
  for (let at = from; at < end; at += ONE_PASS) {
    const last = Math.min(end, at + ONE_PASS);
    const before = at > 0 ? (CLASS_OF[text.charCodeAt(at - 1)] as number) : UNIT.space;
    const length = copyUnits(at === 0 && last === text.length ? text : text.slice(at, last));
    countUnits(length, before, counts);
  }
}

/** Two counters a class, in turns: one that the unit before has just raised must be waited for. */
const even = new Int32Array(32);
const odd = new Int32Array(32);

/** Adds the first `length` units that were copied last. */
function countUnits(length: number, before: number, counts: ScriptCounts): void {
  let words = 0;
  let last = before;
  for (let i = 0; i + 1 < length; i += 2) {
    const one = CLASS_OF[units[i] as number] as number;
    const two = CLASS_OF[units[i + 1] as number] as number;
    even[one] = (even[one] as number) + 1;
    odd[two] = (odd[two] as number) + 1;
    words += (WORD_START[(last << 5) | one] as number) + (WORD_START[(one << 5) | two] as number);
    last = two;
  }
  if ((length & 1) === 1) {
    const unit = CLASS_OF[units[length - 1] as number] as number;
    even[unit] = (even[unit] as number) + 1;
    words += WORD_START[(last << 5) | unit] as number;
  }
  for (let unit = 0; unit < UNIT_CLASSES; unit += 1) {
    counts[unit] = (counts[unit] as number) + (even[unit] as number) + (odd[unit] as number);
    even[unit] = odd[unit] = 0;
  }
  counts[WORD_STARTS] = (counts[WORD_STARTS] as number) + words;
}

/** Letters of any script among what was counted; ideographs and syllables count one each. */
export function countLetters(counts: ScriptCounts): number {
  let letters = 0;
  for (let unit: number = UNIT.lower; unit <= UNIT.otherLetter; unit += 1) letters += counts[unit] as number;
  return letters;
}
