import { Buffer } from 'node:buffer';
import { parseExactJson } from '../exact-json.ts';
import { isRecord, type Json, listOf } from '../members.ts';

const isUnsaid = (reason: unknown): boolean =>
  typeof reason !== 'string' || reason === '' || reason === 'FINISH_REASON_UNSPECIFIED';

/** A whole answer that does not say why it ended has ended all the same; a stream that does not say so was cut. */
const ended = (candidate: unknown): unknown =>
  isRecord(candidate) && isUnsaid(candidate.finishReason) ? { ...candidate, finishReason: 'OTHER' } : candidate;

/** A whole answer of generateContent is what the events of a stream are: one says it all. */
export function geminiAnswerEvents(body: Buffer): Buffer {
  const answer = parseExactJson(body.toString('utf8')) as Json;
  const said = { ...answer, candidates: listOf(answer.candidates).map(ended) };
  return Buffer.from(`data: ${JSON.stringify(said)}\n\n`);
}
