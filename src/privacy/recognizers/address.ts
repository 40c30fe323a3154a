// Street addresses. They begin with a house number before or behind the name of a street, and go on with unit, city,
// region, country and postal code, on one line or several.

import { isWordCode } from '../characters.ts';
import { NO_LABEL, type Sink } from '../finding.ts';
import { FLAG } from '../lexicon.ts';
import { HAS_DIGIT, HAS_LETTER, STARTS_UPPER, type View } from '../view.ts';
import { topicOf } from '../vocabulary.ts';

const TOPIC = topicOf('address');
const MOST_STREET_WORDS = 5;
const LONGEST = 220;
const UNITS =
  /^(?:[ \t]*[\n\r,;]?[ \t>?]*\n?[ \t>?]*)(?:apt|apartment|suite|ste|unit|flat|floor|room|rm|building|bldg|box|po box|p\.o\. box|level|lot|#)\.?[ \t]{0,2}#?[ \t]?[A-Za-z]?-?\d{1,5}[A-Za-z]?(?![\w])/i;
const HOUSE = /^\d{1,6}[A-Za-z]?(?:[-/]\d{1,4}[A-Za-z]?)?$/;
/** What stands between the parts of an address: a comma, a line's end, signs of quoted mail. */
const GAP = /^(?:[ \t]*,)?[ \t]*(?:\r?\n[ \t>?]*){0,2}(?:,[ \t]*)?/;
const POSTAL =
  /^(?:[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|[A-Z]\d[A-Z][ -]?\d[A-Z]\d|\d{5}(?:-\d{3,4})?|\d{4} ?[A-Z]{2}|\d{3}-\d{4}|\d{4,6}|\d{2}-\d{3}|[A-Z]{1,2}-\d{4,5})(?![\w-])/;
const STREET_COMPOUND =
  /(?:stra(?:ß|ss)e|str|weg|platz|allee|gasse|ring|damm|ufer|straat|laan|plein|gracht|kade|dijk|gatan|vägen|vej|veien|gata|tie|katu)$/i;

/** Addresses that begin with the house number `index`, or whose street stands before it. */
export function recognizeAddress(view: View, index: number, sink: Sink): void {
  if (!besideBlank(view, index) || !isHouse(view, index)) return;
  if (numberBehindStreet(view, index, sink)) return;
  const { text, starts, ends } = view;
  const start = starts[index] as number;
  const before = text.charCodeAt(start - 1);
  if (isWordCode(before) || '-./$€£:'.includes(text[start - 1] ?? ' ') || (ends[index] as number) - start > 6) return;
  const street = streetBehind(view, index + 1);
  if (street === null) return;
  const { end, certain } = street;
  const whole = extend(view, end);
  const labelled = view.labelDistance(TOPIC, start, whole) < NO_LABEL;
  const more = whole > end + 6;
  const score = certain ? (labelled || whole > end ? 0.9 : 0.75) : labelled ? (more ? 0.8 : 0.65) : more ? 0.55 : 0;
  if (score > 0) sink.add('address', start, whole, score, 'context');
}

/** A house number has a blank between it and its street; most numbers in programs and data have none. */
const besideBlank = (view: View, index: number): boolean =>
  view.text.charCodeAt(view.ends[index] as number) === 32 ||
  view.text.charCodeAt((view.starts[index] as number) - 1) === 32;

/** Most numbers are digits alone, for which no pattern is needed. */
const isHouse = (view: View, index: number): boolean =>
  ((view.kinds[index] as number) & HAS_LETTER) === 0
    ? (view.ends[index] as number) - (view.starts[index] as number) <= 6
    : HOUSE.test(houseOf(view, index));

const houseOf = (view: View, index: number): string => view.word(index);

const isHouseGap = (gap: string): boolean => gap === ' ' || gap === ', ';

/** Up to five capitalised words that end in a word for street, or an unknown name that may be one. */
function streetBehind(view: View, first: number): { end: number; certain: boolean } | null {
  const { text, starts, ends, kinds, flags, count } = view;
  let end = 0;
  let words = 0;
  for (let index = first; index < count && words < MOST_STREET_WORDS; index += 1, words += 1) {
    const gap = text.slice(ends[index - 1], starts[index]);
    // "27 bis avenue", "5, quai".
    if (words === 0 && gap === ' ' && /^(?:bis|ter|quater)$/.test(view.word(index))) {
      words -= 1;
      continue;
    }
    if (words === 0 && gap === ', ' && ((flags[index] as number) & FLAG.streetBefore) !== 0 && isRomance(view, index))
      return romanceStreet(view, index);
    if (!(gap === ' ' || (words > 0 && (gap === "'" || gap === '-' || gap === '. ')))) break;
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
        /^[ ](?:N|S|E|W|NE|NW|SE|SW)(?![\w])/.exec(text.slice(ends[index], (ends[index] as number) + 4));
      return { end: (ends[index] as number) + (more ? more[0].length : dot), certain: true };
    }
    if (!capital && !ordinal && (flag & FLAG.particle) === 0) break;
    if (
      (flag & FLAG.month) !== 0 ||
      ((flag & FLAG.common) !== 0 &&
        words === 0 &&
        (flag & (FLAG.street | FLAG.surname)) === 0 &&
        !isDirection(view, index))
    )
      break;
    if ((kind & HAS_DIGIT) !== 0 && !ordinal) break;
    end = ends[index] as number;
  }
  return end === 0 ? null : { end, certain: false };
}

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

function romanceStreet(view: View, index: number): { end: number; certain: boolean } | null {
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

/** "Hauptstraße 12", "Calle Mayor 5", "Via Roma, 10": the number stands behind. */
function numberBehindStreet(view: View, index: number, sink: Sink): boolean {
  const { text, starts, ends, kinds, flags } = view;
  if (index === 0) return false;
  // Streets end in a name.
  if (((kinds[index - 1] as number) & STARTS_UPPER) === 0 && ((flags[index - 1] as number) & FLAG.particle) === 0)
    return false;
  const gap = text.slice(ends[index - 1], starts[index]);
  if (!/^(?:\.? |, | n[°º]? )$/.test(gap)) return false;
  const postal = gap === ', ' && (ends[index] as number) - (starts[index] as number) === 5;
  let first = index - 1;
  const compound = ((kinds[first] as number) & STARTS_UPPER) !== 0 && STREET_COMPOUND.test(view.word(first));
  if (compound) {
    // "Alte Poststraße", "Prenzlauer Allee", "Am Alten Weg".
    while (
      first > 0 &&
      index - first < 4 &&
      text.slice(ends[first - 1], starts[first]).match(/^[ -]$/) &&
      ((kinds[first - 1] as number) & STARTS_UPPER) !== 0 &&
      /^(?:STRA(?:SS|ß)E|WEG|PLATZ|ALLEE|RING|DAMM|UFER|GASSE|STR)$/i.test(view.word(index - 1))
    )
      first -= 1;
  } else {
    let found = -1;
    for (let at = index - 1; at >= 0 && at >= index - 6; at -= 1) {
      if (at < index - 1 && !/^(?: |'|-|\. ?|\/)$/.test(text.slice(ends[at], starts[at + 1]))) break;
      if (
        ((flags[at] as number) & FLAG.streetBefore) !== 0 &&
        at < index - 1 &&
        (((kinds[at + 1] as number) & STARTS_UPPER) !== 0 || ((flags[at + 1] as number) & FLAG.particle) !== 0)
      ) {
        found = at;
        break;
      }
      if (((kinds[at] as number) & STARTS_UPPER) === 0 && ((flags[at] as number) & FLAG.particle) === 0) break;
    }
    if (found < 0) found = behindPreposition(view, index);
    if (found < 0 || /^(?:place|route|avenue|via)$/.test(view.word(found))) return false;
    // "5, quai des Brumes, 56100": the number of the house stands before, and this is the postal code.
    if (
      postal &&
      found > 0 &&
      HOUSE.test(houseOf(view, found - 1)) &&
      isHouseGap(text.slice(ends[found - 1], starts[found]))
    )
      return false;
    first = found;
  }
  const start = starts[first] as number;
  const end = /^\s?[a-z](?![\w])/.test(text.slice(ends[index], (ends[index] as number) + 3))
    ? (ends[index] as number) + 1
    : (ends[index] as number);
  sink.add(
    'address',
    start,
    extend(view, isWordCode(text.charCodeAt(end)) || text[end - 1] === ' ' ? (ends[index] as number) : end),
    0.85,
    'context',
  );
  return true;
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
  for (let part = 0; part < 7 && end - from < LONGEST; part += 1) {
    const rest = text.slice(end, end + 80);
    const unit = UNITS.exec(rest);
    if (unit !== null) {
      end += unit[0].length;
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
    const place = placeAt(view, end + gap.length, /[,\n]/.test(gap) || postal);
    if (place === 0) break;
    end = place;
  }
  return end;
}

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
    if (at > first && !/^(?: |-|'|\. )$/.test(text.slice(ends[at - 1], starts[at]))) break;
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
  return end;
}
