import type { EnsembleDecision, EnsembleRecord } from '../contracts/ensemble-record.ts';
import { createSeededRandom } from '../lib/seeded-random.ts';
import type { Arbiter } from './arbiter.ts';
import type { Asking } from './asking.ts';
import type { Candidate } from './candidate.ts';
import type { FanOut } from './fan-out.ts';
import { byTieRule } from './tie-rule.ts';
import { tournament } from './tournament.ts';
import { AGREEMENT, countVotes, type VoteCount } from './vote.ts';

/** How many drafts a synthesis is written from: more only average down (Self-MoA, arXiv:2502.00674). */
const MOST_DRAFTS = 3;

export interface Choice {
  candidate: Candidate;
  by: EnsembleDecision;
}

/** Decides between candidates, two at least. What it found on the way is kept for the receipt. */
export class Strategies {
  readonly #asking: Asking;
  readonly #arbiter: Arbiter;
  readonly #verified: FanOut['verified'];
  votes: VoteCount<Candidate> | null = null;
  synthesis: EnsembleRecord['synthesis'] = null;

  constructor(asking: Asking, arbiter: Arbiter, { verified }: FanOut) {
    this.#asking = asking;
    this.#arbiter = arbiter;
    this.#verified = verified;
  }

  decide(candidates: readonly Candidate[]): Promise<Choice> {
    switch (this.#asking.run.ensemble.strategy) {
      case 'select_best':
        return this.#select(candidates);
      case 'synthesize':
        return this.#synthesise(candidates);
      case 'vote':
        return this.#vote(candidates);
      case 'verify_first':
        return this.#verifyFirst(candidates);
      case 'staged':
        return this.#staged(candidates);
    }
  }

  async #select(candidates: readonly Candidate[]): Promise<Choice> {
    const [candidate] = await this.#tournament(candidates, 1);
    const { comparisons } = this.#arbiter;
    const last = comparisons.findLast(({ winner }) => winner === candidate?.id);
    return { candidate: candidate as Candidate, by: last?.decided_by ?? 'arbiter' };
  }

  /** Without an arbiter, and for what nobody is asked to judge, the tie rule decides among all at once. */
  #tournament(candidates: readonly Candidate[], until: number): Promise<readonly Candidate[]> {
    const { seed } = this.#asking.run;
    const drawn = createSeededRandom(`${seed} draw`).shuffle(candidates);
    return tournament(drawn, (a, b, pairs) => this.#arbiter.compare(a, b, pairs), until);
  }

  async #judge(candidates: readonly Candidate[]): Promise<Choice> {
    if (candidates.length > 1 && this.#arbiter.available) return this.#select(candidates);
    return this.#tie(candidates);
  }

  #tie(candidates: readonly Candidate[]): Choice {
    const { winner, by } = byTieRule(candidates, this.#asking.run.seed);
    return { candidate: winner, by };
  }

  async #vote(candidates: readonly Candidate[]): Promise<Choice> {
    return this.#counted(candidates) ?? (await this.#judge(candidates));
  }

  /** null: too few agree. Among those that agree the tie rule says whose words are given. */
  #counted(candidates: readonly Candidate[]): Choice | null {
    this.votes = countVotes(candidates, this.#asking.run.ensemble.vote);
    const [largest] = this.votes.groups;
    if (largest === undefined || largest.length < 2 || this.votes.agreement < AGREEMENT - 1e-9) return null;
    return { candidate: byTieRule(largest, this.#asking.run.seed).winner, by: 'vote' };
  }

  /** Those that pass, or all where none does: an answer that fails a check may still be the best there is. */
  #passing(candidates: readonly Candidate[]): readonly Candidate[] {
    const passed = candidates.filter(({ id }) => this.#verified.get(id) === true);
    if (passed.length > 0) return passed;
    const open = candidates.filter(({ id }) => this.#verified.get(id) !== false);
    return open.length > 0 ? open : candidates;
  }

  async #verifyFirst(candidates: readonly Candidate[]): Promise<Choice> {
    const passing = this.#passing(candidates);
    const [only] = passing;
    if (passing.length === 1 && only !== undefined) return { candidate: only, by: 'verified' };
    return this.#judge(passing);
  }

  async #synthesise(candidates: readonly Candidate[]): Promise<Choice> {
    if (!this.#canBeMerged(candidates)) return this.#judge(candidates);
    const drafts = await this.#tournament(candidates, MOST_DRAFTS);
    return (await this.#written(drafts)) ?? (await this.#judge(drafts));
  }

  async #staged(candidates: readonly Candidate[]): Promise<Choice> {
    const passing = this.#passing(candidates);
    const [only] = passing;
    if (passing.length === 1 && only !== undefined) return { candidate: only, by: 'verified' };
    const voted = this.#counted(passing);
    if (voted !== null) return voted;
    const best = await this.#judge(passing);
    if (!this.#arbiter.available || !this.#canBeMerged(passing)) return best;
    return this.#guarded(passing, best);
  }

  /** A synthesis has to beat the best candidate, in both orders; else that one is the answer. */
  async #guarded(candidates: readonly Candidate[], best: Choice): Promise<Choice> {
    const others = candidates.filter((candidate) => candidate !== best.candidate);
    const drafts = [best.candidate, ...others.slice(0, MOST_DRAFTS - 1)];
    const written = await this.#written(drafts);
    if (written === null) return best;
    const before = this.#arbiter.comparisons.length;
    const winner = await this.#arbiter.compare(best.candidate, written.candidate);
    const won = winner === written.candidate && this.#arbiter.comparisons[before]?.decided_by === 'arbiter';
    if (!won && this.synthesis !== null) this.synthesis = { ...this.synthesis, kept: false, why: 'not_better' };
    return won ? written : best;
  }

  async #written(drafts: readonly Candidate[]): Promise<Choice | null> {
    const { candidate, receiptId, why } = await this.#arbiter.synthesise(drafts);
    const of = drafts.map(({ id }) => id);
    this.synthesis = { receipt_id: receiptId, of, kept: candidate !== null, why };
    return candidate === null ? null : { candidate, by: 'synthesis' };
  }

  /** Calls of tools are acted upon: two merged ones would be a third that nobody made. So with pictures and speech. */
  #canBeMerged(candidates: readonly Candidate[]): boolean {
    const hasCalls = candidates.some(({ toolCalls }) => toolCalls.length > 0);
    return this.#arbiter.available && !hasCalls && candidates.every(({ text }) => text.trim() !== '');
  }
}
