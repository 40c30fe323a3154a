import type { ClientCodec, UpstreamCodec } from '../../src/wire/codec.ts';
import { LossReport } from '../../src/wire/losses.ts';
import { chatRequest } from '../support/chat-requests.ts';
import { mutateBytes, mutateJson } from './mutate.ts';
import { FuzzFailure, type FuzzTarget } from './target.ts';

const REQUEST = chatRequest();

/** Mutated answers of one dialect: read or refused, never an exception, and written for every client as JSON. */
export function answerTarget(
  name: string,
  codec: UpstreamCodec,
  corpus: readonly unknown[],
  clients: readonly ClientCodec[],
): FuzzTarget {
  return {
    name,
    run(random) {
      const value = mutateJson(corpus[random.integer(corpus.length)], random);
      const text = JSON.stringify(value) ?? '';
      const body = random.integer(8) === 0 ? mutateBytes(Buffer.from(text), random) : Buffer.from(text);
      try {
        codec.readError(400 + random.integer(200), body);
        const reading = codec.readAnswer(body, REQUEST);
        if (!reading.ok) return;
        for (const client of clients) {
          const context = { requestId: 'req-1', model: 'maker/model', createdS: 7, request: REQUEST };
          JSON.parse(client.buildAnswer(reading.answer, context, new LossReport(), '{"a":1}'));
        }
      } catch (error) {
        throw new FuzzFailure((error as Error).stack ?? String(error), body.toString());
      }
    },
  };
}
