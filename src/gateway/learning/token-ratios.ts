import type { Moment, TokenRatio } from '../../contracts/decision.ts';
import type { Deployment } from '../../contracts/deployment.ts';
import type { LearnedState } from '../../contracts/learned-state.ts';
import type { Receipt } from '../../contracts/receipt.ts';
import { TokenCalibration, type TokenCalibrationState } from '../../tasks/token-calibration.ts';

const digits = (value: number): number => Math.round(value * 100) / 100;

/** What vendors' own counts teach about our estimates, by maker, since the models of one share a tokenizer. */
export class TokenRatios {
  #state: TokenCalibrationState = new Map();
  #calibration = new TokenCalibration(this.#state);
  #changed = false;
  #published: { deployments: readonly Deployment[]; ratios: Moment['token_ratios'] } | null = null;
  #known = false;

  state(): LearnedState['tokenizers'] {
    return [...this.#state].map(([maker, family]) => ({ maker, ...family }));
  }

  restore(tokenizers: LearnedState['tokenizers']): void {
    for (const { maker, ...family } of tokenizers) this.#state.set(maker, family);
    this.#changed = tokenizers.length > 0;
    this.publish();
  }

  /** Takes the counts of an answer to text alone: pictures and sounds have no estimate worth comparing. */
  record(receipt: Receipt, makerOf: (deployment: string) => string | null): void {
    const { decision, attempts } = receipt;
    if (decision === null || receipt.sandbox || receipt.operation !== 'chat') return;
    if (decision.request?.modalities !== undefined) return;
    for (const { deployment, usage, usage_source: source } of attempts) {
      const maker = source === 'reported' ? makerOf(deployment) : null;
      if (maker === null || usage.input_tokens === null) continue;
      this.#calibration.report(maker, decision.estimated_tokens, usage.input_tokens);
      this.#changed = true;
    }
  }

  /** Makes what was recorded visible to decisions. */
  publish(): void {
    if (!this.#changed) return;
    this.#changed = false;
    this.#known = true;
    this.#published = null;
  }

  /** By deployment; one object for a whole epoch. undefined: no vendor has counted yet. */
  of(deployments: readonly Deployment[]): Moment['token_ratios'] {
    if (!this.#known) return undefined;
    if (this.#published?.deployments === deployments) return this.#published.ratios;
    const ratios: Record<string, TokenRatio> = {};
    for (const { id, maker } of deployments) {
      const factors = this.#calibration.factorsOf(maker);
      if (factors === null) continue;
      ratios[id] = { mean: digits(factors.mean), p95: digits(factors.p95), trust: digits(factors.trust) };
    }
    const made = Object.keys(ratios).length === 0 ? undefined : ratios;
    this.#published = { deployments, ratios: made };
    return made;
  }
}
