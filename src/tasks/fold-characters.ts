import { tableOfClasses, unitClass } from './scan-scripts.ts';

/**
 * One table that folds UTF-16 code units before features are taken: case, accents, full-width forms, letters of other
 * scripts that look like Latin ones. 0 means that the unit is dropped (zero-width and combining marks). It is what NFKC
 * does to single units, without allocating; letters outside the plane (mathematical bold and its like) go through
 * `normalizeRare` first. Lossy on purpose: what cannot be seen must not change a class.
 */
/** Cyrillic and Greek letters that cannot be told from Latin ones by eye. */
const LOOK_ALIKES: readonly (readonly [string, string])[] = [
  ['АВЕЅІЈКМНОРСТХУаеѕіјорсхуһԁԛԝɑɡıⅼӏ', 'abesijkmhopctxyaesijopcxyhdqwagill'],
  ['ΑΒΕΖΗΙΚΜΝΟΡΤΥΧαοντυρικ', 'abezhikmnoptyxaovtupik'],
  ['ǃ‐‑‒–—―−‘’‛“”„…′″', `!-------'''""".'"`],
];

/** Blocks whose members are looked at one by one; the rest stands for itself. */
const COMPATIBILITY_BLOCKS: readonly (readonly [first: number, last: number])[] = [
  [0x00a0, 0x024f],
  [0x1e00, 0x1eff],
  [0x2070, 0x209c],
  [0x2100, 0x217f],
  [0x2460, 0x24ff],
  [0xff01, 0xff9f],
];

/** Zero-width and direction marks, soft hyphen, combining marks, variation selectors, byte order mark. */
const DROPPED: readonly (readonly [first: number, last: number])[] = [
  [0x00ad, 0x00ad],
  [0x0300, 0x036f],
  [0x034f, 0x034f],
  [0x061c, 0x061c],
  [0x115f, 0x1160],
  [0x17b4, 0x17b5],
  [0x180b, 0x180f],
  [0x200b, 0x200f],
  [0x202a, 0x202e],
  [0x2060, 0x206f],
  [0x20d0, 0x20ff],
  [0x3164, 0x3164],
  [0xfe00, 0xfe0f],
  [0xfeff, 0xfeff],
  [0xffa0, 0xffa0],
];

function foldTable(): Uint16Array {
  const table = new Uint16Array(0x10000);
  for (let unit = 0; unit < table.length; unit += 1) table[unit] = unit;
  for (let unit = 0x41; unit <= 0x5a; unit += 1) table[unit] = unit + 32;
  for (const [first, last] of COMPATIBILITY_BLOCKS) {
    for (let unit = first; unit <= last; unit += 1) {
      const plain = String.fromCharCode(unit).normalize('NFKD').toLowerCase();
      table[unit] = plain.charCodeAt(0);
    }
  }
  for (let unit = 0x0410; unit <= 0x042f; unit += 1) table[unit] = unit + 32;
  for (let unit = 0x0391; unit <= 0x03a9; unit += 1) table[unit] = unit + 32;
  for (const [from, to] of LOOK_ALIKES) {
    for (let i = 0; i < from.length; i += 1) table[from.charCodeAt(i)] = to.charCodeAt(i);
  }
  for (const [first, last] of DROPPED) table.fill(0, first, last + 1);
  for (const [unit, letter] of [
    ['ß', 's'],
    ['ø', 'o'],
    ['Ø', 'o'],
    ['đ', 'd'],
    ['ł', 'l'],
    ['æ', 'a'],
    ['œ', 'o'],
  ] as const) {
    table[unit.charCodeAt(0)] = letter.charCodeAt(0);
  }
  return table;
}

export const FOLD: Uint16Array = foldTable();

/** Between them nothing is folded: ideographs, syllables, surrogates. A start waits for each unit that is looked at. */
const FOLDED: readonly (readonly [first: number, last: number])[] = [
  [0, 0x33ff],
  [0xf900, 0xffff],
];

function foldedClasses(): Uint8Array {
  const classes = tableOfClasses((unitClass) => unitClass);
  for (const [first, last] of FOLDED) {
    for (let unit = first; unit <= last; unit += 1) classes[unit] = unitClass(FOLD[unit] as number);
  }
  return classes;
}

/** Class (scan-scripts.ts) of what a unit is folded to, so that one look-up says it. */
export const FOLDED_CLASS: Uint8Array = foldedClasses();

/** What may be a letter that imitates a Latin one: the leading halves of those outside the plane, full-width letters. */
const RARE = /[\ud835\ud83c\uff21-\uff3a\uff40-\uff5a]/;
const OUTSIDE_THE_PLANE = /[\u{1d400}-\u{1d7ff}\u{1f130}-\u{1f189}]+/gu;
/** Full-width letters and backticks, which hide programs from what looks at the shape of a line. */
const FULL_WIDTH = /[\uff21-\uff3a\uff40-\uff5a]/;

/** What `FOLD` drops, as an expression. */
const INVISIBLE = new RegExp(
  `[${DROPPED.map(([first, last]) => `\\u{${first.toString(16)}}-\\u{${last.toString(16)}}`).join('')}]+`,
  'u',
);
const ALL_INVISIBLE = new RegExp(INVISIBLE, 'gu');

export const hasInvisible = (text: string): boolean => INVISIBLE.test(text);

/** Without characters that cannot be seen: thousands of them must not push the ask out of the windows. */
export const withoutInvisible = (text: string): string => text.replace(ALL_INVISIBLE, '');

export const hasRare = (text: string): boolean => RARE.test(text);

/** NFKC, only where a text holds letters that imitate others; Chinese marks stay what they are unless letters are wide, too. */
export function normalizeRare(text: string): string {
  if (!RARE.test(text)) return text;
  const inPlane = text.replace(OUTSIDE_THE_PLANE, (run) => run.normalize('NFKC'));
  return FULL_WIDTH.test(inPlane) ? inPlane.normalize('NFKC') : inPlane;
}
