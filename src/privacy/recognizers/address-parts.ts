// What addresses hold beside street, place and code: units before and behind the street, what stands before a house
// number, and what a number goes on with. The text is normalised, so that "3º" is written "3o" here.

import { isWordCode } from '../characters.ts';
import { FLAG } from '../lexicon.ts';
import { HAS_DIGIT, STARTS_UPPER, type View } from '../view.ts';

const UNIT_WORD =
  'apt|apartment|suite|ste|unit|flat|floor|room|rm|building|bldg|box|po box|p\\.o\\. box|level|lot|block|' +
  'esc|escalera|piso|planta|puerta|pta|portal|bloque|blq|local|oficina|of|depto|dpto|departamento|int|interior|bajo|bj|ático|torre|' +
  'apto|apartamento|ap|sala|andar|bloco|bl|lote|lj|' +
  'app|appt|appartement|bât|bat|bâtiment|étage|porte|esc|boîte|bte|' +
  'scala|piano|interno|' +
  'wohnung|whg|stiege|top|tür|etage|stock|' +
  'daire|kat|blok|no|d|m|lok|bus|hs';
/** "Apt 7C", "esc. 2", "app. 3", "D: 3", "bajo A", "#4": a word for a part of a house and what it is called. */
const NAMED_UNIT = `(?:(?:${UNIT_WORD})\\.?:?|#)[ \\t]{0,2}#?[ \\t]?(?:[A-Za-z]?-?\\d{1,5}[A-Za-z]?)|(?:${UNIT_WORD})\\.?:?[ \\t](?-i:[A-Z])(?![\\w.])`;
/** "3o B", "5.o 1.a", "2.o izq.", "1o dcha.", "5° B": floors in Spanish and Portuguese, and the door behind them. */
const FLOOR =
  '\\d{1,2}(?:\\.?[oa]\\.?|°)(?:[ \\t]?(?:izqda?|izda|izq|dcha?|dta|drcha|centro|ctro|esq|dto|fte|frente|int|ext|[A-Z]|\\d{1,2}\\.?[oa])(?![\\w])\\.?)?';
/** "3. OG links", "2. Stock", "EG", "3e étage". */
const STOREY =
  '(?:\\d{1,2}\\. ?(?:OG|UG|DG|Stock|Etage|Obergeschoss|Stockwerk)|EG|DG|Erdgeschoss|Hinterhaus|Vorderhaus|\\d{1,2}(?:er|e|ème|eme) étage|rez-de-chaussée|ground floor|\\d{1,2}(?:st|nd|rd|th) floor)(?:[ ,]{1,2}(?:links|rechts|mitte|gauche|droite))?';

const UNITS = new RegExp(
  `^[ \\t]*[\\n\\r,;–-]?[ \\t>?]*\\n?[ \\t>?]*(?:${NAMED_UNIT}|${FLOOR}|${STOREY})(?![\\w])`,
  'i',
);

/** Length of a unit that follows a street or another unit, with what divides it from that; 0 where none does. */
export const lengthOfUnit = (rest: string): number => UNITS.exec(rest)?.[0].length ?? 0;

const UNIT_BEFORE =
  /(?:^|[^\p{L}\d])((?:(?:flat|apt|apartment|unit|suite|studio|room|shop|level|floor|office|block)\.? ?#?(?:[A-Z]?\d{1,4}[A-Za-z]?|[A-Z](?=,)),? ?|(?:unit|flat|apt|suite|plot|shop)\.? |(?:house|plot|flat|door) ?(?:no|number)\.? ))$/iu;
/** A part of a house that its number stands behind, or that comes with a number of its own: "Flat 2, ", "Unit ", "House No. ". */
export function startOfUnit(text: string, start: number): number {
  const before = text.charCodeAt(start - 1);
  if (before !== 32 && before !== 44) return start;
  const match = UNIT_BEFORE.exec(text.slice(Math.max(0, start - 28), start));
  return match === null ? start : start - (match[1] ?? '').length;
}

/** Whether what stands before a number says that it is a house's: a comma may part it from its street. */
export const isNumberOfHouse = (text: string, start: number): boolean =>
  /(?:house|plot|flat|door)(?: (?:no|number))?\.? $/i.test(text.slice(Math.max(0, start - 16), start));

const PLACE_BEFORE =
  /(?:^|[^\p{L}\d])((?:[A-Z]{1,2}-)?\d{4,5} \p{Lu}[\p{L}-]{1,24}(?: (?:am|an der|im|in|bei|[a-zà-ü]{2,3}|\p{Lu}[\p{L}-]{1,20}))?, )$/u;
/** "1070 Wien, Neubaugasse 12": code and city before the street. */
export function startOfPlace(text: string, start: number): number {
  if (text[start - 2] !== ',' || text[start - 1] !== ' ') return start;
  const match = PLACE_BEFORE.exec(text.slice(Math.max(0, start - 44), start));
  return match === null ? start : start - (match[1] ?? '').length;
}

const NUMBER_WORD = /^(?:no|nr|num|n|número|numero|numéro)$/i;
/** The word before a house number, over "No: ", "nº " and "# "; -1 where something else stands between. */
export function wordBeforeNumber(view: View, index: number): number {
  const { text, starts, ends } = view;
  const last = index - 1;
  const from = ends[last] as number;
  const length = (starts[index] as number) - from;
  if (length > 3) return -1;
  const word = from - (starts[last] as number);
  if (word <= 6 && view.units[starts[last] as number] === 110 && last > 0 && NUMBER_WORD.test(view.word(last))) {
    if (/^(?:[.:°]{0,2} ?)$/.test(text.slice(from, starts[index])))
      return /^(?:,? |\. |, )$/.test(text.slice(ends[last - 1], starts[last])) ? last - 1 : -1;
  }
  if (length === 1 && view.units[from] !== 35) return view.units[from] === 32 ? last : -1;
  return /^(?:\. |, |,? #|,? # )$/.test(text.slice(from, starts[index])) ? last : -1;
}

/** "14/3", "12/3/8", "19-21", "27 bis" and "12 b": what a house number goes on with. */
export function endOfHouse(text: string, end: number): number {
  const more = /^(?:[/-]\d{1,4}[A-Za-z]?(?![\w])){1,3}|^ ?[a-z](?![\w.])|^ (?:bis|ter)(?![\w])/.exec(
    text.slice(end, end + 16),
  );
  return more === null ? end : end + more[0].length;
}

const BOX =
  /(?:^|[^\p{L}])((?:p\.? ?o\.? ?box|postfach|boîte postale|b\.?p\.?|apartado(?: de correos)?|casella postale|postbus|caixa postal|skr\. poczt\.?) )$/iu;
/** The last words of them. */
const BOX_WORDS = new Set([
  'box',
  'postfach',
  'postale',
  'bp',
  'p',
  'apartado',
  'correos',
  'postbus',
  'postal',
  'poczt',
]);
/** Where a box of the post begins whose number stands at a place; -1 where none does. */
export function startOfBox(view: View, index: number): number {
  const { text } = view;
  const start = view.starts[index] as number;
  if (index === 0 || start !== (view.ends[index - 1] as number) + 1) return -1;
  const length = start - 1 - (view.starts[index - 1] as number);
  if (length > 8 || !BOX_WORDS.has(view.word(index - 1).toLowerCase())) return -1;
  const match = BOX.exec(text.slice(Math.max(0, start - 24), start));
  return match === null ? -1 : start - (match[1] ?? '').length;
}

/** "#" or "No" within a few units. */
function hasNumberSign({ units }: View, end: number): boolean {
  for (let at = end; at < end + 9; at += 1) {
    const unit = units[at] as number;
    if (unit === 35 || (unit === 110 && (units[at - 1] as number) === 32)) return true;
    if (unit === 0 || unit === 44 || unit === 10) return false;
  }
  return false;
}

/** "Carrera 7 # 71-21", "Calle 93B No. 11-26": streets of Colombia have numbers for names. */
export function endOfNumberedStreet(view: View, index: number): number {
  const { text, starts, ends } = view;
  if (!hasNumberSign(view, ends[index] as number)) return 0;
  if (
    index === 0 ||
    !/^(?:carrera|cra|kra|kr|calle|cll|cl|diagonal|transversal|tv|avenida|av)$/i.test(view.word(index - 1))
  )
    return 0;
  if (!/^\.? $/.test(text.slice(ends[index - 1], starts[index]))) return 0;
  const more =
    /^(?: ?[A-Z])?(?: (?:Sur|Norte|Este|Oeste|Bis))? ?(?:#|[Nn][oº°.]{1,2}) ?\d{1,3}[A-Z]? ?- ?\d{1,3}(?![\w])/.exec(
      text.slice(ends[index], (ends[index] as number) + 32),
    );
  return more === null ? 0 : (ends[index] as number) + more[0].length;
}

/** "Tanner's" inside the name of a street: the `s` behind an apostrophe. */
export const isPossessiveSign = (view: View, index: number): boolean =>
  view.text[(view.starts[index] as number) - 1] === "'" &&
  (view.ends[index] as number) - (view.starts[index] as number) === 1 &&
  view.text[view.starts[index] as number] === 's';

/** "Pirnaer Landstraße", "Alte Poststraße": words before a street in one word that belong to its name. */
export function isBeforeCompound(view: View, index: number): boolean {
  const { text, starts, ends, kinds, flags } = view;
  if (((kinds[index] as number) & (STARTS_UPPER | HAS_DIGIT)) !== STARTS_UPPER) return false;
  if (text.slice(ends[index], starts[index + 1]) !== ' ') return false;
  const word = view.word(index);
  if (
    /^(?:Alte[rn]?|Neue[rn]?|Große[rn]?|Kleine[rn]?|Obere[rn]?|Untere[rn]?|Hintere[rn]?|Vordere[rn]?|Lange[rn]?|Hohe[rn]?|Am|An|Im|Zum|Zur|Sankt)$/.test(
      word,
    )
  )
    return !isWordCode(text.charCodeAt((starts[index] as number) - 1));
  // Streets are called after where they lead to: the first of a run only, since people at work end alike.
  return (
    /..er$/.test(word) && ((flags[index] as number) & (FLAG.common | FLAG.field | FLAG.job | FLAG.beforePerson)) === 0
  );
}
