import { describe, expect, it } from 'vitest';
import { gatheredLines } from './gathered-lines.ts';

async function chunksOf(stream: AsyncIterable<unknown>): Promise<string[]> {
  const chunks: string[] = [];
  for await (const chunk of stream) chunks.push(String(chunk));
  return chunks;
}

async function* numbers(count: number, fails = false): AsyncGenerator<number> {
  for (let index = 0; index < count; index++) yield index;
  if (fails) throw new Error('it ended badly');
}

/** One turn of the event loop: everything that is there comes in it. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('gathered lines', () => {
  it('hold every event once and in order, many in one chunk', async () => {
    const chunks = await chunksOf(gatheredLines(numbers(500), turn));
    expect(chunks.join('')).toBe(Array.from({ length: 500 }, (_, index) => `${index}\n`).join(''));
    expect(chunks.length).toBeLessThan(20);
  });

  it('end with the events, also where there are none', async () => {
    expect(await chunksOf(gatheredLines(numbers(0), turn))).toEqual([]);
  });

  it('fail where the events fail, after what came before', async () => {
    const chunks: string[] = [];
    const read = async (): Promise<void> => {
      for await (const chunk of gatheredLines(numbers(3, true), turn)) chunks.push(String(chunk));
    };
    await expect(read()).rejects.toThrow('it ended badly');
    expect(chunks.join('')).toBe('0\n1\n2\n');
  });

  it('do not wait for more where the end has come', async () => {
    const never = (): Promise<never> => new Promise(() => undefined);
    async function* ended(): AsyncGenerator<string> {
      yield 'done';
    }
    const stream = gatheredLines(ended(), () => Promise.race([never(), turn()]));
    expect(await chunksOf(stream)).toEqual(['"done"\n']);
  });
});
