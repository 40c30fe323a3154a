import { describe, expect, test } from 'vitest';
import { chatRequest } from '../../test/support/chat-requests.ts';
import { questionOf, testEnsemble } from '../../test/support/ensembles.ts';
import type { Call, CallOptions, Consider } from '../contracts/call.ts';
import type { ChatRequest } from '../contracts/chat-request.ts';
import type { EnsembleRun } from '../contracts/ensemble.ts';
import { AppError } from '../contracts/errors.ts';
import type { StreamPart } from '../contracts/stream-part.ts';
import { NO_USAGE } from '../contracts/usage.ts';
import { runEnsemble } from './run-ensemble.ts';

const promptOf = (request: ChatRequest): string => {
  const part = request.turns[1]?.role === 'user' ? request.turns[1].parts[0] : undefined;
  return part?.type === 'text' ? part.text : '';
};
const asked = (request: ChatRequest) => questionOf({ messages: [{ role: 'user', content: promptOf(request) }] });

interface Told {
  request: ChatRequest;
  options: CallOptions;
}

/** A run over models that say what `say` returns; every one costs a tenth of a cent. */
function runOf(say: (request: ChatRequest) => string, given: Partial<EnsembleRun> = {}, window = 100_000) {
  const calls: Told[] = [];
  const consider: Consider = (request) => {
    const tokens = Math.ceil((promptOf(request).length + 100) / 4);
    const first = {
      ...{ deployment: `${request.model}@x`, model: request.model, maker: request.model.split('/')[0] as string },
      ...{ obligations: [], expectedUsd: 0.001, mostUsd: 0.01, contextWindowTokens: window, evidence: null },
      sandbox: false,
    };
    return Promise.resolve({
      ...{ plan: [first], removed: [], refusal: null, estimatedTokens: tokens, estimatedTokensP95: tokens },
    });
  };
  const call: Call = (request, options) => {
    if (options.signal.aborted) return Promise.reject(new AppError('superseded', 'Ended before it began.'));
    calls.push({ request, options });
    async function* parts(): AsyncGenerator<StreamPart> {
      yield { type: 'text-delta', choice: 0, text: say(request) };
      yield { type: 'finish', choice: 0, reason: 'stop', vendorReason: null, stopSequence: null };
      yield { type: 'end' };
    }
    return Promise.resolve({
      receiptId: `req_${calls.length}`,
      parts: parts(),
      settled: Promise.resolve({
        ...{ outcome: 'ok' as const, deployment: `${request.model}@x`, modelVersion: null, usage: NO_USAGE },
        ...{ costUsd: 0.001, firstTokenMs: 1, totalMs: 1, sandbox: false },
      }),
    });
  };
  const run = runEnsemble({
    ...{ consider, call, chat: chatRequest(), parentId: 'req_parent', task: 'unsure', obligations: [], seed: 1 },
    ...{ deadlineMs: 60_000, signal: new AbortController().signal, verifiers: [], now: () => 0 },
    ...{ ensemble: testEnsemble(), screen: (text: string) => Promise.resolve({ text, dataClasses: [] }) },
    ...given,
  });
  return { run, calls, judged: () => calls.filter(({ options }) => options.purpose === 'arbiter') };
}

const MEMBERS = ['a/one', 'b/two', 'c/three', 'd/four'];
const ofFour = testEnsemble({ members: MEMBERS });
const isQuestion = (request: ChatRequest): boolean => request.turns.length === 2;

describe('an answer that confuses the arbiter', () => {
  test('costs the verdict on its own pair and no other', async () => {
    const { run, judged } = runOf(
      (request) => {
        if (!isQuestion(request)) return `Said by ${request.model.slice(2)}.`;
        const { first, second, nonce } = asked(request);
        return `${first}${second}`.includes('two') ? 'What?' : `VERDICT ${nonce}: FIRST`;
      },
      { ensemble: ofFour },
    );
    const { record } = await run;
    expect(judged()).toHaveLength(6);
    expect(record.comparisons).toHaveLength(3);
    for (const { pair, verdicts } of record.comparisons) {
      const confused = pair.includes('B');
      expect(verdicts.map(({ why }) => why)).toEqual(confused ? ['unreadable', 'unreadable'] : [null, null]);
    }
    expect(record.arbiter?.failed).toEqual([]);
  });

  test('makes the next arbiter judge that pair', async () => {
    const { run } = runOf(
      (request) =>
        !isQuestion(request)
          ? `Said by ${request.model.slice(2)}.`
          : request.model === 'judge/three'
            ? 'What?'
            : `VERDICT ${asked(request).nonce}: ${asked(request).first.includes('two') ? 'FIRST' : 'SECOND'}`,
      { ensemble: testEnsemble({ arbiters: ['judge/three', 'judge/four'] }) },
    );
    const { record } = await run;
    expect(record).toMatchObject({ decided_by: 'arbiter', chosen: 'B', arbiter: { model: 'judge/four' } });
  });
});

describe('at the edge of the cap', () => {
  test('both orders of every pair of a round may cost the same', async () => {
    const { run, judged } = runOf(
      (request) => (isQuestion(request) ? `VERDICT ${asked(request).nonce}: TIE` : `Said by ${request.model}.`),
      { ensemble: { ...ofFour, maxCostUsd: 0.02 } },
    );
    await run;
    const bounds = judged().map(({ options }) => options.budget.usd as number);
    expect(bounds).toHaveLength(6);
    // Four members cost 0.004 of it, so that the first round has 0.016 for four questions.
    for (const bound of bounds.slice(0, 4)) expect(bound).toBeCloseTo(0.004, 9);
    for (const bound of bounds.slice(4)) expect(bound).toBeCloseTo(0.006, 9);
  });
});

describe('a client that leaves', () => {
  test('while members are planned has nobody asked', async () => {
    const ending = new AbortController();
    ending.abort();
    const { run, calls } = runOf(() => 'Never.', { signal: ending.signal });
    expect(await run).toMatchObject({ ok: false, error: { code: 'superseded' } });
    expect(calls).toEqual([]);
  });

  test('while the arbiter judges has no other arbiter asked', async () => {
    const ending = new AbortController();
    const { run, judged } = runOf(
      (request) => {
        if (!isQuestion(request)) return `Said by ${request.model}.`;
        ending.abort();
        return 'What?';
      },
      { signal: ending.signal, ensemble: testEnsemble({ arbiters: ['judge/three', 'judge/four', 'judge/five'] }) },
    );
    await run;
    expect(new Set(judged().map(({ request }) => request.model))).toEqual(new Set(['judge/three']));
  });
});

test('a fault of ours with one member ends the others', async () => {
  const signals: AbortSignal[] = [];
  const { run, calls } = runOf((request) => `Said by ${request.model}.`, {
    screen: () => Promise.reject(new Error('broken')),
  });
  expect(await run).toMatchObject({ ok: false, error: { code: 'internal' } });
  signals.push(...calls.map(({ options }) => options.signal));
  expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
});

describe('a synthesis', () => {
  const synthesising = testEnsemble({ strategy: 'synthesize', arbiters: ['judge/three', 'judge/four'] });

  test('that repeats the marks of its question is none, and the next arbiter writes', async () => {
    const { run } = runOf(
      (request) =>
        !isQuestion(request)
          ? `Said by ${request.model}.`
          : request.model === 'judge/three'
            ? `<<DRAFT 1 ${asked(request).nonce}>> as it was`
            : 'Both together.',
      { ensemble: synthesising },
    );
    expect(await run).toMatchObject({ ok: true, model: 'judge/four', record: { decided_by: 'synthesis' } });
  });

  test('that cannot be searched is none, and a member answers', async () => {
    const { run } = runOf((request) => (isQuestion(request) ? 'Both together.' : `Said by ${request.model}.`), {
      ensemble: synthesising,
      screen: (text) =>
        text.includes('together')
          ? Promise.reject(new AppError('detection_incomplete', 'Not searched.'))
          : Promise.resolve({ text, dataClasses: [] }),
    });
    const result = await run;
    expect(result).toMatchObject({ ok: true, record: { synthesis: { kept: false, why: 'detection_incomplete' } } });
  });

  test('is asked for with drafts that leave room for as long a reply as the request wants', async () => {
    const window = 20_000;
    const reply = 12_000;
    const { run, judged } = runOf(
      (request) => (isQuestion(request) ? 'Both together.' : `${request.model.slice(2)} `.repeat(8_000)),
      { ensemble: synthesising, chat: chatRequest({ maxOutputTokens: reply }) },
      window,
    );
    const { record } = await run;
    const [question] = judged();
    // As `consider` above estimates.
    expect(promptOf(question?.request as ChatRequest).length / 4).toBeLessThan(window - reply);
    expect([...record.shortened].sort()).toEqual(['A', 'B']);
  });
});
