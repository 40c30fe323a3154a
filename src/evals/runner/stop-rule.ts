import type { EndState, RunPlan, Sample } from '../../contracts/evaluation.ts';
import type { SequentialReading } from '../../contracts/evaluation-events.ts';
import { createSequentialTest, type SequentialState, type SequentialTest } from '../stats/sequential-test.ts';

/** Where each sample of the run that is compared with ended. */
export type Baseline = ReadonlyMap<string, EndState>;

/** Nothing is learnt of a model from what our own harness could not do, or never asked. */
const saysNothing = (state: EndState): boolean => state === 'harness_error' || state === 'not_run';

/**
 * Watches a run against another one, pair by pair, by the test that its plan names. Pairs count in the order of the plan
 * and never as answers arrive: what takes long fails more often, so that the order of arrival is no random one. Of samples
 * that belong together only the first counts, since the test wants pairs that tell nothing about each other.
 */
export class StopRule {
  readonly #order: readonly string[];
  readonly #baseline: Baseline;
  readonly #against: string;
  /** Of those that do not stand alone. */
  readonly #clusters = new Map<string, string>();
  readonly #test: SequentialTest;
  readonly #ended = new Map<string, EndState>();
  readonly #seen = new Set<string>();
  #next = 0;
  #pairs = 0;

  constructor(
    plan: Pick<RunPlan, 'samples' | 'alpha'>,
    against: string,
    baseline: Baseline,
    samples: Iterable<Pick<Sample, 'id' | 'cluster'>>,
  ) {
    this.#order = plan.samples;
    this.#against = against;
    this.#baseline = baseline;
    for (const { id, cluster } of samples) if (cluster !== null) this.#clusters.set(id, cluster);
    this.#test = createSequentialTest(plan.alpha);
  }

  /** A sample of this run has ended. */
  settled(sample: string, state: EndState): void {
    this.#ended.set(sample, state);
    while (this.#next < this.#order.length && !this.decided) {
      const id = this.#order[this.#next] as string;
      const here = this.#ended.get(id);
      if (here === undefined) return;
      this.#next += 1;
      this.#push(id, here);
    }
  }

  get decided(): boolean {
    return this.#test.state().decided !== null;
  }

  #push(id: string, here: EndState): void {
    const there = this.#baseline.get(id);
    if (there === undefined || saysNothing(there) || saysNothing(here)) return;
    const cluster = this.#clusters.get(id);
    if (cluster !== undefined && this.#seen.has(cluster)) return;
    if (cluster !== undefined) this.#seen.add(cluster);
    this.#pairs += 1;
    const [right, wasRight] = [here === 'correct', there === 'correct'];
    this.#test.push(right === wasRight ? null : right ? 'b' : 'a');
  }

  get reading(): SequentialReading {
    return readingOf(this.#against, this.#pairs, this.#test.state());
  }
}

const readingOf = (
  against: string,
  pairs: number,
  { n01, n10, eValue, anytimeP, decided }: SequentialState,
): SequentialReading => ({
  against,
  pairs,
  n01,
  n10,
  // A number that JSON can write; it is beyond any bound long before.
  e_value: Math.min(eValue, Number.MAX_VALUE),
  anytime_p: anytimeP,
  decided: decided === null ? null : decided === 'b' ? 'better' : 'worse',
});

/** What the planned test says of a recorded run, whatever of it has ended. */
export function sequentialReading(
  plan: Pick<RunPlan, 'samples' | 'alpha'>,
  against: string,
  baseline: Baseline,
  results: readonly { sample: string; state: EndState; cluster: string | null }[],
): SequentialReading {
  const rule = new StopRule(
    plan,
    against,
    baseline,
    results.map(({ sample, cluster }) => ({ id: sample, cluster })),
  );
  for (const { sample, state } of results) rule.settled(sample, state);
  return rule.reading;
}
