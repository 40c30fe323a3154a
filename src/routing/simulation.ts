import type { Decision } from '../contracts/decision.ts';
import type { MeanDifference, Simulation } from '../contracts/simulation.ts';
import type { SeededRandom } from '../lib/seeded-random.ts';

const EXAMPLES = 5;
/** Requests are resampled in this many groups, so that a million of them cost no more than a thousand. */
const GROUPS = 500;
const RESAMPLES = 1_000;

/** Sums of a difference, by group. */
class Differences {
  readonly #sums = new Float64Array(GROUPS);
  readonly #counts = new Float64Array(GROUPS);
  n = 0;

  add(request: number, difference: number): void {
    const group = request % GROUPS;
    this.#sums[group] = (this.#sums[group] as number) + difference;
    this.#counts[group] = (this.#counts[group] as number) + 1;
    this.n += 1;
  }

  /** Mean and percentile bootstrap over groups; null without any. */
  mean(random: SeededRandom): MeanDifference | null {
    if (this.n === 0) return null;
    const groups = [...this.#counts.keys()].filter((group) => (this.#counts[group] as number) > 0);
    const resample = (): number => {
      let sum = 0;
      let count = 0;
      for (let draw = 0; draw < groups.length; draw += 1) {
        const group = groups[random.integer(groups.length)] as number;
        sum += this.#sums[group] as number;
        count += this.#counts[group] as number;
      }
      return sum / count;
    };
    const means = Float64Array.from({ length: RESAMPLES }, resample).sort();
    const sum = this.#sums.reduce((total, value) => total + value, 0);
    return {
      mean: sum / this.n,
      low: means[Math.floor(0.025 * RESAMPLES)] as number,
      high: means[Math.floor(0.975 * RESAMPLES)] as number,
      n: this.n,
    };
  }
}

const isRefusedByPolicy = ({ plan, removed }: Decision): boolean =>
  plan.length === 0 && removed.some(({ removed_because: because }) => because === 'policy');

/** What is believed of the quality of a deployment where `after` decides; null: nothing. */
const qualityIn = (after: Decision, deployment: string | undefined): number | null =>
  after.plan.find((entry) => entry.deployment === deployment)?.evidence?.quality ?? null;

/** What a deployment is expected to cost where `after` decides; null: nobody knows. */
const costIn = (after: Decision, deployment: string | undefined): number | null =>
  after.plan.find((entry) => entry.deployment === deployment)?.expected_cost_usd ?? null;

/**
 * Adds up decisions beside what was decided before, one request at a time. `newCosts`: both sides at the costs that are
 * known after, where only knowledge changes: evidence may hold what was billed, and learning that saves nothing.
 */
export class SimulationTally {
  readonly #newCosts: boolean;
  readonly #usd = new Differences();
  readonly #quality = new Differences();
  #requests = 0;
  #replayed = 0;
  #changed = 0;
  #changedModel = 0;
  #refused = { before: 0, after: 0 };
  #byTable = { before: 0, after: 0 };
  #dollars = { before: 0, after: 0 };
  #examples: { request_id: string; before: string | null; after: string | null }[] = [];

  constructor(newCosts = false) {
    this.#newCosts = newCosts;
  }

  /** A decision that cannot be made again. */
  skip(): void {
    this.#requests += 1;
  }

  add(requestId: string, before: Decision, after: Decision): void {
    const request = this.#requests;
    this.#requests += 1;
    this.#replayed += 1;
    const [old] = before.plan;
    const [next] = after.plan;
    if (old?.deployment !== next?.deployment) {
      this.#changed += 1;
      const example = { request_id: requestId, before: old?.deployment ?? null, after: next?.deployment ?? null };
      if (this.#examples.length < EXAMPLES) this.#examples.push(example);
    }
    if (old?.model !== next?.model) this.#changedModel += 1;
    if (isRefusedByPolicy(before)) this.#refused.before += 1;
    if (isRefusedByPolicy(after)) this.#refused.after += 1;
    if (before.objective !== 'evidence') this.#byTable.before += 1;
    if (after.objective !== 'evidence') this.#byTable.after += 1;
    this.#compare(request, before, after);
  }

  #compare(request: number, before: Decision, after: Decision): void {
    const [old] = before.plan;
    const [next] = after.plan;
    const oldUsd = this.#newCosts ? costIn(after, old?.deployment) : (old?.expected_cost_usd ?? null);
    const nextUsd = next?.expected_cost_usd ?? null;
    if (oldUsd !== null && nextUsd !== null) {
      this.#dollars.before += oldUsd;
      this.#dollars.after += nextUsd;
      this.#usd.add(request, nextUsd - oldUsd);
    }
    const [oldQuality, nextQuality] = [qualityIn(after, old?.deployment), qualityIn(after, next?.deployment)];
    if (oldQuality !== null && nextQuality !== null) this.#quality.add(request, nextQuality - oldQuality);
  }

  result(random: SeededRandom): Simulation {
    return {
      requests: this.#requests,
      replayed: this.#replayed,
      changed: this.#changed,
      changed_model: this.#changedModel,
      refused_by_policy: this.#refused,
      without_evidence: this.#byTable,
      expected_usd: { ...this.#dollars, difference: this.#usd.mean(random) },
      expected_quality: this.#quality.mean(random),
      examples: this.#examples,
    };
  }
}
