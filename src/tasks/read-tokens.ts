import { copyUnits, UNITS } from './code-units.ts';
import { FOLD, FOLDED_CLASS } from './fold-characters.ts';
import { isMaterial, LINE_SHAPES, lineShape } from './line-shape.ts';
import { UNIT } from './scan-scripts.ts';
import { TOPICS } from './topics/topic-words.ts';
import { entryOf, groupsAt, mayBeKnown, pairHash, slotFor, startHash, step, topicAt } from './word-groups.ts';

/** Room for every token of the two windows, one a code unit at worst. */
const TOKENS_AT_MOST = 2_304;
/** Lines whose shape is found; those after them look like the last of them. */
const LINES = 64;
const CODE_TOKENS = 160;
const MARK_PAIRS = 256;

export const KIND = { word: 0, ideograph: 1, number: 2 } as const;
const WORD = KIND.word;
const IDEOGRAPH = KIND.ideograph;
const NUMBER = KIND.number;

/** Tokens of one prompt. */
export interface Tokens {
  length: number;
  hash: Int32Array;
  /** With the token before it; the first has none. */
  pair: Int32Array;
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

/** Arrays that V8 reads without checks, see feature-slots.ts. */
const units = UNITS;
const fold = FOLD;
const classes = FOLDED_CLASS;
const hashes = new Int32Array(TOKENS_AT_MOST);
const pairs = new Int32Array(TOKENS_AT_MOST);
const groups = new Int32Array(TOKENS_AT_MOST);
const topics = new Uint8Array(TOKENS_AT_MOST);
const kinds = new Uint8Array(TOKENS_AT_MOST);
const prefixes = new Int32Array(TOKENS_AT_MOST);
const suffixes = new Int32Array(TOKENS_AT_MOST);
const marks = new Int32Array(128);

/** Those of the text that was read last. */
export const TOKENS: Tokens = {
  length: 0,
  hash: hashes,
  pair: pairs,
  groups,
  topic: topics,
  kind: kinds,
  prefix: prefixes,
  suffix: suffixes,
  codeLength: 0,
  code: new Int32Array(CODE_TOKENS),
  codeGroups: 0,
  codeTopics: new Uint8Array(TOPICS.length + 1),
  shapes: new Int32Array(LINE_SHAPES),
  marks,
  markPairs: new Int32Array(MARK_PAIRS),
  markPairsLength: 0,
  digits: 0,
  symbols: 0,
};
const into = TOKENS;

function clear(): void {
  into.length = into.codeLength = into.markPairsLength = into.codeGroups = into.digits = into.symbols = 0;
  into.codeTopics.fill(0);
  into.shapes.fill(0);
  marks.fill(0);
}

function addToken(hash: number, kind: number, prefix: number, suffix: number): void {
  const at = into.length;
  if (at >= TOKENS_AT_MOST) return;
  hashes[at] = hash;
  kinds[at] = kind;
  prefixes[at] = prefix;
  suffixes[at] = suffix;
  into.length = at + 1;
}

/** Hashes that a list may hold, and the tokens that they are of. */
const candidates = new Int32Array(3 * TOKENS_AT_MOST);
const candidateTokens = new Uint16Array(3 * TOKENS_AT_MOST);

/**
 * Groups and topics of all tokens. First without a branch what may be in a list, in the order of the tokens, of each the
 * word, then the pair and the run of three that it ends; then only that is looked up. What a text says next is what a
 * processor cannot guess, and each wrong guess costs as much as twenty instructions.
 */
function lookUpTokens(): void {
  const { length } = into;
  let left = 0;
  let last = 0;
  for (let at = 0; at < length; at += 1) {
    const hash = hashes[at] as number;
    groups[at] = 0;
    topics[at] = 0;
    candidates[last] = hash;
    candidateTokens[last] = at;
    last += mayBeKnown(hash) & (kinds[at] === WORD ? 1 : 0);
    if (at > 0) {
      const pair = pairHash(left, hash);
      pairs[at] = pair;
      candidates[last] = pair;
      candidateTokens[last] = at;
      last += mayBeKnown(pair);
      if (kinds[at] === IDEOGRAPH && at > 1) {
        const triple = pairHash(pairs[at - 1] as number, hash);
        candidates[last] = triple;
        candidateTokens[last] = at;
        last += mayBeKnown(triple);
      }
    }
    left = hash;
  }
  for (let i = 0; i < last; i += 1) {
    const at = candidateTokens[i] as number;
    const entry = slotFor(candidates[i] as number);
    groups[at] = (groups[at] as number) | groupsAt(entry);
    const topic = topicAt(entry);
    if (topic !== 0) topics[at] = topic;
  }
}

function addCode(hash: number): void {
  const entry = entryOf(hash);
  into.codeGroups |= groupsAt(entry);
  into.codeTopics[topicAt(entry)] = 1;
  if (into.codeLength >= CODE_TOKENS) return;
  into.code[into.codeLength] = hash;
  into.codeLength += 1;
}

/** What follows a mark: another mark as it is, a letter 1, a digit 2, all else 0. */
function addMarkPair(mark: number, next: number): void {
  if (into.markPairsLength === MARK_PAIRS) return;
  const unit = fold[next] as number;
  const kind = classes[next] as number;
  const after = kind === DIGIT ? 2 : kind >= FIRST_LETTER ? 1 : unit > SPACE && unit < 128 ? unit : 0;
  into.markPairs[into.markPairsLength] = mark * 128 + after;
  into.markPairsLength += 1;
}

const SPACE = 0x20;
const PLUS = 0x2b;
const NUMBER_SIGN = 0x23;
const NUMBER_SEED = startHash() ^ NUMBER_SIGN;
/** Longer runs of digits are alike. */
const DIGITS_TOLD_APART = 5;

const isDigit = (unit: number): boolean => unit >= 0x30 && unit <= 0x39;

const DIGIT = UNIT.digit;
const FIRST_LETTER = UNIT.lower;

/** Classes as bits: letters of scripts that write words apart, and characters that stand for one. */
const bitsOf = (first: number, last: number): number => (2 << last) - (1 << first);
const LETTERS = bitsOf(UNIT.lower, UNIT.thai) | (1 << UNIT.otherLetter);
const IDEOGRAPHS = bitsOf(UNIT.kana, UNIT.hangul);
const SYMBOLS = (1 << UNIT.symbol) | (1 << UNIT.greek);
const isOf = (bits: number, unitKind: number): boolean => ((bits >>> unitKind) & 1) === 1;

/** Folded letters of ASCII, 0 for what is none: one look-up in a table that stays in the fastest of the caches. */
const PLAIN = 128;
const PLAIN_LETTERS = new Uint8Array(PLAIN);
for (let unit = 0; unit < PLAIN; unit += 1)
  if (isOf(LETTERS, classes[unit] as number)) PLAIN_LETTERS[unit] = fold[unit] as number;

/** Folded letter of a script that writes words apart, or 0. */
const letterOf = (raw: number): number => {
  if (raw < PLAIN) return PLAIN_LETTERS[raw] as number;
  return isOf(LETTERS, classes[raw] as number) ? (fold[raw] as number) : 0;
};

/** Reads one run of text; `material` says where its tokens go. */
function readRun(from: number, to: number, material: boolean): void {
  let i = from;
  while (i < to) {
    const raw = units[i] as number;
    if (letterOf(raw) !== 0) {
      i = readWord(i, to, material);
      continue;
    }
    i += 1;
    const unit = fold[raw] as number;
    // Nor does what is dropped count.
    if (unit <= SPACE) continue;
    const kind = classes[raw] as number;
    if (isOf(IDEOGRAPHS, kind)) {
      if (material) addCode(step(startHash(), unit));
      else addToken(step(startHash(), unit), IDEOGRAPH, 0, 0);
    } else if (isDigit(unit)) {
      let digits = 1;
      while (i < to && isDigit(fold[units[i] as number] as number)) {
        digits += 1;
        i += 1;
      }
      into.digits += digits;
      if (!material) addToken(step(NUMBER_SEED, Math.min(digits, DIGITS_TOLD_APART)), NUMBER, 0, 0);
    } else if (unit < 128) {
      marks[unit] = (marks[unit] as number) + 1;
      addMarkPair(unit, i < to ? (units[i] as number) : 0);
    } else if (isOf(SYMBOLS, kind)) {
      into.symbols += 1;
    }
  }
}

/** Letters of a prefix; a word that is longer has affixes. */
const PREFIX = 4;

/** Hash of the last three letters before `end`, without those that are dropped. */
function suffixBefore(end: number): number {
  let a = 0;
  let b = 0;
  let c = 0;
  for (let i = end - 1, letters = 0; letters < 3; i -= 1) {
    const unit = fold[units[i] as number] as number;
    if (unit === 0) continue;
    a = b;
    b = c;
    c = unit;
    letters += 1;
  }
  return step(step(step(7, c), b), a);
}

/** Reads the word that begins at `from`; where it ends. */
function readWord(from: number, to: number, material: boolean): number {
  let hash = startHash();
  let letters = 0;
  let i = from;
  for (; i < to && letters < PREFIX; i += 1) {
    const raw = units[i] as number;
    let letter = letterOf(raw);
    if (letter === 0) {
      letter = fold[raw] as number;
      if (letter === 0) continue;
      // `c++`, `c#` and `f#` are names.
      if (letters > 2 || (letter !== PLUS && letter !== NUMBER_SIGN)) break;
    }
    hash = step(hash, letter);
    letters += 1;
  }
  const prefix = hash;
  for (; letters >= PREFIX && i < to; i += 1) {
    const raw = units[i] as number;
    const letter = letterOf(raw);
    if (letter !== 0) {
      hash = step(hash, letter);
      letters += 1;
    } else if (fold[raw] !== 0) {
      break;
    }
  }
  if (material) addCode(hash);
  else if (letters > PREFIX) addToken(hash, WORD, prefix, suffixBefore(i));
  else addToken(hash, WORD, 0, 0);
  return i;
}

/** Reads prose line by line, so that pasted programs, logs and tables are told from what is asked about them. */
export function readTokens(prose: string, code: string): void {
  clear();
  const length = copyUnits(prose);
  let from = 0;
  let lines = 0;
  let shape = 0;
  while (from < length) {
    const newline = prose.indexOf('\n', from);
    const to = newline === -1 ? length : Math.min(newline, length);
    if (lines < LINES) shape = lineShape(prose, from, to);
    if (shape !== 0) {
      into.shapes[shape] = (into.shapes[shape] as number) + 1;
      lines += 1;
      readRun(from, to, isMaterial(shape));
    }
    from = to + 1;
  }
  if (code !== '') readRun(0, copyUnits(code), true);
  lookUpTokens();
}
