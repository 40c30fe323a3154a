import type { Sink } from '../finding.ts';
import { STARTS_UPPER, type View } from '../view.ts';
import { topicOf } from '../vocabulary.ts';

const TOPIC = topicOf('age');
const BEHIND = /^[ -](?:years?[ -]old|year[ -]olds?|yrs?\b|y\/o|yo\b|Jahre alt|ans\b|años)/;
const BEFORE = /(?:\bage|\baged|\bage of|\bage:|\bturned|\bturning|Alter:?|âge de|edad:?)\s$/i;

/** "64岁", "72歳", "67세": the sign says all. */
const COUNTER = /^\s?(?:周?岁|歲|歳|才(?!能)|세(?![\uac00-\ud7a3])|세의|세 )/;
/** What somebody is, or that they are, before years that would else be how long something takes. */
const SOMEBODY_OF =
  /(?:âgée?s? de|(?:patiente?|homme|femme|fille|garçon|enfant|fils|étudiante?) de|j'ai|j’ai|il a|elle a|tengo|tiene|cumpl(?:o|e|ió|í)|(?:varón|mujer|hombre|niñ[oa]|paciente|señora?|chic[oa]|joven|hij[oa]) de) $/i;
const YEARS_OF = /^ (?:ans|años)(?![\p{L}])/u;
const GERMAN_YEARS = /^(?:[ -]Jahre alt|-jährige[nrs]?\b| J\. alt)/;

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
  // Years, Jahre, ans, años: without them only a label before the number can tell.
  const isYears = next === 121 || next === 106 || next === 97;
  if (!isYears && !view.hasLabel(start, end)) return;
  if (!isAge(text, start, end)) return;
  const [before, after] = [text.slice(Math.max(0, start - 20), start), text.slice(end, end + 14)];
  if (
    GERMAN_YEARS.test(after) ||
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
  /\p{L}, $/u.test(before) && /^ (?:ans|años)[,.]/.test(after);

/** "Remedios Olavarría de 58 años, natural de": of somebody whose name ends here, and not of a contract. */
const isNamed = (view: View, index: number, after: string): boolean =>
  index > 1 &&
  /^ (?:ans|años)(?:,|\.| de edad)/.test(after) &&
  view.word(index - 1) === 'de' &&
  ((view.kinds[index - 2] as number) & STARTS_UPPER) !== 0 &&
  view.text.slice(view.ends[index - 2], view.starts[index]) === ' de ';

function isAge(text: string, start: number, end: number): boolean {
  const years = Number(text.slice(start, end));
  return years >= 1 && years <= 125;
}
