// policy/: rules in Cedar and facts about deployments become the eligible set, its obligations and why the rest is out.
// Pure: may import contracts/, lib/ and Cedar; clock and evaluator come in as arguments, files are read elsewhere.
// Start reading here; bundle.ts holds rules, snapshot.ts facts at a moment, evaluate-rules.ts is where Cedar decides.
// starter/ holds the rules in force by default; attribute-list.ts is everything that a rule may ask.
// Whatever has not been decided is forbidden.
import type { Deployment } from '../contracts/deployment.ts';
import type { PolicyAction, PolicyVerdict, RequestAttributes } from '../contracts/policy.ts';
import type { RequestFacts } from '../contracts/request-facts.ts';
import { createLru, type Lru } from '../lib/lru.ts';
import { isOpen, type PolicyBundle } from './bundle.ts';
import { composeVerdict, type ForbiddenActions, type TokeniseMode } from './compose-verdict.ts';
import type { RuleEvaluator } from './evaluate-rules.ts';
import { UNLABELLED } from './request-attributes.ts';
import { tupleKey, tupleOf } from './signature.ts';
import { PolicySnapshot, type PolicyWorld, type SignedDeployment } from './snapshot.ts';
import { TupleAllowance } from './tuple-allowance.ts';

/** Named where a verdict was asked for before it was there: whatever has not been decided is forbidden. */
export const NOT_EVALUATED = 'policy_not_evaluated';

/** Combinations of attributes whose verdicts are kept. */
const MEMO_CAPACITY = 10_000;
/** Evaluations that may wait for the thread at once, all keys together. */
const MAX_PENDING = 256;

/** All that rules read of a request. */
type RuledBy = Pick<RequestFacts, 'attributes'>;

export type PrepareOutcome =
  | { ok: true }
  /** The key brings too many new combinations, or too many wait: an answer for the caller (429), not a verdict. */
  | { ok: false; reason: 'too_many_new_tuples' }
  /** The thread failed; whatever was asked stays forbidden. */
  | { ok: false; reason: 'evaluation_failed'; error: Error };

const PREPARED: PrepareOutcome = Object.freeze({ ok: true });
const TOO_MANY: PrepareOutcome = Object.freeze({ ok: false, reason: 'too_many_new_tuples' });

/** All that is known of one kind of deployment for one combination; verdicts are composed when they are asked for. */
class Decided {
  readonly forbidden: ForbiddenActions;
  readonly #attributes: SignedDeployment['attributes'];
  readonly #bundle: PolicyBundle;
  readonly #verdicts: Partial<Record<TokeniseMode, PolicyVerdict>> = {};

  constructor(forbidden: ForbiddenActions, attributes: SignedDeployment['attributes'], bundle: PolicyBundle) {
    this.forbidden = forbidden;
    this.#attributes = attributes;
    this.#bundle = bundle;
  }

  verdict(mode: TokeniseMode): PolicyVerdict {
    const known = this.#verdicts[mode];
    if (known !== undefined) return known;
    const verdict = composeVerdict(this.forbidden, this.#attributes, mode, this.#bundle);
    this.#verdicts[mode] = verdict;
    return verdict;
  }
}

interface TupleEntry {
  key: string;
  tuple: RequestAttributes;
  /** No rule can apply, so that every deployment is permitted everything. */
  open: boolean;
  bySignature: Map<string, Decided>;
}

export interface PolicyEngineOptions {
  evaluator: RuleEvaluator;
  /** Wall time, ms since the epoch. */
  now: () => number;
  world: PolicyWorld;
  /** `policy.tokenise` of the configuration. */
  tokenise: 'when_asked' | 'when_needed';
  /** false decides everything anew, for tests that compare. Default true. */
  memo?: boolean;
}

/** Decides by memo; whatever the memo lacks is evaluated once, off this thread, before the decision. */
export class PolicyEngine {
  readonly #evaluator: RuleEvaluator;
  readonly #now: () => number;
  readonly #memo: Lru<string, TupleEntry> = createLru(MEMO_CAPACITY);
  readonly #keepMemo: boolean;
  readonly #allowance = new TupleAllowance();
  readonly #pending = new Map<string, Promise<PrepareOutcome>>();
  /** Tuples of requests in flight, found again without a key. */
  #tuples = new WeakMap<RequestAttributes, TupleEntry>();
  #tokenise: 'when_asked' | 'when_needed';
  #snapshot: PolicySnapshot;
  /** The latest time seen: a clock that is set back revives no expired fact. */
  #latestMs: number;

  constructor(options: PolicyEngineOptions) {
    this.#evaluator = options.evaluator;
    this.#now = options.now;
    this.#tokenise = options.tokenise;
    this.#keepMemo = options.memo !== false;
    this.#latestMs = options.now();
    this.#snapshot = new PolicySnapshot(options.world, this.#latestMs);
  }

  /** Replaces rules and facts at once; requests in flight meet the new ones at their next attempt. */
  publish(world: PolicyWorld, tokenise: 'when_asked' | 'when_needed' = this.#tokenise): void {
    // A clock that ran ahead by mistake is forgiven here and nowhere else: somebody has just looked.
    this.#latestMs = this.#now();
    this.#tokenise = tokenise;
    this.#replace(new PolicySnapshot(world, this.#latestMs));
  }

  /** What decides now, with the facts that hold now. */
  get snapshot(): PolicySnapshot {
    this.#latestMs = Math.max(this.#latestMs, this.#now());
    if (this.#latestMs >= this.#snapshot.untilMs)
      this.#replace(new PolicySnapshot(this.#snapshot.world, this.#latestMs));
    return this.#snapshot;
  }

  /** For `world.versions.policy`: rules and facts in force. */
  get version(): string {
    return this.snapshot.version;
  }

  /**
   * Sees to it that verdicts for this request are at hand. null: they are, and there is nothing to wait for.
   * `caller` is the id of the key, or any fixed text in open mode; it pays for what is new.
   */
  prepare(facts: RuledBy, caller: string): Promise<PrepareOutcome> | null {
    const snapshot = this.snapshot;
    const entry = this.#entryOf(facts, snapshot);
    if (entry.open) return null;
    const missing = snapshot.kinds.filter(({ signature }) => !entry.bySignature.has(signature));
    return missing.length === 0 ? null : this.#evaluateOnce(entry, snapshot, missing, caller);
  }

  /** As `prepare`, for one deployment of an earlier world that a request in flight still holds. */
  prepareFor(facts: RequestFacts, deployment: Deployment, caller: string): Promise<PrepareOutcome> | null {
    const snapshot = this.snapshot;
    const entry = this.#entryOf(facts, snapshot);
    const signed = snapshot.sign(deployment);
    if (entry.open || entry.bySignature.has(signed.signature)) return null;
    return this.#evaluateOnce(entry, snapshot, [signed], caller);
  }

  /** Verdict on one deployment under what holds now; forbidden where `prepare` has not been waited for. */
  readonly eligibility = (facts: RequestFacts, deployment: Deployment): PolicyVerdict => {
    const decided = this.#decided(facts, deployment);
    if (decided === null) return { permitted: false, rules: [NOT_EVALUATED], wouldAdmit: null };
    const mode = facts.obligations.includes('tokenise') ? 'asked' : this.#tokenise;
    return decided.verdict(mode);
  };

  /**
   * For each attempt: whether the deployment may be called under the policy of this moment with the obligations that the
   * plan carries. null: not decided yet, ask again after `prepareFor`.
   */
  permittedNow(facts: RequestFacts, deployment: Deployment, obligations: readonly string[]): boolean | null {
    const decided = this.#decided(facts, deployment);
    if (decided === null) return null;
    const mode = obligations.includes('tokenise') ? 'asked' : 'when_asked';
    const verdict = decided.verdict(mode);
    return verdict.permitted && verdict.obligations.every((obligation) => obligations.includes(obligation));
  }

  /** Whether rules allow an action besides sending, e.g. `judge_with`. Undecided is no. */
  mayUse(action: PolicyAction, facts: RuledBy, deployment: Deployment): boolean {
    const decided = this.#decided(facts, deployment);
    return decided !== null && (decided.forbidden[action] ?? []).length === 0;
  }

  #replace(snapshot: PolicySnapshot): void {
    if (snapshot.world.bundle.digest !== this.#snapshot.world.bundle.digest) {
      this.#memo.clear();
      this.#pending.clear();
    }
    this.#tuples = new WeakMap();
    this.#snapshot = snapshot;
  }

  #decided(facts: RuledBy, deployment: Deployment): Decided | null {
    const snapshot = this.snapshot;
    const entry = this.#entryOf(facts, snapshot);
    const { signature, attributes } = snapshot.sign(deployment);
    const known = entry.bySignature.get(signature);
    if (known !== undefined) return known;
    if (!entry.open) return null;
    const decided = new Decided({}, attributes, snapshot.world.bundle);
    entry.bySignature.set(signature, decided);
    return decided;
  }

  #entryOf(facts: RuledBy, snapshot: PolicySnapshot): TupleEntry {
    const attributes = facts.attributes ?? UNLABELLED;
    const seen = this.#tuples.get(attributes);
    if (seen !== undefined) return seen;
    const { bundle } = snapshot.world;
    const key = tupleKey(attributes, bundle.use);
    let entry = this.#keepMemo ? this.#memo.get(key) : undefined;
    if (entry === undefined) {
      const tuple = tupleOf(attributes, bundle.use);
      entry = { key, tuple, open: isOpen(bundle, tuple), bySignature: new Map() };
      if (this.#keepMemo) this.#memo.set(key, entry);
    }
    this.#tuples.set(attributes, entry);
    return entry;
  }

  #evaluateOnce(
    entry: TupleEntry,
    snapshot: PolicySnapshot,
    missing: readonly SignedDeployment[],
    caller: string,
  ): Promise<PrepareOutcome> {
    const { bundle } = snapshot.world;
    const key = `${bundle.digest} ${entry.key} ${missing.map(({ signature }) => signature).join(' ')}`;
    const running = this.#pending.get(key);
    if (running !== undefined) return running;
    if (this.#pending.size >= MAX_PENDING || !this.#allowance.take(caller, this.#now()))
      return Promise.resolve(TOO_MANY);
    const evaluation = this.#evaluate(entry, snapshot, missing).finally(() => this.#pending.delete(key));
    this.#pending.set(key, evaluation);
    return evaluation;
  }

  async #evaluate(
    entry: TupleEntry,
    snapshot: PolicySnapshot,
    missing: readonly SignedDeployment[],
  ): Promise<PrepareOutcome> {
    const deployments = missing.map(({ visible }) => visible);
    try {
      const answer = await this.#evaluator.evaluate(snapshot.world.bundle, {
        context: entry.tuple,
        deployments,
      });
      for (const [index, { signature, attributes }] of missing.entries()) {
        const forbidden = answer[index];
        if (forbidden === undefined) throw new Error('The evaluation answered for fewer deployments than were asked.');
        entry.bySignature.set(signature, new Decided(forbidden, attributes, snapshot.world.bundle));
      }
      return PREPARED;
    } catch (error) {
      return {
        ok: false,
        reason: 'evaluation_failed',
        error: error instanceof Error ? error : new Error(String(error)),
      };
    }
  }
}
