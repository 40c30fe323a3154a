import type { Receipt } from '../../contracts/receipt.ts';
import { createLru } from '../../lib/lru.ts';
import type { Conversation } from './conversation-id.ts';

/** About 5 MB; whoever is forgotten is routed anew. */
const MOST_CONVERSATIONS = 20_000;
/** Vendors keep prompt caches for minutes, some for an hour; after that staying saves nothing. */
const FORGET_AFTER_MS = 3_600_000;

interface Pin {
  deployment: string;
  atMs: number;
}

/** Which deployment answered a conversation last. In memory alone: after a restart conversations are routed anew. */
export class SessionBoard {
  #pins = createLru<string, Pin>(MOST_CONVERSATIONS);

  /** The deployment that has answered the conversation so far; null: none, or too long ago. */
  pinOf(conversation: Conversation | null, nowMs: number): string | null {
    if (conversation === null || !conversation.continued) return null;
    const pin = this.#pins.get(conversation.id);
    return pin === undefined || nowMs - pin.atMs > FORGET_AFTER_MS ? null : pin.deployment;
  }

  /** Takes whose answer the client got. */
  record(conversation: Conversation | null, receipt: Receipt, nowMs: number): void {
    if (conversation === null || receipt.operation !== 'chat') return;
    if (receipt.outcome !== 'ok' && receipt.outcome !== 'continued' && receipt.outcome !== 'truncated_by_length')
      return;
    const answered = receipt.attempts.at(-1);
    if (answered !== undefined) this.#pins.set(conversation.id, { deployment: answered.deployment, atMs: nowMs });
  }
}
