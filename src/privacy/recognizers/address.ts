// Street addresses. They begin with a house number before or behind the name of a street, and go on with unit, city,
// region, country and postal code, on one line or several.

import { isWordCode } from '../characters.ts';
import { NO_LABEL, type Sink } from '../finding.ts';
import { FLAG } from '../lexicon.ts';
import { HAS_DIGIT, HAS_LETTER, STARTS_UPPER, type View } from '../view.ts';
import { topicOf } from '../vocabulary.ts';
import {
  endOfHouse,
  endOfNumberedStreet,
  isBeforeCompound,
  isNumberOfHouse,
  isPossessiveSign,
  lengthOfUnit,
  startOfBox,
  startOfPlace,
  startOfUnit,
  wordBeforeNumber,
} from './address-parts.ts';

const TOPIC = topicOf('address');
const MOST_STREET_WORDS = 5;
const LONGEST = 220;
const HOUSE = /^\d{1,6}[A-Za-z]?(?:[-/]\d{1,4}[A-Za-z]?)?$/;
/** What stands between the parts of an address: a comma, a line's end, signs of quoted mail. */
const GAP = /^(?:[ \t]*,)?[ \t]*(?:\r?\n[ \t>?]*){0,2}(?:,[ \t]*)?/;
const POSTAL =
  /^(?:[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|[A-Z]\d[A-Z][ -]?\d[A-Z]\d|[A-Z]\d[\dW] [A-Z\d]{4}|\d{5}(?:-\d{3,4})?|\d{4} ?[A-Z]{2}|\d{4}-\d{3}|\d{3}-\d{4}|\d{3} \d{2}|\d{4,6}|\d{2}-\d{3}|[A-Z]{1,2}-\d{4,5})(?![\w-])/;
const STREET_COMPOUND =
  /(?:stra(?:ß|ss)e|str|weg|platz|allee|gasse|ring|damm|ufer|straat|laan|plein|gracht|kade|dijk|gatan|vägen|vej|veien|gata|tie|katu)$/i;

/** Addresses that begin with the house number `index`, or whose street stands before it. */
export function recognizeAddress(view: View, index: number, sink: Sink): void {
  if (!besideBlank(view, index) || !isHouse(view, index)) return;
  if (recognizeBox(view, index, sink) || numberBehindStreet(view, index, sink)) return;
  const { text, starts, ends } = view;
  const house = startOfHouse(text, starts[index] as number);
  const before = text.charCodeAt(house - 1);
  if (isWordCode(before) || '-./$€£:'.includes(text[house - 1] ?? ' ') || (ends[index] as number) - house > 10) return;
  const street = streetBehind(view, index + 1);
  if (street === null) return;
  const { end, certain } = street;
  const whole = extend(view, end);
  if (street.usual && whole === end) return;
  const start = startOfUnit(text, house);
  const labelled = view.labelDistance(TOPIC, start, whole) < NO_LABEL;
  const more = whole > end + 6;
  const score = certain ? (labelled || whole > end ? 0.9 : 0.75) : labelled ? (more ? 0.8 : 0.65) : more ? 0.55 : 0;
  if (score > 0) sink.add('address', start, whole, score, 'context');
}

/** "1/27 Wattle Street": the unit before a stroke. */
function startOfHouse(text: string, start: number): number {
  if (text[start - 1] !== '/') return start;
  const unit = /(?:^|[\s,(])(\d{1,4}[A-Za-z]?\/)$/.exec(text.slice(Math.max(0, start - 8), start));
  return unit === null ? start : start - (unit[1] ?? '').length;
}

/** "PO Box 3391, Santa Fe, NM 87501". */
function recognizeBox(view: View, index: number, sink: Sink): boolean {
  const start = startOfBox(view, index);
  if (start < 0) return false;
  const end = view.ends[index] as number;
  const whole = extend(view, end);
  // "BP 148/92" is a pressure.
  if (whole === end && view.text.charCodeAt(start + 1) < 97) return false;
  sink.add('address', start, whole, whole > end ? 0.85 : 0.6, 'context');
  return true;
}

/** A house number has a blank between it and its street; most numbers in programs and data have none. */
const besideBlank = (view: View, index: number): boolean =>
  view.text.charCodeAt(view.ends[index] as number) === 32 ||
  view.text.charCodeAt((view.starts[index] as number) - 1) === 32 ||
  index === 0;

/** Most numbers are digits alone, for which no pattern is needed. */
const isHouse = (view: View, index: number): boolean =>
  ((view.kinds[index] as number) & HAS_LETTER) === 0
    ? (view.ends[index] as number) - (view.starts[index] as number) <= 6
    : HOUSE.test(houseOf(view, index));

const houseOf = (view: View, index: number): string => view.word(index);

const isHouseGap = (gap: string): boolean => gap === ' ' || gap === ', ';

interface Street {
  readonly end: number;
  /** A word for street ends it, or begins it. */
  readonly certain: boolean;
  /** It begins with a word of everyday use ("500 Technology Square"): only what follows tells it from "10 Great Places". */
  readonly usual?: boolean;
}

/** Up to five capitalised words that end in a word for street, or an unknown name that may be one. */
function streetBehind(view: View, first: number): Street | null {
  const { text, starts, ends, kinds, flags, count } = view;
  let end = 0;
  let words = 0;
  let usual = false;
  for (let index = first; index < count && words < MOST_STREET_WORDS; index += 1, words += 1) {
    let gap = text.slice(ends[index - 1], starts[index]);
    if (words === 0 && gap === ', ' && isNumberOfHouse(text, starts[first - 1] as number)) gap = ' ';
    // "27 bis avenue", "5, quai".
    if (words === 0 && gap === ' ' && /^(?:bis|ter|quater)$/.test(view.word(index))) {
      words -= 1;
      continue;
    }
    if (words === 0 && gap === ', ' && ((flags[index] as number) & FLAG.streetBefore) !== 0 && isRomance(view, index))
      return romanceStreet(view, index);
    if (!(gap === ' ' || (words > 0 && (gap === "'" || gap === '-' || gap === '. ')))) break;
    if (gap === "'" && isPossessiveSign(view, index)) continue;
    const kind = kinds[index] as number;
    const flag = flags[index] as number;
    if (words === 0 && (flag & FLAG.streetBefore) !== 0 && isRomance(view, index)) return romanceStreet(view, index);
    const capital = (kind & STARTS_UPPER) !== 0;
    const ordinal =
      (kind & (HAS_DIGIT | HAS_LETTER)) === (HAS_DIGIT | HAS_LETTER) &&
      /^\d{1,3}(?:st|nd|rd|th)$/i.test(view.word(index));
    if ((flag & FLAG.street) !== 0 && words > 0) {
      const dot =
        text.charCodeAt(ends[index] as number) === 46 && /^(?:st|ave|rd|blvd|ln|dr|ct|pl|sq)$/i.test(view.word(index))
          ? 1
          : 0;
      const more =
        index + 1 < count &&
        /^[ ](?:N|S|E|W|NE|NW|SE|SW|North|South|East|West)(?![\w])/.exec(
          text.slice(ends[index], (ends[index] as number) + 7),
        );
      return { end: (ends[index] as number) + (more ? more[0].length : dot), certain: true, usual };
    }
    if (!capital && !ordinal && (flag & FLAG.particle) === 0) break;
    if ((flag & FLAG.month) !== 0) break;
    const common = (flag & FLAG.common) !== 0 && (flag & (FLAG.street | FLAG.surname)) === 0;
    if (words === 0 && common && !isDirection(view, index)) {
      if (!isUsual(view, index)) break;
      usual = true;
    }
    if ((kind & HAS_DIGIT) !== 0 && !ordinal) break;
    end = ends[index] as number;
  }
  return end === 0 ? null : { end, certain: false };
}

/** A common word with a capital right before a word for street that has one, too. */
const isUsual = (view: View, index: number): boolean =>
  ((view.kinds[index] as number) & (view.kinds[index + 1] as number) & STARTS_UPPER) !== 0 &&
  ((view.flags[index + 1] as number) & FLAG.street) !== 0 &&
  view.text.slice(view.ends[index], view.starts[index + 1]) === ' ';

const isDirection = (view: View, index: number): boolean =>
  /^(?:north|south|east|west|old|new|main|church|park|high|mill|school|station|river|king|queen|market|spring|green|hill|lake|first|second|third|water|center|bridge|court|castle|forest|garden|college|union|state|black|white|red|blue|royal|rock|stone|beach)$/i.test(
    view.word(index),
  );

/** "rue", "calle" and the like stand before the name and are written small or with a capital. */
const isRomance = (view: View, index: number): boolean =>
  !/^(?:place|avenue|route|boulevard|via|plaza)$/.test(view.word(index)) ||
  (/^(?:avenue|boulevard)$/.test(view.word(index)) && ((view.kinds[index + 1] as number) & STARTS_UPPER) !== 0) ||
  ((view.flags[index + 1] as number) & FLAG.particle) !== 0 ||
  view.word(index) !== view.word(index).toLowerCase();

function romanceStreet(view: View, index: number): Street | null {
  const { starts, ends, kinds, flags, text, count } = view;
  let end = 0;
  for (let at = index + 1; at < count && at <= index + 6; at += 1) {
    const gap = text.slice(ends[at - 1], starts[at]);
    if (gap !== ' ' && gap !== "'" && gap !== '-') break;
    const capital = ((kinds[at] as number) & STARTS_UPPER) !== 0;
    if (!capital && ((flags[at] as number) & FLAG.particle) === 0 && gap !== "'") break;
    if (capital) end = ends[at] as number;
  }
  return end === 0 ? null : { end, certain: true };
}

/** "Hauptstraße 12", "Calle Mayor 5", "Via Roma, 10", "Bağdat Cad. No: 112": the number stands behind. */
function numberBehindStreet(view: View, index: number, sink: Sink): boolean {
  const { text, starts, ends, kinds, flags } = view;
  if (index === 0) return false;
  const numbered = endOfNumberedStreet(view, index);
  if (numbered > 0) {
    sink.add('address', starts[index - 1] as number, extend(view, numbered), 0.85, 'context');
    return true;
  }
  const last = wordBeforeNumber(view, index);
  if (last < 0) return false;
  // Streets end in a name.
  if (((kinds[last] as number) & STARTS_UPPER) === 0 && ((flags[last] as number) & FLAG.particle) === 0) return false;
  // "Virgen del Camino el 7 de abril" goes on with a date.
  if (/^(?:el|le|il)$/.test(view.word(last))) return false;
  const postal =
    text.slice(ends[last], starts[index]) === ', ' && (ends[index] as number) - (starts[index] as number) === 5;
  let first = last;
  if (((kinds[first] as number) & STARTS_UPPER) !== 0 && STREET_COMPOUND.test(view.word(first))) {
    first = startOfCompound(view, last);
  } else {
    first = behindStreetWord(view, last);
    if (first < 0) first = beforeStreetEnd(view, last);
    if (first < 0 && last === index - 1) first = behindPreposition(view, index);
    if (first < 0 && last === index - 1) first = beforeCodeAndCity(view, index);
    if (first < 0 || /^(?:place|route|avenue|via)$/.test(view.word(first))) return false;
    // "5, quai des Brumes, 56100": the number of the house stands before, and this is the postal code.
    if (
      postal &&
      first > 0 &&
      HOUSE.test(houseOf(view, first - 1)) &&
      isHouseGap(text.slice(ends[first - 1], starts[first]))
    )
      return false;
  }
  const end = extend(view, endOfHouse(text, ends[index] as number));
  sink.add('address', startOfPlace(text, starts[first] as number), end, 0.85, 'context');
  return true;
}

/** Where the name of a street begins that ends in one word: "Prenzlauer Allee", "Alte Poststraße". */
function startOfCompound(view: View, last: number): number {
  const { text, starts, ends, kinds } = view;
  const bare = /^(?:STRA(?:SS|ß)E|WEG|PLATZ|ALLEE|RING|DAMM|UFER|GASSE|STR)$/i.test(view.word(last));
  let first = last;
  while (first > 0 && last - first < 3) {
    const before = first - 1;
    const joins = bare && /^[ -]$/.test(text.slice(ends[before], starts[first]));
    if (!(joins && ((kinds[before] as number) & STARTS_UPPER) !== 0) && !isBeforeCompound(view, before)) break;
    first = before;
  }
  return first;
}

/** The word for street before the name that ends in `last`: "Calle Mayor", "Rua do Ouro", "C/ San Bernardo"; else -1. */
function behindStreetWord(view: View, last: number): number {
  const { text, starts, ends, kinds, flags } = view;
  for (let at = last; at >= 0 && at >= last - 5; at -= 1) {
    if (at < last && !/^(?: |'|-|\. ?|\/ ?)$/.test(text.slice(ends[at], starts[at + 1]))) return -1;
    if (
      at < last &&
      isStreetWord(view, at) &&
      (((kinds[at + 1] as number) & STARTS_UPPER) !== 0 || isNameParticle(view, at + 1))
    )
      return at;
    if (((kinds[at] as number) & STARTS_UPPER) === 0 && !isNameParticle(view, at)) return -1;
    if (((flags[at] as number) & FLAG.month) !== 0) return -1;
  }
  return -1;
}

/** "C/" is a street only before its stroke. */
const isStreetWord = (view: View, index: number): boolean =>
  ((view.flags[index] as number) & FLAG.streetBefore) !== 0 ||
  (view.text[view.ends[index] as number] === '/' && /^[Cc]$/.test(view.word(index)));

/** Portuguese has one that is a verb in English. */
const isNameParticle = (view: View, index: number): boolean =>
  ((view.flags[index] as number) & FLAG.particle) !== 0 || view.word(index) === 'do';

/** "Gran Vía 28", "Atatürk Caddesi No: 45": up to three capitalised words before a word that ends the name of a street in Turkish; else -1. */
function beforeStreetEnd(view: View, last: number): number {
  if (last > 0 && /^gran vía$/i.test(view.text.slice(view.starts[last - 1], view.ends[last]))) return last - 1;
  if (!/^(?:caddesi|cad|cd|sokak|sokağı|sok|sk|bulvarı|bulv|blv|mahallesi|mah)$/i.test(view.word(last))) return -1;
  let first = last;
  while (
    first > 0 &&
    last - first < 3 &&
    ((view.kinds[first - 1] as number) & (STARTS_UPPER | HAS_DIGIT)) !== 0 &&
    view.text.slice(view.ends[first - 1], view.starts[first]) === ' '
  )
    first -= 1;
  return first < last ? first : -1;
}

/** "Linke Wienzeile 40/2, 1060 Wien": code and a city that we know behind the number, whatever the street is called; else -1. */
function beforeCodeAndCity(view: View, index: number): number {
  const { text, ends, starts, flags, kinds } = view;
  const end = endOfHouse(text, ends[index] as number);
  const code = /^, (?:[A-Z]{1,2}-)?\d{4,5} (?=\p{Lu})/u.exec(text.slice(end, end + 12));
  if (code === null) return -1;
  const city = view.wordAt(end + code[0].length);
  if (city >= view.count || ((flags[city] as number) & FLAG.city) === 0) return -1;
  let first = index;
  while (first > 0 && index - first < 3) {
    const before = first - 1;
    if (text.slice(ends[before], starts[first]) !== ' ') break;
    if (((kinds[before] as number) & (STARTS_UPPER | HAS_DIGIT)) !== STARTS_UPPER) break;
    if (((flags[before] as number) & NO_STREET) !== 0) break;
    first = before;
  }
  return first < index ? first : -1;
}

const NO_STREET = FLAG.common | FLAG.month | FLAG.weekday | FLAG.field;

/** "Am Mühlbach 7, 83022 Rosenheim", "An der Burg 3, 10115 Berlin": only the code behind the number makes it a street. */
function behindPreposition(view: View, index: number): number {
  const { text, starts, ends } = view;
  if (!/^[a-z]?, \d{5} \p{Lu}/u.test(text.slice(ends[index], (ends[index] as number) + 12))) return -1;
  for (let at = index - 1; at >= 0 && at >= index - 4; at -= 1) {
    if (text.slice(ends[at], starts[at + 1]) !== ' ') return -1;
    if (at < index - 1 && /^(?:Am|An|Auf|Im|In|Zum|Zur|Beim|Unter|Hinter|Vor)$/.test(view.word(at))) return at;
    // "Am Montag 7" and "In Version 3" say something else, whatever follows.
    if (((view.flags[at] as number) & NO_STREET) !== 0 && ((view.kinds[at] as number) & STARTS_UPPER) !== 0) return -1;
  }
  return -1;
}

/** Goes on over unit, city, region, country and postal code as long as they follow one another. */
function extend(view: View, from: number): number {
  const { text } = view;
  let end = from;
  let postal = false;
  /** Behind the code stands one place that nobody has to know; whatever else follows must be one. */
  let named = false;
  for (let part = 0; part < 7 && end - from < LONGEST; part += 1) {
    const rest = text.slice(end, end + 80);
    const unit = lengthOfUnit(rest);
    if (unit > 0) {
      end += unit;
      continue;
    }
    const gap = GAP.exec(rest)?.[0] ?? '';
    if (gap === '') break;
    const code = POSTAL.exec(rest.slice(gap.length));
    if (code !== null && !postal) {
      postal = true;
      end += gap.length + code[0].length;
      continue;
    }
    const place = placeAt(view, end + gap.length, !named && (/[,\n]/.test(gap) || postal));
    if (place === 0) break;
    named ||= postal;
    end = place;
  }
  return end;
}

const isLineStart = (text: string, offset: number): boolean =>
  /\n[ \t>]*$/.test(text.slice(Math.max(0, offset - 8), offset));

/** "Centro de estudios: ...": the line is another field. */
const isLabelLine = (text: string, end: number): boolean => /^[^\n,;:]{0,32}:/.test(text.slice(end, end + 34));

/** End of a city, region or country at an offset: known, or capitalised words behind a comma or a line's end. */
function placeAt(view: View, offset: number, divided: boolean): number {
  const { text, starts, ends, kinds, flags, spans, count } = view;
  const first = view.wordAt(offset);
  if (first >= count || starts[first] !== offset || ((kinds[first] as number) & STARTS_UPPER) === 0) return 0;
  const known = FLAG.city | FLAG.country | FLAG.region | FLAG.stateCode;
  if (((flags[first] as number) & known) !== 0) return ends[first + (spans[first] as number) - 1] as number;
  if (!divided) return 0;
  let end = 0;
  for (let at = first; at < count && at < first + 4; at += 1) {
    if (at > first && !/^(?: |-|'|\. |\/)$/.test(text.slice(ends[at - 1], starts[at]))) break;
    const kind = kinds[at] as number;
    const flag = flags[at] as number;
    if ((kind & STARTS_UPPER) === 0 && (flag & FLAG.particle) === 0) break;
    if ((kind & HAS_DIGIT) !== 0) break;
    // A new sentence or another field begins here, not a place.
    if (
      at === first &&
      (flag & FLAG.common) !== 0 &&
      (flag & (FLAG.surname | FLAG.city)) === 0 &&
      !/^(?:new|north|south|east|west|port|lake|saint|st|fort|mount|san|los|las|el|la|le|old|great|upper|lower|big|bad)$/i.test(
        view.word(at),
      )
    )
      return 0;
    if (text.charCodeAt(ends[at] as number) === 58) return 0;
    if ((kind & STARTS_UPPER) !== 0) end = ends[at] as number;
  }
  return isLineStart(text, offset) && isLabelLine(text, end) ? 0 : end;
}
