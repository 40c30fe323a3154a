import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../../../test/support/temporary-folder.ts';
import type { Call } from '../../contracts/call.ts';
import { AppError } from '../../contracts/errors.ts';
import { END_STATES, type Sample } from '../../contracts/evaluation.ts';
import type { RunEvent } from '../../contracts/evaluation-events.ts';
import { sha256Base64Url } from '../../lib/hash.ts';
import { createSeededRandom } from '../../lib/seeded-random.ts';
import { numericScorer } from '../scorers/text-scorers.ts';
import { openSuiteStore } from '../suites/suite-store.ts';
import { openAnswerCache } from './answer-cache.ts';
import { createConcurrencyLimit } from './concurrency-limit.ts';
import { createPlaces } from './places.ts';
import { additionSuite, createAdder, questionIn } from './resume-fixture.ts';
import { type RunOptions, runPlan } from './run.ts';
import { openRun, readRun } from './run-file.ts';
import { planRun } from './run-plan.ts';

interface Started {
  folder: string;
  events: RunEvent[];
}

/** Runs `count` additions in a folder; whatever is given replaces the plain case. */
async function start(
  count: number,
  call: Call,
  more: Partial<RunOptions> & { folder?: string; budgetUsd?: number; limit?: number } = {},
): Promise<Started & { done: Awaited<ReturnType<typeof runPlan>> }> {
  const suite = additionSuite(count);
  const folder = more.folder ?? temporaryFolder();
  const plan = planRun(suite, numericScorer, {
    deployment: 'adder',
    seed: 3,
    limit: more.limit ?? null,
    budgetUsd: more.budgetUsd ?? null,
  });
  const file = openRun(folder, plan);
  const events: RunEvent[] = [];
  try {
    const done = await runPlan({
      id: 'run',
      suite,
      scorer: numericScorer,
      file,
      call,
      cache: null,
      emit: (event) => events.push(event),
      now: () => 0,
      wait: () => Promise.resolve(),
      pause: new AbortController().signal,
      ...more,
    });
    return { folder, events, done };
  } finally {
    file.close();
  }
}

describe('a run', () => {
  it('ends every sample in exactly one of eight ends, and says what each rate was divided by', async () => {
    const adder = createAdder();
    const call: Call = (request, options) => {
      const index = Number.parseInt(questionIn(request), 10);
      if (index === 0) return Promise.reject(new AppError('denied_by_policy', 'no'));
      return adder(
        index === 1 ? { ...request, turns: [{ role: 'user', parts: [{ type: 'text', text: '500 + 1 =' }] }] } : request,
        options,
      );
    };
    const { done, events } = await start(10, call);
    expect(Object.keys(done.counts)).toEqual([...END_STATES]);
    expect(done.counts).toMatchObject({ correct: 8, wrong: 1, harness_error: 1, not_run: 0 });
    expect(done.score).toBe(0.8);
    expect(done.rates.errors_excluded).toMatchObject({
      numerator: 8,
      denominator: 9,
      denominator_is: 'samples asked without provider and harness errors',
    });
    expect(done.ci[0]).toBeLessThan(0.8);
    expect(done.cost_usd).toBeCloseTo(0.09, 10);
    expect(events.at(0)).toMatchObject({ event: 'launch', samples: 10, seed: 3 });
    expect(events.at(-1)).toBe(done);
    expect(events.filter(({ event }) => event === 'sample')).toHaveLength(10);
    expect(done).toMatchObject({ sandbox: true, model_versions: ['adder-1'], stopped: 'complete' });
  });

  it('draws the same samples for the same seed, and no more than were asked for', () => {
    const suite = additionSuite(100);
    const plan = (seed: number) => planRun(suite, numericScorer, { deployment: 'd', seed, limit: 10, budgetUsd: null });
    expect(plan(1)).toEqual(plan(1));
    expect(plan(1).samples).toHaveLength(10);
    expect(plan(2).sample_hash).not.toBe(plan(1).sample_hash);
  });

  it('stops before its budget is exceeded, and says so', async () => {
    const { done } = await start(100, createAdder({ costUsd: 0.1 }), { budgetUsd: 1 });
    expect(done.cost_usd ?? 9).toBeLessThanOrEqual(1.0001);
    expect(done.stopped).toBe('budget');
    expect(done.counts.not_run).toBe(100 - done.counts.correct);
    expect(done.counts.correct).toBeGreaterThan(3);
  });

  it('does not call an unknown price nothing', async () => {
    expect((await start(3, createAdder({ costUsd: null }))).done.cost_usd).toBeNull();
  });

  it('pauses without losing what is under way, and goes on where it was', async () => {
    const pause = new AbortController();
    const asked: string[] = [];
    const paid: string[] = [];
    const call = createAdder({
      paid: (question) => paid.push(question),
      before: async (question) => {
        asked.push(question);
        if (asked.length === 7) pause.abort();
        await Promise.resolve();
      },
    });
    const first = await start(30, call, { pause: pause.signal });
    expect(first.done.stopped).toBe('paused');
    expect(paid).toHaveLength(asked.length);
    expect(first.done.counts.not_run).toBe(30 - asked.length);
    const second = await start(30, call, { folder: first.folder });
    expect(second.done.counts.correct).toBe(30);
    expect(new Set(asked).size).toBe(30);
    expect(asked).toHaveLength(30);
    expect(second.events[0]).toMatchObject({ resumed: 30 - first.done.counts.not_run });
  });

  it('tries again what may pass, and keeps what will not', async () => {
    const calls = new Map<string, number>();
    const adder = createAdder();
    const call: Call = (request, options) => {
      const question = questionIn(request);
      const count = (calls.get(question) ?? 0) + 1;
      calls.set(question, count);
      if (question.startsWith('0') && count < 3) return Promise.reject(new AppError('rate_limited', 'slow down'));
      if (question.startsWith('1')) return Promise.reject(new AppError('denied_by_policy', 'no'));
      return adder(request, options);
    };
    const { done } = await start(3, call);
    expect(done.counts).toMatchObject({ correct: 2, harness_error: 1 });
    expect([...calls.values()].sort()).toEqual([1, 1, 3]);
  });

  it('counts a stream that broke off as the provider’s error and keeps what it cost', async () => {
    const call: Call = async (...given) => {
      const result = await createAdder({ costUsd: 0.5 })(...given);
      async function* cut() {
        for await (const part of result.parts) if (part.type !== 'end') yield part;
      }
      return { ...result, parts: cut() };
    };
    const { done, folder } = await start(1, call);
    expect(done.counts.provider_error).toBe(1);
    expect(done.cost_usd).toBe(1.5);
    expect([...readRun(folder).attempts]).toHaveLength(3);
  });

  it('fails loudly on a mistake of ours instead of counting it against the model', async () => {
    await expect(start(2, () => Promise.reject(new TypeError('ours')))).rejects.toThrow('ours');
  });

  it('asks only once for what is in the cache, and never takes one deployment’s answer for another’s', async () => {
    const path = join(temporaryFolder(), 'cache/answers.jsonl');
    let paid = 0;
    const call = createAdder({
      paid: () => {
        paid += 1;
      },
    });
    const cached = async () => {
      const cache = openAnswerCache(path);
      const result = await start(12, call, { cache });
      cache.close();
      return result.done;
    };
    expect(await cached()).toMatchObject({ cached: 0 });
    appendFileSync(path, '{"key":"torn');
    expect(await cached()).toMatchObject({ cached: 12, cost_usd: 0, counts: { correct: 12 } });
    expect(await cached()).toMatchObject({ cached: 12 });
    expect(paid).toBe(12);
    const cache = openAnswerCache(path);
    const file = openRun(
      temporaryFolder(),
      planRun(additionSuite(12), numericScorer, { deployment: 'other', seed: 3, limit: null, budgetUsd: null }),
    );
    await runPlan({
      id: 'x',
      suite: additionSuite(12),
      scorer: numericScorer,
      file,
      call,
      cache,
      emit: () => undefined,
      now: () => 0,
      wait: () => Promise.resolve(),
      pause: new AbortController().signal,
    });
    file.close();
    cache.close();
    expect(paid).toBe(24);
  });

  it('refuses another plan, another suite and a second process', async () => {
    const folder = temporaryFolder();
    const suite = additionSuite(3);
    const plan = planRun(suite, numericScorer, { deployment: 'adder', seed: 1, limit: null, budgetUsd: null });
    const file = openRun(folder, plan);
    expect(() => openRun(folder, plan)).toThrow(/is at work on this run/);
    file.close();
    expect(() => openRun(folder, { ...plan, margin: 0.2 })).toThrow(/planned otherwise/);
    expect(() => openRun(join(folder, 'none'), null)).toThrow(/There is no run/);
    const again = openRun(folder, null);
    const other = runPlan({
      id: 'x',
      suite: additionSuite(4),
      scorer: numericScorer,
      file: again,
      call: createAdder(),
      cache: null,
      emit: () => undefined,
      now: () => 0,
      wait: () => Promise.resolve(),
      pause: new AbortController().signal,
    });
    await expect(other).rejects.toThrow(/not the one that was planned/);
    again.close();
  });

  it('takes over the lock of a killed process whose number somebody else has by now', () => {
    const folder = temporaryFolder();
    const plan = planRun(additionSuite(3), numericScorer, {
      ...{ deployment: 'adder', seed: 1, limit: null, budgetUsd: null },
    });
    openRun(folder, plan).close();
    // As in containers, where every server is process 1.
    writeFileSync(join(folder, 'run.lock'), `${process.pid} another-boot:1`);
    expect(readRun(folder).running).toBe(false);
    const file = openRun(folder, plan);
    expect(readRun(folder).running).toBe(true);
    file.close();
    expect(readRun(folder).running).toBe(false);
  });

  it('passes over half a line at the end of its record', async () => {
    const { folder } = await start(5, createAdder());
    appendFileSync(join(folder, 'attempts.jsonl'), '{"sample":"sum/0","att');
    const asked: string[] = [];
    const { done } = await start(5, createAdder({ before: (question) => Promise.resolve(void asked.push(question)) }), {
      folder,
    });
    expect({ asked, correct: done.counts.correct }).toEqual({ asked: [], correct: 5 });
  });
});

describe('concurrency', () => {
  it('grows while answers come and halves when there is too much', () => {
    const limit = createConcurrencyLimit(6);
    for (let answer = 0; answer < 100; answer++) limit.succeeded();
    expect(limit.current()).toBe(6);
    limit.overloaded();
    limit.overloaded();
    limit.overloaded();
    expect(limit.current()).toBe(1);
    limit.succeeded();
    expect(limit.current()).toBe(2);
  });

  it('grows no further than this process can serve, gives way where it is overworked, and comes back', () => {
    let share: number | null = 0.5;
    const limit = createConcurrencyLimit(64, () => share);
    const answer = (count: number): void => {
      for (let answers = 0; answers < count; answers++) limit.succeeded();
    };
    answer(20);
    expect(limit.current()).toBe(24);
    share = 0.98;
    answer(100);
    expect(limit.current()).toBe(24);
    share = 1;
    answer(1);
    expect(limit.current()).toBe(21);
    // Too soon for another look: nothing new is known.
    share = null;
    answer(100);
    expect(limit.current()).toBe(21);
    share = 1;
    answer(100);
    expect(limit.current()).toBe(4);
    share = 0.5;
    answer(1_000);
    expect(limit.current()).toBeGreaterThan(30);
  });
});

describe('places of answers', () => {
  it('are found by their keys however many there are, the last of a key first', () => {
    const places = createPlaces();
    const keyOf = (number: number): string => sha256Base64Url(String(number));
    for (let number = 0; number < 5_000; number++) places.put(keyOf(number), number * 700);
    places.put(keyOf(7), 9_000_000);
    for (let number = 0; number < 5_000; number++) expect([...places.of(keyOf(number))]).toContain(number * 700);
    expect([...places.of(keyOf(7))]).toEqual([9_000_000, 4_900]);
    expect([...places.of(keyOf(5_001))]).toEqual([]);
  });

  it('keep what lies behind an earlier one of its key there when the table grows around its end', () => {
    const places = createPlaces();
    // The same mark: the last slots of the table, and around to the first.
    const key = `${Buffer.from([0xff, 0xff, 0xff, 0xff, 0, 0]).toString('base64url')}rest`;
    for (let position = 0; position < 3_000; position++) places.put(key, position);
    expect([...places.of(key)]).toEqual(Array.from({ length: 3_000 }, (_, index) => 2_999 - index));
  });
});

describe('a kept suite', () => {
  const hash = 'a'.repeat(64);
  const samples = ['plain', 'with "quotes" and Größe 日本', 'x'.repeat(500), 'left out'].map((id) => ({
    ...(additionSuite(1).samples[0] as Sample),
    id,
  }));

  it('reads the samples that were chosen where they lie, by any id, as often as they are asked for', () => {
    const store = openSuiteStore(temporaryFolder());
    // Members in another order, as a publisher's loader may write them.
    const odd = {
      input: (samples[0] as Sample).input,
      target: 1,
      metadata: {},
      cluster: null,
      itemDate: null,
      id: 'odd',
    };
    const suite = { ...additionSuite(1), hash, samples: [...samples, odd] };
    store.keep(suite);
    const chosen = suite.samples.filter(({ id }) => id !== 'left out');
    const kept = store.open(hash, new Set(chosen.map(({ id }) => id)));
    onTestFinished(() => kept.close());
    expect([...kept.samples]).toEqual(chosen);
    expect(kept.find('with "quotes" and Größe 日本')).toEqual(samples[1]);
    expect(kept.find('odd')).toEqual(odd);
    expect(kept.find('left out')).toBeUndefined();
    expect([...kept.samples]).toEqual(chosen);
  });

  it('is not found where it is not kept', () => {
    expect(() => openSuiteStore(temporaryFolder()).open(hash, new Set())).toThrow(/is not kept here/);
  });
});

describe('kill -9', { timeout: 300_000 }, () => {
  it('at 20 random moments loses no recorded answer, asks for none of them again, and goes on to the end', async () => {
    const folder = temporaryFolder();
    const random = createSeededRandom(29);
    const script = fileURLToPath(new URL('./resume-fixture.ts', import.meta.url));
    const COUNT = 2_500;
    const lines = (name: string): string[] => {
      const path = join(folder, name);
      return existsSync(path) ? readFileSync(path, 'utf8').split('\n').slice(0, -1) : [];
    };
    const recorded = (): Set<string> =>
      new Set(lines('attempts.jsonl').map((line) => String(JSON.parse(line).receipt_id)));
    let again = 0;
    for (let round = 0; round < 20; round++) {
      const before = recorded();
      const askedBefore = lines('asked.txt').length;
      // The moment is counted in calls and not by a clock, so that a slow machine is killed at work too.
      const deadly = String(10 + random.integer(60));
      const child = spawn(process.execPath, [script, folder, String(COUNT), deadly], {
        stdio: ['ignore', 'ignore', 'inherit'],
      });
      expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);
      const after = recorded();
      const asked = lines('asked.txt')
        .slice(askedBefore)
        .map((question) => `receipt ${question}`);
      expect([...before].filter((id) => !after.has(id))).toEqual([]);
      expect(asked.filter((id) => before.has(id))).toEqual([]);
      again += asked.length - [...after].filter((id) => !before.has(id)).length;
    }
    // Only what was under way in the moment of a kill, at most eight calls, is asked for again.
    expect(again).toBeLessThanOrEqual(20 * 8);
    const child = spawn(process.execPath, [script, folder, String(COUNT)], { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    await once(child, 'close');
    expect(JSON.parse(output)).toMatchObject({ correct: COUNT, not_run: 0, provider_error: 0 });
    expect(lines('attempts.jsonl')).toHaveLength(COUNT);
  });
});
