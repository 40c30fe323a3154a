import type { Sink } from '../finding.ts';
import type { View } from '../view.ts';
import { topicOf } from '../vocabulary.ts';

const TOPIC = topicOf('age');
const BEHIND = /^[ -](?:years?[ -]old|year[ -]olds?|yrs?\b|y\/o|yo\b|Jahre alt|ans\b|años)/;
const BEFORE = /(?:\bage|\baged|\bage of|\bage:|\bturned|\bturning|Alter:?|âge de|edad:?)\s$/i;

/** Years of somebody's life, where words beside the number say so. */
export function recognizeAge(view: View, index: number, sink: Sink): void {
  const { text } = view;
  const [start, end] = [view.starts[index] as number, view.ends[index] as number];
  const behind = text.charCodeAt(end);
  if (text.charCodeAt(start - 1) !== 32 && behind !== 32 && behind !== 45) return;
  if (view.labelDistance(TOPIC, start, end) > 30) return;
  const years = Number(text.slice(start, end));
  if (years < 1 || years > 125) return;
  if (!BEHIND.test(text.slice(end, end + 12)) && !BEFORE.test(text.slice(Math.max(0, start - 12), start))) return;
  sink.add('age', start, end, 0.7, 'context');
}
