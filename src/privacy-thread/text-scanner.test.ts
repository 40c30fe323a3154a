import { readdirSync, readFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import { afterEach, describe, expect, it } from 'vitest';
import { NICENESS } from '../lib/give-way.ts';
import { detect } from '../privacy/detect.ts';
import { MAX_SLICE, WORKER_FROM } from '../privacy/scanner.ts';
import { TextScanner } from './text-scanner.ts';

const SENTENCE = 'Ask Mrs. Quarmby, a@b.example, card 4012 8888 8888 1881, about 14 Quimby Crescent, Lisbon. ';
const textOf = (length: number): string => SENTENCE.repeat(Math.ceil(length / SENTENCE.length));

let scanner = new TextScanner();
afterEach(async () => {
  await scanner.close();
  scanner = new TextScanner();
});

/** How many threads of this process have given way to the others; Linux tells. */
const threadsThatGiveWay = (): number =>
  readdirSync('/proc/self/task').filter((thread) => {
    const stat = readFileSync(`/proc/self/task/${thread}/stat`, 'latin1');
    // Behind the name, which may hold anything: state is the first member, niceness the seventeenth.
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16]) === getPriority() + NICENESS;
  }).length;

/** A process that is as nice as can be has nothing to give. */
const canGiveWay = process.platform === 'linux' && getPriority() + NICENESS <= 19;

describe('scanning texts of any size', () => {
  it.runIf(canGiveWay)('gives way to all other threads while it scans in one', async () => {
    const before = { threads: threadsThatGiveWay(), ours: getPriority() };
    await scanner.scan(textOf(WORKER_FROM + 1));
    expect({ threads: threadsThatGiveWay(), ours: getPriority() }).toEqual({ ...before, threads: before.threads + 1 });
  });

  it.each([
    ['at once', 200],
    ['in slices', 2 * MAX_SLICE],
    ['in a thread', WORKER_FROM + 1],
  ])('finds %s what detect finds', async (_way, length) => {
    const text = textOf(length);
    expect(await scanner.scan(text)).toEqual({ complete: true, findings: detect(text) });
  });

  it('lets other work run between slices', async () => {
    let turns = 0;
    const count = (): void => {
      turns += 1;
      if (turns < 100) setImmediate(count);
    };
    setImmediate(count);
    await scanner.scan(textOf(3 * MAX_SLICE));
    expect(turns).toBeGreaterThanOrEqual(3);
  });

  it('answers several long texts in one thread', async () => {
    const texts = [textOf(WORKER_FROM + 1), textOf(2 * WORKER_FROM), `${'x '.repeat(WORKER_FROM)}`];
    const results = await Promise.all(texts.map((text) => scanner.scan(text)));
    expect(results).toEqual(texts.map((text) => ({ complete: true, findings: detect(text) })));
  });

  it('finds the same in texts that reach the thread in parts, cut wherever it may be', async () => {
    const cut = `${'x '.repeat(262_143)}x𝒳 a@b.example ${SENTENCE}`;
    const texts = ['', ...Array.from({ length: 300 }, () => SENTENCE), cut, 'a@b.example'];
    expect(await scanner.scanAll(texts)).toEqual({ complete: true, findings: texts.map((text) => detect(text)) });
  });

  it('says that it is over budget, in slices by the clock and in the thread by a timer', async () => {
    let now = 0;
    const slow = new TextScanner(() => {
      now += 60;
      return now;
    });
    expect(await slow.scan(textOf(3 * MAX_SLICE), {}, { budgetMs: 50 })).toEqual({
      complete: false,
      because: 'over_budget',
    });
    expect(await scanner.scan(textOf(8 * WORKER_FROM), {}, { budgetMs: 1 })).toEqual({
      complete: false,
      because: 'over_budget',
    });
  });

  it('stops for whom nobody waits', async () => {
    expect(await scanner.scan('a@b.example', {}, { signal: AbortSignal.abort() })).toEqual({
      complete: false,
      because: 'aborted',
    });
    const controller = new AbortController();
    const scan = scanner.scan(textOf(4 * WORKER_FROM), {}, { signal: controller.signal });
    controller.abort();
    expect(await scan).toEqual({ complete: false, because: 'aborted' });
  });

  it('tells those who wait when the thread ends, and takes no more texts for it once closed', async () => {
    const scan = scanner.scan(textOf(8 * WORKER_FROM));
    await scanner.close();
    expect(await scan).toEqual({ complete: false, because: 'failed' });
    expect(await scanner.scan(textOf(WORKER_FROM + 1))).toEqual({ complete: false, because: 'failed' });
  });
});
