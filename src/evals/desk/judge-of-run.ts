import { AppError } from '../../contracts/errors.ts';
import type { JudgePlan } from '../../contracts/evaluation.ts';
import type { RunRequest } from '../../contracts/evaluation-request.ts';
import { isJudgeScorer } from '../scorers/judge-scorer.ts';
import type { Scorer } from '../scorers/scorer.ts';

/** The judge that a request names, for its plan. @throws AppError invalid_request where the scorer wants one and none is named, or the other way */
export function judgePlan({ judge }: Pick<RunRequest, 'judge'>, scorer: string): JudgePlan | undefined {
  if (isJudgeScorer(scorer) === (judge !== undefined)) {
    return judge === undefined ? undefined : { ...judge, rubric: judge.rubric ?? null };
  }
  const message =
    judge === undefined
      ? `The scorer ${scorer} needs a model that judges: name its deployment (--judge).`
      : `The scorer ${scorer} asks no judge.`;
  throw new AppError('invalid_request', message);
}

/** The same scorer, kept within what is left of a budget, and what it has cost; null: unknown. */
export function boundedScorer(
  scorer: Scorer,
  budgetUsd: number | null,
): { scorer: Scorer; spent: () => number | null } {
  let spent: number | null = 0;
  const bounded: Scorer = {
    ...scorer,
    async read(sample, answer) {
      const left = budgetUsd === null ? null : Math.max(0, budgetUsd - (spent ?? budgetUsd));
      const reading = await scorer.read(sample, answer, { budgetUsd: left });
      const { costUsd = 0 } = reading;
      spent = spent === null || costUsd === null ? null : spent + costUsd;
      return reading;
    },
  };
  return { scorer: bounded, spent: () => spent };
}
