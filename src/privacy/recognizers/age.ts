import type { Sink } from '../finding.ts';
import { FLAG } from '../lexicon.ts';
import { HAS_LOWER, STARTS_UPPER, type View } from '../view.ts';
import { topicOf } from '../vocabulary.ts';

const TOPIC = topicOf('age');
const BEHIND = /^[ -](?:years?[ -]old|year[ -]olds?|yrs?\b|y\/o|yo\b|Jahre alt|ans\b|años)/;
const BEFORE = /(?:\bage|\baged|\bage of|\bage:|\bturned|\bturning|Alter:?|âge de|edad:?)\s$/i;

/** "64岁", "72歳", "67세": the sign says all. */
const COUNTER = /^\s?(?:周?岁|歲|歳|才(?!能)|[세살](?![\uac00-\ud7a3])|[세살](?:이|인|의|은|는|로|에|때))/;
/** What somebody is, or that they are, before years that would else be how long something takes. */
const SOMEBODY_OF =
  /(?:âgée?s? de|(?:patiente?|homme|femme|fille|garçon|enfant|fils|étudiante?) de|j'ai|j’ai|il a|elle a|tengo|tiene|cumpl(?:o|e|ió|í)|(?:varón|mujer|hombre|niñ[oa]|paciente|señora?|chic[oa]|joven|hij[oa]) de|ho|ha|tem|heeft|ma|ze is|hij is) $/i;
const YEARS_OF = /^ (?:ans|años|anni|anos|jaar(?: oud)?|lat|lata|yaşında(?:ki)?|yaş|år)(?![\p{L}])/u;
/** What says by itself that somebody is so old, in languages that put it behind the number. */
const GERMAN_YEARS =
  /^(?:[ -]Jahre alt|-jährige[nrs]?\b| J\. alt| J\.(?=[,;)])| jaar oud| yaşında| år gammal| år gammel)/;
/** "wird 90", "turns 40", "lat 54": the number ends what is said. */
const COMES_OF_AGE =
  /(?:^|[^\p{L}])(?:wird|wurde|werde|turns|turned|turning|fyller|fylte|lat|cumple|compie|fête ses) $/u;

/** Years of somebody's life, where words beside the number say so. */
export function recognizeAge(view: View, index: number, sink: Sink): void {
  const { text, units } = view;
  const start = view.starts[index] as number;
  const end = view.ends[index] as number;
  const behind = units[end] as number;
  const next = units[end + 1] as number;
  if (behind > 0x3000 || (behind === 32 && next > 0x3000)) {
    if (COUNTER.test(text.slice(end, end + 4)) && isAge(text, start, end)) sink.add('age', start, end, 0.7, 'context');
    return;
  }
  if (text.charCodeAt(start - 1) !== 32 && behind !== 32 && behind !== 45) return;
  // Years, Jahre, ans, años, lat, år: without them a label before the number can tell, or that it ends what is said.
  const isYears = next === 121 || next === 106 || next === 97 || next === 108 || next === 0xe5;
  if (!isYears && behind !== 44 && behind !== 46 && !view.hasLabel(start, end)) return;
  if (!isAge(text, start, end)) return;
  if (!isYears && isApposition(view, index)) {
    sink.add('age', start, end, 0.6, 'context');
    return;
  }
  const [before, after] = [text.slice(Math.max(0, start - 20), start), text.slice(end, end + 14)];
  if (
    GERMAN_YEARS.test(after) ||
    (COMES_OF_AGE.test(before) && /^(?:[.,!;]|$)/.test(after)) ||
    (YEARS_OF.test(after) &&
      (SOMEBODY_OF.test(before) || isBetweenCommas(before, after) || isNamed(view, index, after)))
  ) {
    sink.add('age', start, end, 0.7, 'context');
    return;
  }
  if (view.labelDistance(TOPIC, start, end) > 30) return;
  if (!BEHIND.test(text.slice(end, end + 12)) && !BEFORE.test(text.slice(Math.max(0, start - 12), start))) return;
  sink.add('age', start, end, 0.7, 'context');
}

/** "Mon fils Yanis, 9 ans, va", "La paciente, 34 años, tiene". */
const isBetweenCommas = (before: string, after: string): boolean =>
  /\p{L}, $/u.test(before) && /^ (?:ans|años|anni|anos|jaar|lat|år)[,.]/.test(after);

/** "Remedios Olavarría de 58 años, natural de": of somebody whose name ends here, and not of a contract. */
const isNamed = (view: View, index: number, after: string): boolean =>
  index > 1 &&
  /^ (?:ans|años)(?:,|\.| de edad)/.test(after) &&
  view.word(index - 1) === 'de' &&
  ((view.kinds[index - 2] as number) & STARTS_UPPER) !== 0 &&
  /^,? de $/.test(view.text.slice(view.ends[index - 2], view.starts[index]));

/** "Quentin Rasmussen, 42, of Duluth": between commas behind a name, and what goes on is no list of names. */
function isApposition(view: View, index: number): boolean {
  if (index === 0) return false;
  const { text, starts, ends, kinds, flags } = view;
  const last = index - 1;
  if (
    text.slice(ends[last], starts[index]) !== ', ' ||
    !/^, \p{Ll}/u.test(text.slice(ends[index], (ends[index] as number) + 3))
  )
    return false;
  if (((kinds[last] as number) & (STARTS_UPPER | HAS_LOWER)) !== (STARTS_UPPER | HAS_LOWER)) return false;
  return ((flags[last] as number) & (FLAG.common | FLAG.month | FLAG.weekday | FLAG.city | FLAG.country)) === 0;
}

/** "67F", "34 y/o": as doctors write, behind a name, a bracket or the beginning. */
export function recognizeMedicalAge(view: View, index: number, sink: Sink): void {
  const { text } = view;
  const start = view.starts[index] as number;
  const match = /^(\d{1,3})(?:[FMfm]|yo|yr|y)$/.exec(text.slice(start, view.ends[index]));
  if (match === null || !/(?:, ?|\(|[\p{L}] )$/u.test(text.slice(Math.max(0, start - 2), start))) return;
  if (!/^(?:[ ,.;)/]|$)/.test(text.slice(view.ends[index], (view.ends[index] as number) + 1))) return;
  const years = match[1] ?? '';
  // "16F" and "2M" are degrees and millions: a name stands before an age.
  const last = index - 1;
  const named =
    last >= 0 &&
    ((view.kinds[last] as number) & (STARTS_UPPER | HAS_LOWER)) === (STARTS_UPPER | HAS_LOWER) &&
    ((view.flags[last] as number) & (FLAG.common | FLAG.month)) === 0;
  const said = /yo$|yr$/.test(text.slice(start, view.ends[index]));
  if ((named || said) && Number(years) >= 1 && Number(years) <= 115)
    sink.add('age', start, start + years.length, 0.6, 'context');
}

function isAge(text: string, start: number, end: number): boolean {
  const years = Number(text.slice(start, end));
  return years >= 1 && years <= 125;
}
