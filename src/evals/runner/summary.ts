import { END_STATES, type EndCounts, type EndState, type Rate, type RunPlan } from '../../contracts/evaluation.ts';
import { wilsonInterval } from '../../lib/wilson.ts';

/** The last line of a run: what it came to. `counts` has all eight ends and sums to the samples chosen. */
export interface RunDone {
  event: 'done';
  run: string;
  counts: EndCounts;
  /** Share of correct ones among the asked, errors counted as failures; null where nothing was asked. */
  score: number | null;
  ci: readonly [number, number];
  /** null: some calls had no known price. */
  cost_usd: number | null;
  rates: Readonly<Record<'errors_as_failures' | 'errors_excluded' | 'refusals' | 'errors', Rate>>;
  /** Why it ended: all asked, money, or a pause. */
  stopped: 'complete' | 'budget' | 'paused';
  sandbox: boolean;
  /** As the vendor named them; more than one means that the model changed under way. */
  model_versions: readonly string[];
  cached: number;
}

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
