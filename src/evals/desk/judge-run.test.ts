import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../../../test/support/temporary-folder.ts';
import type { Call, CallOptions } from '../../contracts/call.ts';
import { AppError } from '../../contracts/errors.ts';
import type { RunFeed } from '../../contracts/evaluation-events.ts';
import { parseRunRequest } from '../../contracts/evaluation-request.ts';
import type { StreamPart } from '../../contracts/stream-part.ts';
import { createAdder, questionIn } from '../runner/resume-fixture.ts';
import { EvaluationDesk } from './evaluation-desk.ts';

interface Judge {
  /** Of the text of what it is asked. */
  says(prompt: string): string;
  costUsd?: number;
}

/** A door behind which `adder` answers and `judge` judges. */
function open({ says, costUsd = 0.02 }: Judge) {
  const judged: CallOptions[] = [];
  const answering = createAdder();
  const call: Call = async (request, options) => {
    if (options.purpose !== 'judge') return answering(request, options);
    judged.push(options);
    const prompt = questionIn(request);
    async function* parts(): AsyncGenerator<StreamPart> {
      yield { type: 'text-delta', choice: 0, text: says(prompt) };
      yield { type: 'finish', choice: 0, reason: 'stop', vendorReason: null, stopSequence: null };
      yield { type: 'end' };
    }
    return { ...(await createAdder({ costUsd })(request, options)), parts: parts() };
  };
  const folder = temporaryFolder();
  const recorded: string[] = [];
  const desk = new EvaluationDesk({
    directory: join(folder, 'evaluations'),
    ...{ call, now: () => 1_000, names: () => [], publish: async () => 0 },
    deployment: (id) =>
      id === 'nobody'
        ? null
        : { model: `maker/${id}`, upstreamModel: id, endpointDigest: 'here', sandbox: id !== 'real' },
    record: (event) => recorded.push(event),
    traffic: async function* () {},
    onFault: (error) => {
      throw error;
    },
  });
  onTestFinished(() => desk.close());
  return { desk, folder, judged, recorded };
}

/** The adder answers `#### N`; the last `wrong` references are of another sum. */
function additions(folder: string, count: number, wrong = 0): string {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'sums.jsonl');
  const line = (index: number): string =>
    JSON.stringify({
      ...{ id: `sum/${index}`, input: `${index} + 1 =` },
      target: `#### ${index + (index >= count - wrong ? 500 : 1)}`,
    });
  writeFileSync(path, Array.from({ length: count }, (_, index) => line(index)).join('\n'));
  return path;
}

const asked = (file: string, scorer: string, more: object = {}) =>
  parseRunRequest({ suite: 'sums', file, scorer, deployment: 'adder', judge: { deployment: 'judge' }, ...more });

async function endOf({ desk }: { desk: EvaluationDesk }, run: string): Promise<RunFeed | undefined> {
  const events: RunFeed[] = [];
  for await (const event of desk.follow(run, new AbortController().signal)) events.push(event);
  return events.at(-1);
}

const between = (prompt: string, name: string): string =>
  new RegExp(`<<<${name}\\n([\\s\\S]*?)\\n>>>`).exec(prompt)?.[1] ?? '';
const honest = (prompt: string): string =>
  between(prompt, 'ANSWER') === between(prompt, 'REFERENCE') ? 'Same.\nPoints: 5' : 'Other.\nPoints: 2';

describe('a run that a model scores', () => {
  it('proves its judge on right and wrong answers first, then counts what it says and what it costs', async () => {
    const opened = open({ says: honest });
    const { run } = await opened.desk.start(asked(additions(opened.folder, 30, 6), 'judge'), 'tester');
    const end = await endOf(opened, run);
    expect(end).toMatchObject({ event: 'done', counts: { correct: 24, wrong: 6 }, stopped: 'complete' });
    // Twenty right and twenty wrong answers for the proof, then each of the thirty.
    expect(opened.judged).toHaveLength(70);
    expect(end).toMatchObject({ cost_usd: expect.closeTo(70 * 0.02 + 30 * 0.01) });
    expect(opened.recorded).toContain('judge_proved');
    expect(opened.desk.result(run).plan).toMatchObject({
      ...{ scorer: 'judge', judge: { deployment: 'judge', points: 4, rubric: null } },
      proof_usd: expect.closeTo(0.8),
    });
    const again = await opened.desk.start(asked(additions(opened.folder, 30, 6), 'judge', { seed: 2 }), 'tester');
    await endOf(opened, again.run);
    expect(opened.judged).toHaveLength(100);
  });

  it.each([
    ['calls everything right', () => 'Points: 5'],
    ['calls everything wrong', () => 'Points: 1'],
    ['gives no verdict', () => 'I would rather not say.'],
  ])('asks nobody where its judge %s', async (_, says) => {
    const opened = open({ says });
    const { run } = await opened.desk.start(asked(additions(opened.folder, 6), 'judge'), 'tester');
    expect(await endOf(opened, run)).toMatchObject({ event: 'error', code: 'scorer_not_certified' });
    expect(opened.desk.list()).toEqual([]);
    expect(opened.judged).toHaveLength(12);
  });

  it('by pairs asks both orders: as good as the reference is correct, a verdict of the place alone is no win', async () => {
    const says = (prompt: string): string => {
      const sum = Number.parseInt(between(prompt, 'QUESTION'), 10) + 1;
      const right = (name: string): boolean => between(prompt, name) === `#### ${sum}`;
      if (right('ANSWER 1') === right('ANSWER 2')) return 'Verdict: TIE';
      return right('ANSWER 1') ? 'Verdict: FIRST' : 'Verdict: SECOND';
    };
    const opened = open({ says });
    const { run } = await opened.desk.start(asked(additions(opened.folder, 8), 'judge_pair'), 'tester');
    expect(await endOf(opened, run)).toMatchObject({ event: 'done', counts: { correct: 8 } });
    const first = open({ says: () => 'Verdict: FIRST' });
    const started = await first.desk.start(asked(additions(first.folder, 8), 'judge_pair'), 'tester');
    expect(await endOf(first, started.run)).toMatchObject({ code: 'scorer_not_certified' });
  });

  it('holds the rules of its use case and its budget for the judge too', async () => {
    const opened = open({ says: honest, costUsd: 0.05 });
    const more = { use_case: 'billing', budget_usd: 3 };
    const { run } = await opened.desk.start(asked(additions(opened.folder, 60), 'judge', more), 'tester');
    const end = await endOf(opened, run);
    expect(end).toMatchObject({ event: 'done', stopped: 'budget' });
    expect(end?.event === 'done' && end.cost_usd).toBeLessThanOrEqual(3.001);
    expect(new Set(opened.judged.map(({ useCase }) => useCase))).toEqual(new Set(['billing']));
    for (const { budget } of opened.judged) expect(budget.usd).toBeLessThanOrEqual(3);
  });

  it('is refused without a judge, with one that nobody needs, and where a program would judge a model', async () => {
    const { desk, folder } = open({ says: honest });
    const file = additions(folder, 3);
    const start = (scorer: string, more: object) => desk.start(asked(file, scorer, more), 'tester');
    await expect(start('judge', { judge: undefined })).rejects.toThrow(/--judge/);
    await expect(start('exact', {})).rejects.toThrow(/asks no judge/);
    await expect(start('judge', { deployment: 'real' })).rejects.toThrow(/does not judge AI models/);
    await expect(start('judge', { judge: { deployment: 'nobody' } })).rejects.toThrow(/no deployment/);
  });
});

describe('a run whose budget does not pay for a call', () => {
  it('leaves the sample for later and blames no endpoint', async () => {
    const folder = temporaryFolder();
    let calls = 0;
    const adder = createAdder({ costUsd: 0.01 });
    const desk = new EvaluationDesk({
      directory: join(folder, 'evaluations'),
      call: async (request, options) => {
        calls += 1;
        if (calls > 5) throw new AppError('budget_exceeded', 'What is left does not pay for this.');
        return adder(request, options);
      },
      ...{ now: () => 1_000, names: () => [], publish: async () => 0, record: () => undefined },
      deployment: () => ({ model: 'maker/adder', upstreamModel: 'adder', endpointDigest: 'here', sandbox: true }),
      traffic: async function* () {},
      onFault: (error) => {
        throw error;
      },
    });
    onTestFinished(() => desk.close());
    const file = join(folder, 'numbers.jsonl');
    const lines = Array.from({ length: 20 }, (_, index) => ({ input: `${index} + 1 =`, target: String(index + 1) }));
    writeFileSync(file, lines.map((line) => JSON.stringify(line)).join('\n'));
    const request = parseRunRequest({ suite: 'sums', file, scorer: 'numeric', deployment: 'adder' });
    const { run } = await desk.start(request, 'tester');
    const end = await endOf({ desk }, run);
    expect(end).toMatchObject({ stopped: 'budget', counts: { correct: 5, provider_error: 0, not_run: 15 } });
    calls = 0;
    await desk.resume(run, 'tester');
    expect(await endOf({ desk }, run)).toMatchObject({ counts: { correct: 10, provider_error: 0 } });
  });
});
