import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../../../test/support/temporary-folder.ts';
import { AppError } from '../../contracts/errors.ts';
import type { RunFeed } from '../../contracts/evaluation-events.ts';
import { parseRunRequest } from '../../contracts/evaluation-request.ts';
import { createAdder, questionIn } from '../runner/resume-fixture.ts';
import { type DeskPorts, EvaluationDesk } from './evaluation-desk.ts';

interface Opened {
  desk: EvaluationDesk;
  folder: string;
  recorded: { event: string; details: Record<string, unknown> }[];
}

function open(more: Partial<DeskPorts> = {}, folder = temporaryFolder()): Opened {
  const recorded: Opened['recorded'] = [];
  const desk = new EvaluationDesk({
    directory: join(folder, 'evaluations'),
    call: createAdder(),
    now: () => 1_000,
    deployment: (id) =>
      id === 'nobody'
        ? null
        : { model: 'maker/adder', upstreamModel: 'adder-1', endpointDigest: 'here', sandbox: true },
    record: (event, _actor, details) => recorded.push({ event, details }),
    traffic: async function* () {},
    publish: async () => 2,
    names: () => ['maker/adder'],
    onFault: (error) => {
      throw error;
    },
    ...more,
  });
  onTestFinished(() => desk.close());
  return { desk, folder, recorded };
}

function additions(folder: string, count: number, wrong = 0): string {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'sums.jsonl');
  const line = (index: number): string =>
    JSON.stringify({ id: `sum/${index}`, input: `${index} + 1 =`, target: String(index + (index < wrong ? 5 : 1)) });
  writeFileSync(path, Array.from({ length: count }, (_, index) => line(index)).join('\n'));
  return path;
}

const asked = (file: string, more: object = {}) =>
  parseRunRequest({ suite: 'sums', file, scorer: 'numeric', deployment: 'adder', ...more });

async function eventsOf(desk: EvaluationDesk, run: string): Promise<RunFeed[]> {
  const events: RunFeed[] = [];
  for await (const event of desk.follow(run, new AbortController().signal)) events.push(event);
  return events;
}

describe('a run of the desk', () => {
  it('proves its scorer, tells what it can show before it spends, asks, scores, and leaves a result', async () => {
    const { desk, folder, recorded } = open();
    const { run } = await desk.start(asked(additions(folder, 30, 3)), 'tester');
    const events = await eventsOf(desk, run);
    const kinds = events.map(({ event }) => event);
    expect(events[0]).toMatchObject({ event: 'note', text: expect.stringContaining('proving it on 30 samples') });
    expect(kinds.indexOf('launch')).toBeLessThan(kinds.indexOf('sample'));
    expect(events.find(({ event }) => event === 'launch')).toMatchObject({ detectable: expect.closeTo(0.229, 3) });
    expect(events.at(-1)).toMatchObject({ event: 'done', score: 0.9, stopped: 'complete' });
    const result = desk.result(run);
    expect(result.counts).toMatchObject({ correct: 27, wrong: 3, not_run: 0 });
    expect(result.plan).toMatchObject({ model: 'maker/adder', upstream_model: 'adder-1', endpoint_digest: 'here' });
    expect(recorded.map(({ event }) => event)).toEqual(['evaluation_started', 'evaluation_ended']);
    expect(recorded[1]?.details).toMatchObject({ run, cells: 2, stopped: 'complete' });
    expect(desk.list()).toMatchObject([{ run, state: 'complete', score: 0.9, sandbox: true }]);
  });

  it('whose scorer fails its proof asks nobody', async () => {
    let called = 0;
    const adder = createAdder();
    const { desk, folder } = open({
      call: (...given) => {
        called += 1;
        return adder(...given);
      },
    });
    const path = join(folder, 'odd.jsonl');
    // Two labels that no answer can be told apart by.
    writeFileSync(path, '{"input": "Which?", "target": { "label": "yes", "labels": ["yes", "YES"] }}');
    const { run } = await desk.start(asked(path, { scorer: 'label' }), 'tester');
    const events = await eventsOf(desk, run);
    expect(events.at(-1)).toMatchObject({ event: 'error', code: 'scorer_not_certified' });
    expect(called).toBe(0);
    expect(existsSync(join(folder, 'evaluations/runs', run))).toBe(false);
  });

  it('refuses samples without a target, an unknown deployment and an unknown scorer before anything begins', async () => {
    const { desk, folder } = open();
    const path = join(folder, 'open.jsonl');
    writeFileSync(path, '{"input": "Which?", "target": null}');
    await expect(desk.start(asked(path), 'tester')).rejects.toThrow(/have no target/);
    const sums = additions(folder, 3);
    await expect(desk.start(asked(sums, { deployment: 'nobody' }), 'tester')).rejects.toThrow(/no deployment/);
    await expect(desk.start(asked(sums, { scorer: 'guess' }), 'tester')).rejects.toThrow(/no scorer guess/);
    expect(desk.list()).toEqual([]);
  });

  it('that is paused keeps what was paid, also when its suite’s file is gone, and asks only for the rest', async () => {
    const questions: string[] = [];
    let desk: EvaluationDesk | null = null;
    let run = '';
    const opened = open({
      call: createAdder({
        before: async (question) => {
          questions.push(question);
          if (questions.length === 5) desk?.pause(run);
        },
      }),
    });
    desk = opened.desk;
    const path = additions(opened.folder, 40);
    run = (await desk.start(asked(path, { cache: false }), 'tester')).run;
    const first = await eventsOf(desk, run);
    expect(first.at(-1)).toMatchObject({ event: 'done', stopped: 'paused' });
    writeFileSync(path, 'something else');
    await desk.resume(run, 'tester');
    expect((await eventsOf(desk, run)).at(-1)).toMatchObject({ stopped: 'complete', counts: { correct: 40 } });
    expect(new Set(questions).size).toBe(questions.length);
  });

  it('goes on only where its plan still says who answers', async () => {
    const folder = temporaryFolder();
    const path = additions(folder, 3);
    const first = open({}, folder).desk;
    const { run } = await first.start(asked(path), 'tester');
    await eventsOf(first, run);
    await first.close();
    const elsewhere = { model: 'maker/adder', upstreamModel: 'adder-2', endpointDigest: 'there', sandbox: true };
    const moved = open({ deployment: () => elsewhere }, folder).desk;
    await expect(moved.resume(run, 'tester')).rejects.toThrow(/its name of the model there and endpoint changed/);
    await moved.close();
    const gone = open({ deployment: () => null }, folder).desk;
    await expect(gone.resume(run, 'tester')).rejects.toThrow(/no deployment "adder"/);
    await gone.close();
    expect((await open({}, folder).desk.resume('last', 'tester')).run).toBe(run);
  });

  it('of another desk of the same folder takes answers from the cache and says what they cost then', async () => {
    const { desk, folder } = open();
    const path = additions(folder, 10);
    const first = await desk.start(asked(path), 'tester');
    await eventsOf(desk, first.run);
    await desk.close();
    const again = open({ call: () => Promise.reject(new AppError('internal', 'nobody may be asked')) }, folder).desk;
    const second = await again.start(asked(path), 'tester');
    expect((await eventsOf(again, second.run)).at(-1)).toMatchObject({ cached: 10, cost_usd: 0 });
    expect(again.result(second.run).samples[0]).toMatchObject({ costUsd: 0.01, totalMs: 2, state: 'correct' });
  });

  it('shares a deployment’s limit with other runs and comes to its end beside them', async () => {
    let underWay = 0;
    let most = 0;
    const { desk, folder } = open({
      call: createAdder({
        before: async (question) => {
          underWay += 1;
          most = Math.max(most, underWay);
          await new Promise((resolve) => setImmediate(resolve));
          underWay -= 1;
          if (question.startsWith('7')) throw new AppError('upstream_error', 'too much');
        },
      }),
    });
    const path = additions(folder, 7);
    const runs = await Promise.all(
      [1, 2, 3].map((seed) => desk.start(asked(path, { seed, cache: false, concurrency: 1 }), 'tester')),
    );
    const ends = await Promise.all(runs.map(async ({ run }) => (await eventsOf(desk, run)).at(-1)));
    expect(ends.map((end) => end?.event === 'done' && end.counts.correct)).toEqual([7, 7, 7]);
    expect(most).toBe(3);
  });

  it('can be followed from its first event by whoever comes late, and by nobody where it does not exist', async () => {
    const { desk, folder } = open();
    const { run } = await desk.start(asked(additions(folder, 4)), 'tester');
    const [one, two] = await Promise.all([eventsOf(desk, run), eventsOf(desk, run)]);
    expect(one).toEqual(two);
    expect((await eventsOf(desk, run)).map(({ event }) => event)).toEqual(['done']);
    for (const id of ['run_00000000000000000000000000', '../../etc/passwd']) {
      expect(() => desk.follow(id, new AbortController().signal)).toThrow(/no run/);
    }
  });

  it('stops where its budget is reached, and at the first unknown price', async () => {
    const { desk, folder } = open({ call: createAdder({ costUsd: 0.1 }) });
    const path = additions(folder, 60);
    const { run } = await desk.start(asked(path, { budget_usd: 1, cache: false }), 'tester');
    const end = (await eventsOf(desk, run)).at(-1);
    expect(end).toMatchObject({ stopped: 'budget' });
    expect(desk.result(run).counts.not_run).toBeGreaterThan(40);
    const unpriced = open({ call: createAdder({ costUsd: null }) });
    const started = await unpriced.desk.start(asked(additions(unpriced.folder, 60), { budget_usd: 1 }), 'tester');
    expect((await eventsOf(unpriced.desk, started.run)).at(-1)).toMatchObject({ stopped: 'budget', cost_usd: null });
  });

  it('is asked as its use case, and lies where only its owner may read', async () => {
    const useCases = new Set<string | undefined>();
    const adder = createAdder();
    const { desk, folder } = open({
      call: (request, options) => {
        useCases.add(options.useCase);
        expect(questionIn(request)).toContain('+ 1');
        return adder(request, options);
      },
    });
    const { run } = await desk.start(asked(additions(folder, 3), { use_case: 'billing' }), 'tester');
    await eventsOf(desk, run);
    expect([...useCases]).toEqual(['billing']);
    expect(statSync(join(folder, 'evaluations/runs', run)).mode & 0o077).toBe(0);
    expect(JSON.parse(readFileSync(join(folder, 'evaluations/runs', run, 'plan.json'), 'utf8'))).toMatchObject({
      use_case: 'billing',
      prompt_hash: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });
});
