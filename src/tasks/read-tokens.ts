import { codeUnits } from './code-units.ts';
import { FOLD, FOLDED_CLASS } from './fold-characters.ts';
import { isMaterial, LINE_SHAPES, lineShape } from './line-shape.ts';
import { UNIT } from './scan-scripts.ts';
import { TOPICS } from './topics/topic-words.ts';
import { entryOf, groupsAt, pairHash, startHash, step, topicAt } from './word-groups.ts';

/** Room for every token of the two windows, one a code unit at worst. */
const TOKENS = 2_304;
/** Lines whose shape is found; those after them look like the last of them. */
const LINES = 64;
const CODE_TOKENS = 160;
const MARK_PAIRS = 256;

export const KIND = { word: 0, ideograph: 1, number: 2 } as const;

/** Tokens of one prompt, filled anew by every call; one object for all, because allocating it would cost more. */
export interface Tokens {
  length: number;
  hash: Int32Array;
  /** Groups of the lexicon, of the token and of the pairs it ends. */
  groups: Int32Array;
  /** Topic of the token or of the pair that it ends; 0: none. */
  topic: Uint8Array;
  kind: Uint8Array;
  /** First four letters and last three, 0 for shorter words. */
  prefix: Int32Array;
  suffix: Int32Array;
  codeLength: number;
  code: Int32Array;
  codeGroups: number;
  /** 1 for each topic that material has a word of. */
  codeTopics: Uint8Array;
  /** Lines by shape. */
  shapes: Int32Array;
  /** ASCII marks by code, in prose and material together. */
  marks: Int32Array;
  /** Marks and what follows each, as `mark * 128 + next`: `);` and `\\f` say more than their frequencies. */
  markPairs: Int32Array;
  markPairsLength: number;
  digits: number;
  symbols: number;
}

export const createTokens = (): Tokens => ({
  length: 0,
  hash: new Int32Array(TOKENS),
  groups: new Int32Array(TOKENS),
  topic: new Uint8Array(TOKENS),
  kind: new Uint8Array(TOKENS),
  prefix: new Int32Array(TOKENS),
  suffix: new Int32Array(TOKENS),
  codeLength: 0,
  code: new Int32Array(CODE_TOKENS),
  codeGroups: 0,
  codeTopics: new Uint8Array(TOPICS.length + 1),
  shapes: new Int32Array(LINE_SHAPES),
  marks: new Int32Array(128),
  markPairs: new Int32Array(MARK_PAIRS),
  markPairsLength: 0,
  digits: 0,
  symbols: 0,
});

function clear(into: Tokens): void {
  into.length = into.codeLength = into.markPairsLength = into.codeGroups = into.digits = into.symbols = 0;
  into.codeTopics.fill(0);
  into.shapes.fill(0);
  into.marks.fill(0);
}

function addToken(into: Tokens, hash: number, kind: number, prefix: number, suffix: number): void {
  const at = into.length;
  if (at >= TOKENS) return;
  into.hash[at] = hash;
  into.kind[at] = kind;
  into.prefix[at] = prefix;
  into.suffix[at] = suffix;
  let groups = 0;
  let topic = 0;
  if (kind === KIND.word) {
    const entry = entryOf(hash);
    groups = groupsAt(entry);
    topic = topicAt(entry);
  }
  if (at > 0) {
    const left = into.hash[at - 1] as number;
    const entry = entryOf(pairHash(left, hash));
    groups |= groupsAt(entry);
    topic = topicAt(entry) || topic;
    if (at > 1 && kind === KIND.ideograph) {
      const triple = entryOf(pairHash(pairHash(into.hash[at - 2] as number, left), hash));
      groups |= groupsAt(triple);
      topic = topicAt(triple) || topic;
    }
  }
  into.topic[at] = topic;
  into.groups[at] = groups;
  into.length = at + 1;
}

function addCode(into: Tokens, hash: number): void {
  const entry = entryOf(hash);
  into.codeGroups |= groupsAt(entry);
  into.codeTopics[topicAt(entry)] = 1;
  if (into.codeLength >= CODE_TOKENS) return;
  into.code[into.codeLength] = hash;
  into.codeLength += 1;
}

/** What follows a mark: another mark as it is, a letter 1, a digit 2, all else 0. */
function addMarkPair(into: Tokens, mark: number, next: number): void {
  if (into.markPairsLength === MARK_PAIRS) return;
  const unit = FOLD[next] as number;
  const kind = FOLDED_CLASS[next] as number;
  const after = kind === UNIT.digit ? 2 : kind >= UNIT.lower ? 1 : unit > 32 && unit < 128 ? unit : 0;
  into.markPairs[into.markPairsLength] = mark * 128 + after;
  into.markPairsLength += 1;
}

const PLUS = 0x2b;
const NUMBER_SIGN = 0x23;
const NUMBER_SEED = startHash() ^ NUMBER_SIGN;
/** Longer runs of digits are alike. */
const DIGITS_TOLD_APART = 5;

const isDigit = (unit: number): boolean => unit >= 0x30 && unit <= 0x39;

/** Letters of scripts that write words apart, by class. */
const LETTER = new Uint8Array(32);
LETTER.fill(1, UNIT.lower, UNIT.thai + 1);
LETTER[UNIT.otherLetter] = 1;

const isIdeograph = (unitKind: number): boolean => unitKind >= UNIT.kana && unitKind <= UNIT.hangul;

/** Reads one run of text; `material` says where its tokens go. */
function readRun(units: Uint16Array, from: number, to: number, material: boolean, into: Tokens): void {
  // Local names: measured, loops over the module's own tables take half as long again.
  const fold = FOLD;
  const classes = FOLDED_CLASS;
  const letters = LETTER;
  const { marks } = into;
  let i = from;
  while (i < to) {
    const raw = units[i] as number;
    const unit = fold[raw] as number;
    const kind = classes[raw] as number;
    i += 1;
    if (unit === 0) continue;
    if (letters[kind] === 1) {
      i = readWord(units, i - 1, to, material, into);
    } else if (isIdeograph(kind)) {
      if (material) addCode(into, step(startHash(), unit));
      else addToken(into, step(startHash(), unit), KIND.ideograph, 0, 0);
    } else if (isDigit(unit)) {
      let digits = 1;
      while (i < to && isDigit(fold[units[i] as number] as number)) {
        digits += 1;
        i += 1;
      }
      into.digits += digits;
      if (!material) addToken(into, step(NUMBER_SEED, Math.min(digits, DIGITS_TOLD_APART)), KIND.number, 0, 0);
    } else if (unit < 128) {
      marks[unit] = (marks[unit] as number) + 1;
      if (unit > 32) addMarkPair(into, unit, i < to ? (units[i] as number) : 0);
    } else if (kind === UNIT.symbol || kind === UNIT.greek) {
      into.symbols += 1;
    }
  }
}

/** Letters of a prefix; a word that is longer has affixes. */
const PREFIX = 4;

/** Hash of the last three letters before `end`, without those that are dropped. */
function suffixBefore(units: Uint16Array, end: number): number {
  let a = 0;
  let b = 0;
  let c = 0;
  for (let i = end - 1, letters = 0; letters < 3; i -= 1) {
    const unit = FOLD[units[i] as number] as number;
    if (unit === 0) continue;
    a = b;
    b = c;
    c = unit;
    letters += 1;
  }
  return step(step(step(7, c), b), a);
}

/** Reads the word that begins at `from`; where it ends. */
function readWord(units: Uint16Array, from: number, to: number, material: boolean, into: Tokens): number {
  const fold = FOLD;
  const classes = FOLDED_CLASS;
  const isLetter = LETTER;
  let hash = startHash();
  let letters = 0;
  let i = from;
  for (; i < to && letters < PREFIX; i += 1) {
    const raw = units[i] as number;
    const unit = fold[raw] as number;
    if (isLetter[classes[raw] as number] !== 1) {
      if (unit === 0) continue;
      // `c++`, `c#` and `f#` are names.
      if (letters > 2 || (unit !== PLUS && unit !== NUMBER_SIGN)) break;
    }
    hash = step(hash, unit);
    letters += 1;
  }
  const prefix = hash;
  for (; letters >= PREFIX && i < to; i += 1) {
    const raw = units[i] as number;
    if (isLetter[classes[raw] as number] === 1) {
      hash = step(hash, fold[raw] as number);
      letters += 1;
    } else if (fold[raw] !== 0) {
      break;
    }
  }
  if (material) addCode(into, hash);
  else if (letters > PREFIX) addToken(into, hash, KIND.word, prefix, suffixBefore(units, i));
  else addToken(into, hash, KIND.word, 0, 0);
  return i;
}

/** Reads prose line by line, so that pasted programs, logs and tables are told from what is asked about them. */
export function readTokens(prose: string, code: string, into: Tokens): void {
  clear(into);
  const units = codeUnits(prose);
  let from = 0;
  let lines = 0;
  let shape = 0;
  while (from < prose.length) {
    const newline = prose.indexOf('\n', from);
    const to = newline === -1 ? prose.length : newline;
    if (lines < LINES) shape = lineShape(prose, units, from, to);
    if (shape !== 0) {
      into.shapes[shape] = (into.shapes[shape] as number) + 1;
      lines += 1;
      readRun(units, from, to, isMaterial(shape), into);
    }
    from = to + 1;
  }
  if (code !== '') readRun(codeUnits(code), 0, code.length, true, into);
}
