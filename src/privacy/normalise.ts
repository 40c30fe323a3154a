// Text as recognizers see it: compatibility forms (full width, mathematical, enclosed) as their plain letters, digits of
// every script as 0-9, invisible characters gone, typographic dashes and quotes as ASCII, look-alike letters in words
// that mix scripts as Latin, what JSON writes with a backslash (`\n`, `\u00fc`), HTML with an ampersand (`&#64;`) and `%40` as
// the characters meant. Offsets lead back to the input.

export interface NormalisedText {
  readonly text: string;
  /** Offset in the input where the unit at an index began; null where text and input are the same. */
  readonly starts: Int32Array | null;
  /** Offset in the input behind the unit at an index. */
  readonly ends: Int32Array | null;
}

/** What makes a text different from its normal form, or may: one linear pass without a match is all most texts cost. */
const TO_FOLD =
  /%40|&#?\w{2,8};|\\[nrtu"/]|[\u20d0-\u20f0]|[\u0300-\u036f\ufe00-\ufe0f\u180b-\u180e\u17b4\u17b5\u00a0\u00ad\u00aa\u00b2\u00b3\u00b5\u00b9\u00ba\u00bc-\u00be\u0370-\u052f\u0660-\u0669\u06f0-\u06f9\u07c0-\u07c9\u0966-\u096f\u09e6-\u09ef\u0a66-\u0a6f\u0ae6-\u0aef\u0b66-\u0b6f\u0be6-\u0bef\u0c66-\u0c6f\u0ce6-\u0cef\u0d66-\u0d6f\u0e50-\u0e59\u0ed0-\u0ed9\u0f20-\u0f29\u1040-\u1049\u1090-\u1099\u17e0-\u17e9\u1810-\u1819\u1946-\u194f\u19d0-\u19da\u1a80-\u1a99\u1b50-\u1b59\u1bb0-\u1bb9\u1c40-\u1c59\ua620-\ua629\ua8d0-\ua8d9\ua900-\ua909\ua9d0-\ua9d9\ua9f0-\ua9f9\uaa50-\uaa59\uabf0-\uabf9\ufff9-\ufffb\u061c\u115f\u1160\u2000-\u2027\u202a-\u2064\u2066-\u206f\u2070-\u209c\u2100-\u218b\u2460-\u24ff\u3000\u3164\ufb00-\ufb06\ufeff\uff01-\uff9f\uffa0\ud801\ud803-\ud807\ud81a\ud835\ud838\ud83a\ud83c\ud83e\udb40]/;

const INVISIBLE =
  /[\ufe00-\ufe0f\u180b-\u180e\u17b4\u17b5\u00ad\u061c\u115f\u1160\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb]/;
const DASH = /[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]/;
const QUOTE = /[\u2018-\u201b\u2032\u02bc\uff07]/;
const BLANK = /[\u00a0\u2000-\u200a\u202f\u205f\u3000]/;
const DECIMAL = /\p{Nd}/u;

/** Cyrillic and Greek letters that look like the Latin ones beside them. */
const LOOKS_LIKE: ReadonlyMap<number, number> = new Map(
  Array.from(
    'АAВBЕEКKМMНHОOРPСCТTУYХXаaеeоoрpсcуyхxіiІIјjЈJѕsЅSΑAΒBΕEΖZΗHΙIΚKΜMΝNΟOΡPΤTΥYΧXοo'.matchAll(/(.)(.)/gu),
  ).map(([, look, latin]) => [look?.charCodeAt(0) ?? 0, latin?.charCodeAt(0) ?? 0] as const),
);

const BACKSLASH = 0x5c;
const PERCENT = 0x25;
const AMPERSAND = 0x26;
const AT_SIGN = 0x40;
const LETTER_U = 0x75;
const FOUR_DIGITS = /^[\da-f]{4}$/i;
/** What stands behind a backslash in JSON, and what it means. */
const WRITTEN: ReadonlyMap<number, number> = new Map(
  ['n\n', 'r\r', 't\t', '""', '//'].map((pair) => [pair.charCodeAt(0), pair.charCodeAt(1)] as const),
);

/** What HTML writes with an ampersand: by number, or by name what values hold and names are written with. */
const ENTITY = /&(?:#(\d{2,7})|#x([\da-f]{2,6})|([a-z]{2,8}));/iy;
const MAX_CODE_POINT = 0x10ffff;
const NAMED: ReadonlyMap<string, string> = new Map(
  (
    'commat:@ amp:& quot:" apos:\' num:# plus:+ period:. lowbar:_ hyphen:- dash:- colon:: sol:/ ' +
    'auml:ä ouml:ö uuml:ü Auml:Ä Ouml:Ö Uuml:Ü szlig:ß aacute:á eacute:é iacute:í oacute:ó uacute:ú Eacute:É agrave:à ' +
    'egrave:è ugrave:ù acirc:â ecirc:ê icirc:î ocirc:ô ucirc:û atilde:ã ntilde:ñ otilde:õ ccedil:ç Ccedil:Ç euml:ë ' +
    'iuml:ï aring:å oslash:ø aelig:æ Aring:Å Oslash:Ø scaron:š ccaron:č lstrok:ł'
  )
    .split(' ')
    .map((pair) => [pair.slice(0, pair.indexOf(':')), pair.slice(pair.indexOf(':') + 1)] as const)
    .concat([['nbsp', ' ']]),
);

const cache = new Map<number, string>();

/** Zero of the ten digits that a decimal digit belongs to: they are contiguous in Unicode, and each block starts at its zero. */
function decimalValue(code: number): string {
  let zero = code;
  while (code - zero < 10 && DECIMAL.test(String.fromCodePoint(zero - 1))) zero -= 1;
  return String((code - zero) % 10);
}

function foldOf(code: number): string {
  const known = cache.get(code);
  if (known !== undefined) return known;
  const letter = String.fromCodePoint(code);
  let folded = letter;
  if (INVISIBLE.test(letter) || (code >= 0xe0000 && code <= 0xe01ef)) folded = '';
  else if (DASH.test(letter)) folded = '-';
  else if (QUOTE.test(letter)) folded = "'";
  else if (BLANK.test(letter)) folded = ' ';
  else {
    folded = letter.normalize('NFKC');
    if (folded === letter && DECIMAL.test(letter)) folded = decimalValue(code);
  }
  if (cache.size < 4_096) cache.set(code, folded);
  return folded;
}

/** Ranges of letters that are their own normal form, so that long texts in those scripts ask no map. */
const isPlain = (code: number): boolean =>
  code < 0xa0 ||
  (code >= 0xc0 && code <= 0x2ff) ||
  (code >= 0x370 && code <= 0x65f) ||
  (code >= 0x3041 && code <= 0x9fff) ||
  (code >= 0xac00 && code <= 0xd7a3);

/** Asked first, since most texts are, and calling the pattern costs as much as this loop. */
function isBareAscii(input: string): boolean {
  for (let at = 0; at < input.length; at += 1) {
    const unit = input.charCodeAt(at);
    if (unit >= 0x80 || unit === PERCENT || unit === AMPERSAND || unit === BACKSLASH) return false;
  }
  return true;
}

/** The normal form of a text; the input itself, without maps, where there is nothing to change. */
export function normalise(input: string): NormalisedText {
  if (isBareAscii(input) || !TO_FOLD.test(input)) return { text: input, starts: null, ends: null };
  const builder = new Folding(input.length);
  for (let index = 0; index < input.length; ) {
    const unit = input.charCodeAt(index);
    if (unit === AMPERSAND) index = foldEntity(input, index, builder);
    else if (unit === BACKSLASH || unit === PERCENT) index = foldWritten(input, index, builder);
    else if (isPlain(unit)) {
      builder.push(unit, index, index + 1);
      index += 1;
    } else {
      const code = input.codePointAt(index) as number;
      const end = index + (code > 0xffff ? 2 : 1);
      fold(code, index, end, builder);
      index = end;
    }
  }
  return builder.finish();
}

/** One character that stands in the input from `start` to `end`. */
function fold(code: number, start: number, end: number, builder: Folding): void {
  if (isPlain(code)) builder.push(code, start, end);
  else if ((code >= 0x300 && code <= 0x36f) || (code >= 0x20d0 && code <= 0x20f0)) builder.combine(code, start, end);
  else {
    const folded = (code & 0x1ff800) === 0xd800 ? String.fromCharCode(code) : foldOf(code);
    for (let at = 0; at < folded.length; at += 1) builder.push(folded.charCodeAt(at), start, end);
  }
}

/**
 * A character that is written in others: in JSON that somebody pasted, once or several times over, or in an address. Else
 * `\tDE89 3704 ...` would be a word of its own. Returns where the input goes on.
 */
function foldWritten(input: string, start: number, builder: Folding): number {
  if (input.charCodeAt(start) === PERCENT) {
    const isAt = input.startsWith('40', start + 1);
    builder.push(isAt ? AT_SIGN : PERCENT, start, start + (isAt ? 3 : 1));
    return start + (isAt ? 3 : 1);
  }
  let last = start;
  while (input.charCodeAt(last + 1) === BACKSLASH) last += 1;
  const meant = WRITTEN.get(input.charCodeAt(last + 1));
  if (meant !== undefined) {
    builder.push(meant, start, last + 2);
    return last + 2;
  }
  const digits = input.charCodeAt(last + 1) === LETTER_U ? input.slice(last + 2, last + 6) : '';
  if (FOUR_DIGITS.test(digits)) {
    fold(Number.parseInt(digits, 16), start, last + 6, builder);
    return last + 6;
  }
  for (let at = start; at <= last; at += 1) builder.push(BACKSLASH, at, at + 1);
  return last + 1;
}

/** The same for HTML. What is no entity, or one of no interest, stays as it is. */
function foldEntity(input: string, start: number, builder: Folding): number {
  ENTITY.lastIndex = start;
  const [whole = '', decimal, hexadecimal, name = ''] = ENTITY.exec(input) ?? [];
  const number = Number.parseInt(decimal ?? hexadecimal ?? '', decimal === undefined ? 16 : 10);
  const code = name === '' ? number : NAMED.get(name)?.codePointAt(0);
  if (code === undefined || !(code >= 0x20 && code <= MAX_CODE_POINT)) {
    builder.push(AMPERSAND, start, start + 1);
    return start + 1;
  }
  fold(code, start, start + whole.length, builder);
  return start + whole.length;
}

/** Digits, Latin letters, and what stands between groups of digits. */
const isPlainSign = (unit: number): boolean =>
  (unit >= 48 && unit <= 57) || (unit >= 65 && unit <= 90) || (unit >= 97 && unit <= 122) || unit === 45 || unit === 46;

class Folding {
  #units: Uint16Array;
  #starts: Int32Array;
  #ends: Int32Array;
  #length = 0;
  #mixed = false;

  constructor(length: number) {
    this.#units = new Uint16Array(length + 64);
    this.#starts = new Int32Array(length + 64);
    this.#ends = new Int32Array(length + 64);
  }

  push(unit: number, start: number, end: number): void {
    if (this.#length === this.#units.length) this.#grow();
    this.#units[this.#length] = unit;
    this.#starts[this.#length] = start;
    this.#ends[this.#length] = end;
    this.#length += 1;
    if (unit >= 0x370 && unit <= 0x52f) this.#mixed = true;
  }

  /** A mark joins the letter before it where the two have one character; strokes and frames around plain letters and digits are left out. */
  combine(mark: number, start: number, end: number): void {
    const before = this.#length - 1;
    const joined = before < 0 ? '' : String.fromCharCode(this.#units[before] as number, mark).normalize('NFC');
    if (joined.length === 1) this.#units[before] = joined.charCodeAt(0);
    else if (before < 0 || !isPlainSign(this.#units[before] as number)) {
      this.push(mark, start, end);
      return;
    }
    this.#ends[before] = end;
  }

  finish(): NormalisedText {
    const units = this.#units.subarray(0, this.#length);
    if (this.#mixed) foldLookAlikes(units);
    return {
      text: Buffer.from(units.buffer, units.byteOffset, units.byteLength).toString('utf16le'),
      starts: this.#starts.subarray(0, this.#length),
      ends: this.#ends.subarray(0, this.#length),
    };
  }

  #grow(): void {
    const length = this.#units.length * 2;
    const [units, starts, ends] = [new Uint16Array(length), new Int32Array(length), new Int32Array(length)];
    units.set(this.#units);
    starts.set(this.#starts);
    ends.set(this.#ends);
    [this.#units, this.#starts, this.#ends] = [units, starts, ends];
  }
}

const isAsciiWord = (unit: number): boolean => (unit >= 48 && unit <= 57) || ((unit | 32) >= 97 && (unit | 32) <= 122);
const isCyrillicOrGreek = (unit: number): boolean => unit >= 0x370 && unit <= 0x52f;

/** In place: a word that mixes ASCII with look-alikes, and with no other letter of their script, becomes ASCII. */
function foldLookAlikes(units: Uint16Array): void {
  for (let start = 0; start < units.length; ) {
    let end = start;
    let ascii = 0;
    let looks = 0;
    let others = 0;
    while (end < units.length) {
      const unit = units[end] as number;
      if (isAsciiWord(unit)) ascii += 1;
      else if (!isCyrillicOrGreek(unit)) break;
      else if (LOOKS_LIKE.has(unit)) looks += 1;
      else others += 1;
      end += 1;
    }
    if (ascii > 0 && looks > 0 && others === 0) {
      for (let at = start; at < end; at += 1) units[at] = LOOKS_LIKE.get(units[at] as number) ?? (units[at] as number);
    }
    start = end + 1;
  }
}
