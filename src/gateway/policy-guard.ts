import type { ApiKey } from '../contracts/api-key.ts';
import type { Decision } from '../contracts/decision.ts';
import type { Deployment } from '../contracts/deployment.ts';
import { AppError } from '../contracts/errors.ts';
import type { PolicyAction } from '../contracts/policy.ts';
import type { AttemptRecord, Receipt } from '../contracts/receipt.ts';
import type { RequestFacts } from '../contracts/request-facts.ts';
import type { CallPurpose } from '../contracts/vocabulary.ts';
import type { PolicyEngine, PrepareOutcome } from '../policy/policy-engine.ts';
import { type Eligibility, permitAll } from '../routing/eligibility.ts';
import { obligationsOf, onlyWhatCanBeDone, stillHolds } from './obligations.ts';
import { type RegionIncident, RegionWatch } from './region-watch.ts';

/** Actions besides sending that rules may forbid for what a call is for. */
export const ALSO_NEEDED: Partial<Record<CallPurpose, PolicyAction>> = {
  evaluation: 'evaluate_on',
  judge: 'judge_with',
};

/** Who pays for new questions to policy in open mode. */
const NOBODY = 'open';

function failure(outcome: PrepareOutcome & { ok: false }): AppError {
  if (outcome.reason === 'too_many_new_tuples') {
    const text =
      'This key brings more new combinations of use case, labels and data classes than can be decided at once.';
    return new AppError('rate_limited', text, { retryAfterS: 1 });
  }
  return new AppError('policy_unavailable', 'Policy could not be evaluated, so nothing may be sent.', {
    cause: outcome.error,
  });
}

const undecided = (engine: PolicyEngine, facts: RequestFacts, plan: readonly Deployment[]): readonly Deployment[] =>
  plan.filter((deployment) => engine.permittedNow(facts, deployment, []) === null);

/**
 * Policy as the gateway meets it: verdicts that can be carried out, asked for before each decision and again before each
 * call. Everything that may name a destination asks here.
 */
export class PolicyGuard {
  readonly eligibility: Eligibility;
  readonly #engine: PolicyEngine | null;
  readonly #regions = new RegionWatch();

  /**
   * @param engine null: no policy at all, which only tests and the library's router have
   * @param hasTokens whether the obligation `tokenise` can be carried out
   */
  constructor(engine: PolicyEngine | null, hasTokens = false) {
    this.#engine = engine;
    this.eligibility = onlyWhatCanBeDone(engine === null ? permitAll : engine.eligibility, hasTokens);
  }

  /** Deployments that labelled traffic is kept from, for the moment of a decision; undefined: none. */
  quarantined(deployments: readonly Deployment[]): readonly string[] | undefined {
    return this.#regions.among(deployments);
  }

  /** null: verdicts are at hand. @throws AppError (rejects) when they cannot be had */
  prepare(facts: RequestFacts, key: Pick<ApiKey, 'id'> | null): Promise<void> | null {
    const waiting = this.#engine?.prepare(facts, key?.id ?? NOBODY) ?? null;
    if (waiting === null) return null;
    return waiting.then((outcome) => {
      if (!outcome.ok) throw failure(outcome);
    });
  }

  /** The same verdicts for a call that rules may also forbid for what becomes of it. */
  eligibilityFor(purpose: CallPurpose | undefined): Eligibility {
    const engine = this.#engine;
    const action = purpose === undefined ? undefined : ALSO_NEEDED[purpose];
    if (engine === null || action === undefined) return this.eligibility;
    return (facts, deployment) => {
      const verdict = this.eligibility(facts, deployment);
      if (!verdict.permitted || engine.mayUse(action, facts, deployment)) return verdict;
      return { permitted: false, rules: [action], wouldAdmit: null };
    };
  }

  /** Another object whenever verdicts may be others: rules or facts were replaced, or a fact has expired. */
  get inForce(): unknown {
    return this.#engine?.snapshot ?? null;
  }

  /**
   * As `prepare`, for the calls of a request that was decided under other rules or facts. The deployments may be of a
   * world that is gone. @throws AppError (rejects) when verdicts cannot be had
   */
  prepareCalls(facts: RequestFacts, plan: readonly Deployment[], key: Pick<ApiKey, 'id'> | null): Promise<void> | null {
    const engine = this.#engine;
    if (engine === null || undecided(engine, facts, plan).length === 0) return null;
    return this.#evaluate(engine, facts, plan, key);
  }

  /**
   * Whether the call may be made under the policy of this moment, with what the decision obliges to; `needs`: rules
   * must allow that, too. Undecided is no.
   */
  permits(facts: RequestFacts, decision: Decision, deployment: Deployment, needs?: PolicyAction): boolean {
    if (facts.attributes?.labelled === true && this.#regions.quarantines(deployment)) return false;
    const obligations = obligationsOf(decision, deployment);
    if (!stillHolds(facts, deployment, obligations, decision.moment.now)) return false;
    if (this.#engine === null) return true;
    if (needs !== undefined && !this.#engine.mayUse(needs, facts, deployment)) return false;
    return this.#engine.permittedNow(facts, deployment, obligations) === true;
  }

  /** Whether rules let what was said to and by these deployments be kept. Undecided is no. */
  mayKeep(facts: RequestFacts, deployments: readonly Deployment[]): boolean {
    const engine = this.#engine;
    return engine === null || deployments.every((deployment) => engine.mayUse('keep_body', facts, deployment));
  }

  async #evaluate(
    engine: PolicyEngine,
    facts: RequestFacts,
    plan: readonly Deployment[],
    key: Pick<ApiKey, 'id'> | null,
  ): Promise<void> {
    // All deployments of today at once; what is left are those that only this request still holds.
    await this.prepare(facts, key);
    for (const deployment of undecided(engine, facts, plan)) {
      const outcome = await engine.prepareFor(facts, deployment, key?.id ?? NOBODY);
      if (outcome !== null && !outcome.ok) throw failure(outcome);
    }
  }

  /** Answers of a request that came from elsewhere than promised; each endpoint is told once. */
  incidentsOf({ attempts }: Receipt, decision: Decision, plan: readonly Deployment[]): readonly RegionIncident[] {
    return attempts.flatMap((record) => {
      if (record.region_echo === null) return [];
      const deployment = plan.find(({ id }) => id === record.deployment);
      const incident = deployment === undefined ? null : this.#noteRegion(decision, deployment, record);
      return incident === null ? [] : [incident];
    });
  }

  /** Holds an answer against where its vendor promised to compute. */
  #noteRegion(decision: Decision, deployment: Deployment, record: AttemptRecord): RegionIncident | null {
    return this.#regions.note(deployment, record, obligationsOf(decision, deployment).includes('pin_region'));
  }
}
