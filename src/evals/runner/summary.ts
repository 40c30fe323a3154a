import { END_STATES, type EndCounts, type EndState, type Rate, type RunPlan } from '../../contracts/evaluation.ts';
import type { RunDone } from '../../contracts/evaluation-events.ts';
import { wilsonInterval } from '../../lib/wilson.ts';

export const emptyCounts = (): Record<EndState, number> =>
  Object.fromEntries(END_STATES.map((state) => [state, 0])) as Record<EndState, number>;

function rate(numerator: number, denominator: number, denominatorIs: string): Rate {
  const { low, high } = wilsonInterval(numerator, denominator);
  return {
    numerator,
    denominator,
    denominator_is: denominatorIs,
    rate: denominator === 0 ? null : numerator / denominator,
    ci: [low, high],
  };
}

/** Both readings of a run, each with what it was divided by. */
export function ratesOf(counts: EndCounts, plan: Pick<RunPlan, 'samples'>): RunDone['rates'] {
  const asked = plan.samples.length - counts.not_run;
  const errors = counts.provider_error + counts.harness_error;
  return {
    errors_as_failures: rate(counts.correct, asked, 'samples asked'),
    errors_excluded: rate(counts.correct, asked - errors, 'samples asked without provider and harness errors'),
    refusals: rate(counts.refused, asked - errors, 'samples asked without provider and harness errors'),
    errors: rate(errors, asked, 'samples asked'),
  };
}
