import { isAlone } from '../boundaries.ts';
import { NO_LABEL, type Sink } from '../finding.ts';
import { HAS_LOWER, type View } from '../view.ts';
import { topicOf } from '../vocabulary.ts';

const SHAPE = /^[A-Z]{4}([A-Z]{2})[A-Z\d]{2}(?:[A-Z\d]{3})?$/;
const TOPIC = topicOf('swift');
const BANK = topicOf('iban');

const COUNTRIES = new Set(
  (
    'AD AE AF AG AI AL AM AO AR AT AU AW AZ BA BB BD BE BF BG BH BI BJ BM BN BO BR BS BT BW BY BZ CA CD CF CG CH CI CL CM ' +
    'CN CO CR CU CV CY CZ DE DJ DK DM DO DZ EC EE EG ER ES ET FI FJ FO FR GA GB GD GE GH GI GL GM GN GQ GR GT GW GY HK HN HR ' +
    'HT HU ID IE IL IN IQ IR IS IT JM JO JP KE KG KH KM KN KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MG MK ML ' +
    'MM MN MO MR MT MU MV MW MX MY MZ NA NE NG NI NL NO NP NZ OM PA PE PG PH PK PL PR PS PT PY QA RO RS RU RW SA SC SD SE SG ' +
    'SI SK SL SM SN SO SR ST SV SY SZ TD TG TH TJ TL TM TN TO TR TT TW TZ UA UG US UY UZ VA VC VE VG VN VU WS XK YE ZA ZM ZW'
  ).split(' '),
);

/** Bank identifier codes (ISO 9362): no check digit, and many words in capitals share the shape, so a label is wanted. */
export function recognizeSwift(view: View, index: number, sink: Sink): void {
  if (((view.kinds[index] as number) & HAS_LOWER) !== 0) return;
  const word = view.word(index);
  const country = SHAPE.exec(word)?.[1];
  if (country === undefined || !COUNTRIES.has(country)) return;
  const [start, end] = [view.starts[index] as number, view.ends[index] as number];
  const distance = view.labelDistance(TOPIC, start, end);
  if (distance < NO_LABEL) sink.add('swift', start, end, 0.85, 'context', distance);
  else if (/\d/.test(word) && view.labelDistance(BANK, start, end) < NO_LABEL)
    sink.add('swift', start, end, 0.5, 'context');
  else if (isAlone(view, start, end)) sink.addIsolated('swift', start, end, 0.1, 'pattern', NO_LABEL);
}
