import { Readable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';

/** Nobody sees progress sooner than this; a write for each of hundreds of events a second costs more than the event. */
const GATHER_MS = 20;

/**
 * Events as JSON Lines, those of a few milliseconds in one chunk. The last ones leave at once; an error of the events is the
 * stream's. What whoever reads does not take waits in memory, where the events are held anyway.
 */
export function gatheredLines(
  events: AsyncIterable<unknown>,
  gather: () => Promise<unknown> = () => setTimeout(GATHER_MS),
): Readable {
  return Readable.from(chunksOf(events, gather), { objectMode: false });
}

async function* chunksOf(events: AsyncIterable<unknown>, gather: () => Promise<unknown>): AsyncGenerator<string> {
  let text = '';
  let ended = false;
  let failure: unknown = null;
  let wake: () => void = () => undefined;
  const collect = async (): Promise<void> => {
    for await (const event of events) {
      text += `${JSON.stringify(event)}\n`;
      wake();
    }
  };
  void collect()
    .catch((error: unknown) => {
      failure = error;
    })
    .finally(() => {
      ended = true;
      wake();
    });
  while (!ended || text !== '') {
    if (text === '') {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    if (!ended) await gather();
    const chunk = text;
    text = '';
    if (chunk !== '') yield chunk;
  }
  if (failure !== null) throw failure;
}
