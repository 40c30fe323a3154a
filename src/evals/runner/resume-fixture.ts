import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Call } from '../../contracts/call.ts';
import type { Sample, Suite } from '../../contracts/evaluation.ts';
import type { StreamPart } from '../../contracts/stream-part.ts';
import { NO_USAGE } from '../../contracts/usage.ts';
import { sha256Hex } from '../../lib/hash.ts';
import { numericScorer } from '../scorers/text-scorers.ts';
import { runPlan } from './run.ts';
import { openRun } from './run-file.ts';
import { planRun } from './run-plan.ts';

/** A suite of additions, and a door to a model that adds: for tests of the runner, in one process and across a kill. */
export function additionSuite(count: number): Suite {
  const samples: Sample[] = Array.from({ length: count }, (_, index) => ({
    id: `sum/${index}`,
    input: {
      turns: [{ role: 'user', parts: [{ type: 'text', text: `${index} + 1 =` }] }],
      tools: [],
      maxOutputTokens: 16,
      temperature: 0,
    },
    target: index + 1,
    metadata: {},
    cluster: null,
    itemDate: null,
  }));
  return {
    name: 'sums',
    version: '1',
    licence: 'own',
    scorer: 'numeric',
    hash: sha256Hex(JSON.stringify(samples)),
    samples,
  };
}

export interface AdderOptions {
  costUsd?: number | null;
  /** Called when an answer is complete. */
  paid?(question: string): void;
  /** Waits before it answers. */
  before?(question: string): Promise<void>;
  sandbox?: boolean;
}

export const questionIn = (request: Parameters<Call>[0]): string => {
  const turn = request.turns[0];
  const part = turn?.role === 'user' ? turn.parts[0] : undefined;
  return part?.type === 'text' ? part.text : '';
};

export function createAdder({ costUsd = 0.01, paid, before, sandbox = true }: AdderOptions = {}): Call {
  return async (request) => {
    const question = questionIn(request);
    await before?.(question);
    async function* parts(): AsyncGenerator<StreamPart> {
      yield { type: 'text-delta', choice: 0, text: `#### ${Number.parseInt(question, 10) + 1}` };
      yield { type: 'finish', choice: 0, reason: 'stop', vendorReason: null, stopSequence: null };
      paid?.(question);
      yield { type: 'end' };
    }
    return {
      receiptId: `receipt ${question}`,
      parts: parts(),
      settled: Promise.resolve({
        outcome: 'ok',
        deployment: 'adder',
        modelVersion: 'adder-1',
        usage: NO_USAGE,
        costUsd,
        firstTokenMs: 1,
        totalMs: 2,
        sandbox,
      }),
    };
  };
}

/**
 * The program that tests kill: runs the plan in the folder given, and notes every call in a file of its own. It is killed
 * at the call whose number is given, or a moment later: by itself, since whoever watches from outside may come too late.
 */
if (import.meta.main) {
  const [folder = '', count = '0', deadly = '0'] = process.argv.slice(2);
  const die = (): void => void process.kill(process.pid, 'SIGKILL');
  const suite = additionSuite(Number(count));
  const file = openRun(
    folder,
    planRun(suite, numericScorer, { deployment: 'adder', seed: 1, limit: null, budgetUsd: null, maxConcurrency: 8 }),
  );
  let turn = 0;
  const call = createAdder({
    before: (question) => {
      appendFileSync(join(folder, 'asked.txt'), `${question}\n`);
      turn += 1;
      if (turn === Number(deadly)) setTimeout(die, turn % 4);
      return new Promise((resolve) => {
        setTimeout(resolve, turn % 5);
      });
    },
  });
  const done = await runPlan({
    id: 'killed',
    suite,
    scorer: numericScorer,
    file,
    call,
    cache: null,
    emit: () => undefined,
    now: Date.now,
    wait: () => Promise.resolve(),
    pause: new AbortController().signal,
  });
  file.close();
  process.stdout.write(`${JSON.stringify(done.counts)}\n`);
}
