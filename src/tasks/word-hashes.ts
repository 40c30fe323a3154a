import { copyUnits, UNITS } from './code-units.ts';
import { UNIT, unitClass } from './scan-scripts.ts';

const SEED = 7;

/** Names of its own: what another module exports is read from memory whenever it is used. */
const units = UNITS;
const classOf = unitClass;

/** Classes of the letters of alphabetic scripts, as bits. */
const LETTERS = letterBits();

function letterBits(): number {
  let bits = (1 << UNIT.hangul) | (1 << UNIT.otherLetter);
  for (let unit: number = UNIT.lower; unit <= UNIT.indic; unit += 1) bits |= 1 << unit;
  return bits;
}

const isWordUnit = (unit: number): boolean => ((LETTERS >>> unit) & 1) === 1;

/** Folds A-Z to a-z without a branch; other cases are written into the lists where they matter. */
const mix = (hash: number, code: number): number =>
  (Math.imul(hash, 31) + code + ((((0x40 - code) & (code - 0x5b)) >>> 31) << 5)) | 0;

/**
 * Hashes of the first words of `text` (runs of letters of alphabetic scripts, ASCII case folded) into `into`; the
 * number of words found, at most `into.length`. Words are compared as hashes, so that looking for a few dozen of them
 * allocates nothing. A chance match is one in millions and costs a wrong hint, never an error.
 */
export function hashWords(text: string, limit: number, into: Int32Array): number {
  const end = copyUnits(text.length <= limit ? text : text.slice(0, limit));
  const room = into.length;
  let words = 0;
  let i = 0;
  while (words < room) {
    while (i < end && !isWordUnit(classOf(units[i] as number))) i += 1;
    if (i === end) break;
    let hash = SEED;
    for (; i < end; i += 1) {
      const code = units[i] as number;
      if (!isWordUnit(classOf(code))) break;
      hash = mix(hash, code);
    }
    into[words] = hash;
    words += 1;
  }
  return words;
}

/**
 * Hashes of the parts of an identifier, `getWeather_byCity` as get, weather, by, city, of at least `shortest` letters,
 * into `into` from `at` on; the index after the last.
 */
export function hashNameParts(name: string, shortest: number, into: Int32Array, at: number): number {
  let next = at;
  let hash = SEED;
  let length = 0;
  let previous: number = UNIT.symbol;
  for (let i = 0; i <= name.length && next < into.length; i += 1) {
    const code = i < name.length ? name.charCodeAt(i) : 0;
    const unit = unitClass(code);
    const letter = isWordUnit(unit);
    if (!letter || (unit === UNIT.upper && previous === UNIT.lower)) {
      if (length >= shortest) {
        into[next] = hash;
        next += 1;
      }
      hash = SEED;
      length = 0;
    }
    if (letter) {
      hash = mix(hash, code);
      length += 1;
    }
    previous = unit;
  }
  return next;
}

/** Hash of one word, as hashWords gives it. */
function hashWord(word: string): number {
  let hash = SEED;
  for (let i = 0; i < word.length; i += 1) hash = mix(hash, word.charCodeAt(i));
  return hash;
}

/** A set of words for lookups by hash; the words are separated by spaces. */
export const wordSet = (words: string): ReadonlySet<number> => new Set(words.split(' ').map(hashWord));
