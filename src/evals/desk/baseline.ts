import { AppError } from '../../contracts/errors.ts';
import type { RunPlan } from '../../contracts/evaluation.ts';
import { readRun } from '../runner/run-file.ts';
import { runFolder } from '../runner/run-folders.ts';
import type { Baseline } from '../runner/stop-rule.ts';

const INSTRUMENT = ['suite_hash', 'scorer', 'scorer_version', 'harness'] as const;

/**
 * Ends of the samples of the run that a plan's stop rule names; undefined where it names none. It must be complete, since
 * what is compared with may not move, and of the same instrument.
 * @throws AppError not_found, invalid_request
 */
export function baselineOf(directory: string, plan: RunPlan): Baseline | undefined {
  if (plan.stop_rule === undefined) return undefined;
  const { against } = plan.stop_rule;
  const other = readRun(runFolder(directory, against));
  const differing = INSTRUMENT.filter((member) => other.plan[member] !== plan[member]);
  if (differing.length > 0) {
    throw new AppError(
      'invalid_request',
      `The run ${against} is another instrument (${differing.join(', ')} differ): nothing can be watched against it.`,
    );
  }
  if (other.done?.stopped !== 'complete') {
    throw new AppError('invalid_request', `The run ${against} is not complete: nothing can be watched against it.`);
  }
  return new Map([...other.scores].map(({ sample, state }) => [sample, state]));
}
