import type { AnswerAside } from '../contracts/chat-answer.ts';
import type { StreamPart } from '../contracts/stream-part.ts';
import type { LossId } from './loss-table.ts';
import type { LossReport } from './losses.ts';

const LOSS_OF_ASIDE: Readonly<Record<AnswerAside, LossId>> = {
  usage: 'answer_usage_details',
  safety: 'answer_safety',
};

/** What an upstream says in an answer and no reader takes up: collected while reading, so that builders can declare it. */
export class UnreadAnswer {
  readonly members = new Set<string>();
  readonly asides = new Set<AnswerAside>();
  #told = 0;

  /** Members of a complete answer; none where all was read. */
  get ofAnswer(): { unread?: readonly string[]; asides?: readonly AnswerAside[] } {
    return {
      ...(this.members.size === 0 ? {} : { unread: [...this.members] }),
      ...(this.asides.size === 0 ? {} : { asides: [...this.asides] }),
    };
  }

  /** Appends what was found since the last call. */
  tell(parts: StreamPart[]): void {
    const found = this.members.size + this.asides.size;
    if (found === this.#told) return;
    this.#told = found;
    parts.push({ type: 'unread', members: [...this.members], asides: [...this.asides] });
  }
}

/** Declares what nobody took up. */
export function declareUnread(
  members: readonly string[] | undefined,
  asides: readonly AnswerAside[] | undefined,
  losses: LossReport,
): void {
  for (const path of members ?? []) losses.add('answer_unread', path);
  for (const aside of asides ?? []) losses.add(LOSS_OF_ASIDE[aside]);
}
