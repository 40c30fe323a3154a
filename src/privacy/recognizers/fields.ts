// Values of fields that are called what they hold: `Ort: Passau`, `"city": "Ely"`, `<name>…</name>`, `city=Ely`. Forms
// and records have neither sentences nor capitals that say anything, so that only the field's name tells.

import type { Sink } from '../finding.ts';
import { FLAG } from '../lexicon.ts';
import { type FieldKind, kindOfField } from '../lists/field-words.ts';
import { HAS_DIGIT, IS_DENSE, STARTS_UPPER, type View } from '../view.ts';
import { surnameLength } from './dense-letters.ts';

const LONGEST = 64;
const LONGEST_ADDRESS = 140;
/** What stands between a field's name and its value; quotes may be escaped where JSON stands inside JSON. */
const SEPARATOR =
  /(?:\((?:s|e|es|n|in|r|a|as|os)\))?\\{0,3}["'`]?[*_)\]]{0,2}[ \t]{0,2}(=>|[:=])[ \t]{0,3}\*{0,2}[ \t]?(?:(?:\[[ \t]?)?(\\{0,3})(["'`]))?/y;
const VALUE_OF_NAME = /^[\p{L}\p{M} .,'’-]+$/u;

interface Value {
  readonly start: number;
  readonly end: number;
  readonly quoted: boolean;
}

/** The field whose name begins with the word `index`. */
export function recognizeField(view: View, index: number, sink: Sink): void {
  const { text, starts, ends, spans } = view;
  const start = starts[index] as number;
  // The longest name first: "place of birth" before "place".
  for (let words = spans[index] as number; words > 0; words = words > 1 ? 1 : 0) {
    const end = ends[index + words - 1] as number;
    const kind = kindOfField(text.slice(start, end));
    if (kind === null || !beginsField(text, start, kind)) continue;
    const value = valueBehind(text, start, end, kind);
    if (value === null) continue;
    addField(view, kind, value, sink);
    return;
  }
}

/** The name of a field stands first in its line or behind a sign; `file_name` and "the file name" are no names of people. */
function beginsField(text: string, start: number, kind: FieldKind): boolean {
  if (start === 0) return true;
  const sign = text[start - 1] as string;
  if ('_-.'.includes(sign)) return kind !== 'name' && kind !== 'person';
  if (sign !== ' ' && sign !== '\t') return '\n\r"\'`{,;([<*|>&?'.includes(sign);
  let at = start - 2;
  while (at >= 0 && start - at < 12 && ' \t>*•-'.includes(text[at] as string)) at -= 1;
  return at < 0 || '\n\r{,;(|'.includes(text[at] as string);
}

/** Where the value stands; unquoted ones end with their line, their cell or the next sign. */
function valueBehind(text: string, start: number, end: number, kind: FieldKind): Value | null {
  const limit = kind === 'address' ? LONGEST_ADDRESS : LONGEST;
  if (text[end] === '>' && text[start - 1] === '<') {
    const close = text.indexOf('<', end + 1);
    return close < 0 || close - end > limit ? null : trimmed(text, end + 1, close, true);
  }
  SEPARATOR.lastIndex = end;
  const match = SEPARATOR.exec(text);
  if (match === null) return null;
  const from = SEPARATOR.lastIndex;
  const quote = match[3];
  let at = from;
  if (quote !== undefined) {
    while (at < text.length && at - from <= limit && text[at] !== quote && text[at] !== '\\' && text[at] !== '\n')
      at += 1;
    return text[at] === quote || text[at] === '\\' ? trimmed(text, from, at, true) : null;
  }
  // `city=Ely state=open`: programs put the next field behind a blank.
  const blank = match[1] === '=' ? ' ' : '';
  const stops = kind === 'address' ? '\n\r;|<>{}()[]\t"。' : '\n\r;|<>{}()[]\t",&。、';
  while (at < text.length && at - from <= limit && text[at] !== blank && !stops.includes(text[at] as string)) at += 1;
  return trimmed(text, from, at, false);
}

function trimmed(text: string, from: number, to: number, quoted: boolean): Value | null {
  let [start, end] = [from, to];
  while (start < end && ' \t*_'.includes(text[start] as string)) start += 1;
  while (end > start && ' \t*_.,'.includes(text[end - 1] as string)) end -= 1;
  return end > start ? { start, end, quoted } : null;
}

/** Adds what a field or a cell of a table holds, where it looks like what it is called. */
export function addField(view: View, kind: FieldKind, { start, end, quoted }: Value, sink: Sink): void {
  const text = view.text.slice(start, end);
  switch (kind) {
    case 'name':
    case 'person':
    case 'name_part': {
      if (isOrganisation(view, start, end)) {
        if (isNamed(view, start, end, text, 7)) sink.add('organization', start, end, 0.65, 'context');
        return;
      }
      const score = scoreOfPerson(view, kind, { start, end, quoted }, text);
      if (score > 0) sink.add('person', startOfPerson(view, start), end, score, 'context');
      return;
    }
    case 'city':
    case 'region':
    case 'country':
      if (isNamed(view, start, end, text, 4)) sink.add(kind, start, end, 0.7, 'context');
      return;
    case 'organization':
      // A party to a contract is a person as well.
      if (isNameOfPerson(view.text, start, end)) sink.add('person', start, end, 0.8, 'context');
      else if (isNamed(view, start, end, text, 7)) sink.add(kind, start, end, 0.65, 'context');
      return;
    case 'address':
      if (isAddress(text)) sink.add(kind, start, start + endOfAddress(text, quoted), 0.8, 'context');
      return;
    case 'postal':
      if (quoted && /^(?=.*\d)[A-Z\d][A-Z\d -]{2,9}$/.test(text) && isAboutPerson(view, start, end))
        sink.add('postal_code', start, end, 0.8, 'context');
      return;
    default:
      // The other kinds have recognizers that look for their labels themselves.
      return;
  }
}

/** A family name and one or two letters, in Chinese, and all that the field holds. */
function isNameOfPerson(text: string, start: number, end: number): boolean {
  const surname = surnameLength(text, start);
  return (
    surname > 0 &&
    end - start > surname &&
    end - start <= surname + 2 &&
    /^[\u4e00-\u9fff]+$/.test(text.slice(start, end))
  );
}

/** Customers are companies too. */
function isOrganisation(view: View, start: number, end: number): boolean {
  const words = FLAG.organisation | FLAG.organisationFirst;
  for (let index = view.wordAt(start); index < view.count && (view.starts[index] as number) < end; index += 1) {
    const flag = view.flags[index] as number;
    if ((flag & words) !== 0 && (flag & (FLAG.givenName | FLAG.surname | FLAG.particle)) === 0) return true;
  }
  return false;
}

function scoreOfPerson(view: View, kind: FieldKind, { start, end, quoted }: Value, text: string): number {
  const words = personWords(view, start, end, text);
  const dense = ((view.kinds[view.wordAt(start)] as number) & IS_DENSE) !== 0;
  if (words === 0) return 0;
  // One word in capitals behind a colon is a type of some program's as easily; names.ts looks at lines that are none.
  if (words === 1 && !dense && (!quoted || kind === 'name'))
    return scoreOfOneWord(view, kind, { start, end, quoted }, text);
  if (kind === 'name_part' || !quoted || (kind === 'person' && words > 1)) return 0.85;
  return isAboutPerson(view, start, end) ? 0.8 : 0.55;
}

/** What documents of programs write where a value would stand. */
const NO_VALUE =
  /^(?:String|Text|Str|Number|Integer|Int|Boolean|Bool|Date|Object|Any|Varchar|Char|Optional|None|Null|True|False|Required|Type|Field|List|Array|Map|Value|Example|Unknown|Anonymous|Test|Default|Custom|Input|Label|Column|Key|Yes|No|Ja|Nein|Oui|Non|Sí|NA)$/i;

/** One word is a name where its record has two more fields that only people have, or where a form's line holds nothing else. */
function scoreOfOneWord(view: View, kind: FieldKind, { start, end, quoted }: Value, text: string): number {
  if (text.length < 2 || NO_VALUE.test(text)) return 0;
  const about = fieldsOfPeople(view, start, end);
  if (kind === 'name_part') return about > 0 && isRestOfLine(view.text, end) ? 0.8 : 0;
  return about > 1 && (quoted || isRestOfLine(view.text, end)) ? 0.8 : 0;
}

const isRestOfLine = (text: string, end: number): boolean => /^[ \t]*(?:\r?\n|$)/.test(text.slice(end, end + 8));

/** Words of somebody's name, titles included; 0 where something in the value is no part of one. */
function personWords(view: View, start: number, end: number, text: string): number {
  if (end - start > 48 || !VALUE_OF_NAME.test(text)) return 0;
  let words = 0;
  for (let index = view.wordAt(start); index < view.count && (view.starts[index] as number) < end; index += 1) {
    const kind = view.kinds[index] as number;
    const flag = view.flags[index] as number;
    if ((kind & IS_DENSE) !== 0) {
      if ((view.ends[index] as number) - (view.starts[index] as number) > 12) return 0;
    } else {
      if ((kind & STARTS_UPPER) === 0 && (flag & FLAG.particle) === 0) return 0;
      const other = FLAG.common | FLAG.organisation | FLAG.month | FLAG.country | FLAG.job;
      if ((flag & other) !== 0 && (flag & (FLAG.givenName | FLAG.surname | FLAG.title | FLAG.particle)) === 0) return 0;
    }
    words += 1;
  }
  return words <= 6 ? words : 0;
}

/** Titles are no part of a name. */
function startOfPerson(view: View, start: number): number {
  let index = view.wordAt(start);
  while (index + 1 < view.count && ((view.flags[index] as number) & FLAG.title) !== 0) index += 1;
  const from = view.starts[index] as number;
  return from - start < 16 ? from : start;
}

/** Programs call much else a name; what says that a person is meant stands in the same record. */
const isAboutPerson = (view: View, start: number, end: number): boolean =>
  view.text.slice(Math.max(0, start - 200), end + 200).includes('@') || fieldsOfPeople(view, start, end) > 0;

/** Kinds of fields within reach of a value that only people have. */
function fieldsOfPeople(view: View, start: number, end: number): number {
  const [from, to] = [Math.max(0, start - 200), end + 200];
  const kinds = new Set<FieldKind>();
  for (let index = view.wordAt(from); index < view.count && (view.starts[index] as number) < to; index += 1) {
    const at = view.starts[index] as number;
    // Neither the value itself nor what it is called.
    if (at < end && (view.ends[index] as number) > start - 10) continue;
    const dense = ((view.kinds[index] as number) & IS_DENSE) !== 0;
    if (!dense && ((view.flags[index] as number) & FLAG.field) === 0) continue;
    const kind = kindOfField(view.word(index));
    if (kind !== null && !['name', 'organization', 'country', 'region'].includes(kind)) kinds.add(kind);
  }
  return kinds.size;
}

/** Some capitalised words, or letters of a dense script, and nothing that only programs write. */
function isNamed(view: View, start: number, end: number, text: string, most: number): boolean {
  if (!/^[\p{L}\p{M}][\p{L}\p{M}\d .,&'’/+()-]*$/u.test(text)) return false;
  const first = view.wordAt(start);
  const kind = view.kinds[first] as number;
  if ((kind & (STARTS_UPPER | IS_DENSE)) === 0) return false;
  let words = 0;
  for (let index = first; index < view.count && (view.starts[index] as number) < end; index += 1) words += 1;
  const alone = words === 1 && (kind & HAS_DIGIT) === 0;
  const flag = view.flags[first] as number;
  const says =
    (flag & FLAG.common) === 0 || (flag & (FLAG.city | FLAG.region | FLAG.country | FLAG.organisation)) !== 0;
  return words <= most && (alone ? says : true);
}

/** A number and a word with a capital, or letters of a dense script with a number, and no address of a machine. */
const isAddress = (text: string): boolean =>
  /\d/.test(text) &&
  !/[@\\{}$=<>]|:\/\/|^0x|^[\da-fA-F.:]+$/.test(text) &&
  (/(?:^|[\s.'-])\p{Lu}\p{L}+/u.test(text) ? /\s/.test(text) : /[\u3041-\u9fff\uac00-\ud7a3]/.test(text));

/** Without quotes a sentence may go on behind the address: it ends before a comma that a small letter or another label follows. */
function endOfAddress(text: string, quoted: boolean): number {
  if (quoted) return text.length;
  const more =
    /[,.]\s+(?!(?:apto?|apartamento|app?t?|appartement|esc|escalera|piso|planta|pta|puerta|portal|bloque|local|izda?|dcha|bajo|bât|étage|scala|piano|interno|unit|flat|suite|floor|stiege|top|wohnung)(?![\p{L}]))\p{Ll}{2,}|,\s?(?:电话|手机|联系|邮箱|邮编|微信|身份|電話|携帯|전화|연락처|휴대)/u.exec(
      text,
    );
  return more === null ? text.length : more.index;
}
