import type { Moment } from '../../contracts/decision.ts';
import type { Deployment } from '../../contracts/deployment.ts';
import type { LearnedState } from '../../contracts/learned-state.ts';
import type { Receipt } from '../../contracts/receipt.ts';
import type { RequestFacts } from '../../contracts/request-facts.ts';
import type { Conversation } from './conversation-id.ts';
import { LearnedUses } from './learned-use.ts';
import { SessionBoard } from './session-board.ts';
import { TokenRatios } from './token-ratios.ts';

/** What receipts teach and decisions read: conversations, tokens, dollars. All of it goes into the moment, for replay. */
export class Learning {
  readonly #sessions = new SessionBoard();
  readonly #uses = new LearnedUses();
  readonly #ratios = new TokenRatios();

  /** Counts what was learned, so that whoever keeps it knows when to write. */
  get changes(): number {
    return this.#uses.changes;
  }

  /** What outlives a restart. Conversations do not: vendors have forgotten their caches by then. */
  state(): LearnedState {
    return { version: 1, cells: this.#uses.state(), tokenizers: this.#ratios.state() };
  }

  /** Before the first request. */
  restore({ cells, tokenizers }: LearnedState): void {
    this.#uses.restore(cells);
    this.#ratios.restore(tokenizers);
  }

  record(
    receipt: Receipt,
    conversation: Conversation | null,
    makerOf: (deployment: string) => string | null,
    nowMs: number,
  ): void {
    this.#sessions.record(conversation, receipt, nowMs);
    this.#uses.record(receipt);
    this.#ratios.record(receipt, makerOf);
  }

  /** Called once an epoch: all requests of one decide alike. */
  publish(): void {
    this.#uses.publish();
    this.#ratios.publish();
  }

  /** What of it belongs into the moment of a request. */
  momentOf(
    facts: RequestFacts,
    conversation: Conversation | null,
    deployments: readonly Deployment[],
    nowMs: number,
  ): Pick<Moment, 'session' | 'learned' | 'token_ratios'> {
    const said: Pick<Moment, 'session' | 'learned' | 'token_ratios'> = {
      session: this.#sessions.pinOf(conversation, nowMs),
    };
    const learned = this.#uses.of(facts, deployments);
    const ratios = this.#ratios.of(deployments);
    if (learned !== undefined) said.learned = learned;
    if (ratios !== undefined) said.token_ratios = ratios;
    return said;
  }
}
