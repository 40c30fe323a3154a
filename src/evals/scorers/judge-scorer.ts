import { isObject } from '../../checks/json.ts';
import type { Call } from '../../contracts/call.ts';
import type { JudgePlan } from '../../contracts/evaluation.ts';
import { sha256Hex } from '../../lib/hash.ts';
import { conversationOf, conversationText } from '../conversation.ts';
import { type JudgeOptions, judgeAnswer, judgePair } from './judge.ts';
import type { Reading, Scorer } from './scorer.ts';

/** What a judge compares with: a text is the reference alone. `wrong`: an answer that must not pass, for the proof. */
export interface JudgeTarget {
  reference: string;
  rubric?: string;
  wrong?: string;
}

export interface JudgeScorerOptions {
  call: Call;
  plan: JudgePlan;
  /** What the deployment is and where it leads, so that another model under the same name is another instrument. */
  instrument: readonly (string | null)[];
  /** Whose data is judged: the rules of this use case hold for the judge as for the model. */
  useCase: string | null;
}

export const JUDGE_SCORERS = ['judge', 'judge_pair'] as const;
export type JudgeScorerName = (typeof JUDGE_SCORERS)[number];

export const isJudgeScorer = (name: string): name is JudgeScorerName => JUDGE_SCORERS.some((known) => known === name);

const RUBRIC =
  'Is the answer right, complete and of use to whoever asked? The reference is right; other words for the same are as good.';

/** Null where a target says nothing to compare with: such a sample cannot be certified. */
export function judgeTarget(target: unknown): JudgeTarget | null {
  if (typeof target === 'string') return target.trim() === '' ? null : { reference: target };
  if (!isObject(target) || typeof target['reference'] !== 'string' || target['reference'].trim() === '') return null;
  const { reference, rubric, wrong } = target;
  return {
    reference,
    ...(typeof rubric === 'string' ? { rubric } : {}),
    ...(typeof wrong === 'string' ? { wrong } : {}),
  };
}

/**
 * A model as scorer. `judge` gives points from 1 to 5 under a rubric and beside the reference: correct from the plan's
 * `points` on. `judge_pair` sets the answer against the reference in both orders: correct where it is not worse. A judge
 * that gives no verdict is a harness error, never the model's failure.
 */
export function createJudgeScorer(name: JudgeScorerName, options: JudgeScorerOptions): Scorer {
  const { call, plan, instrument, useCase } = options;
  const version = `2/${plan.deployment}/${sha256Hex(JSON.stringify([plan, instrument])).slice(0, 12)}`;
  return {
    name,
    version,
    asksModel: true,
    async read(sample, answer, { budgetUsd }): Promise<Reading> {
      const target = judgeTarget(sample.target);
      if (target === null) throw new RangeError('The target of a judge is a reference text, or { reference, rubric }.');
      const asked: JudgeOptions = {
        call,
        deployment: plan.deployment,
        rubric: target.rubric ?? plan.rubric ?? RUBRIC,
        ...{ parentId: null, budgetUsd, useCase },
        // Never a pause: what is asked is paid and must arrive.
        signal: new AbortController().signal,
      };
      // The whole conversation, since what is asked last may mean nothing without it.
      const question = conversationText(conversationOf(sample.input));
      return name === 'judge'
        ? await readPoints(question, answer.text, target.reference, plan.points, asked)
        : await readPair(question, answer.text, target.reference, asked);
    },
  };
}

async function readPoints(
  question: string,
  text: string,
  reference: string,
  least: number,
  options: JudgeOptions,
): Promise<Reading> {
  const { points, explanation, costUsd } = await judgeAnswer(question, text, { ...options, reference });
  if (points === null) return { state: 'harness_error', explanation: `No verdict: ${explanation}`, costUsd };
  return {
    state: points >= least ? 'correct' : 'wrong',
    value: (points - 1) / 4,
    parsed: String(points),
    explanation,
    details: { points },
    costUsd,
  };
}

async function readPair(question: string, text: string, reference: string, options: JudgeOptions): Promise<Reading> {
  const { winner, flipped, costUsd, explanation } = await judgePair(question, text, reference, options);
  if (winner === null) return { state: 'harness_error', explanation: `No verdict: ${explanation ?? ''}`, costUsd };
  return {
    state: winner === 'b' ? 'wrong' : 'correct',
    parsed: winner === 'a' ? 'better' : winner === 'b' ? 'worse' : 'equal',
    explanation: flipped ? 'The verdict changed with the order, which makes it a tie.' : '',
    details: { flipped: flipped ? 1 : 0 },
    costUsd,
  };
}
