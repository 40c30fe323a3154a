import type { Receipt } from '../../contracts/receipt.ts';
import type { Conversation } from './conversation-id.ts';

/**
 * Room for 32,768 conversations, half a megabyte: an id says which eight places are its own, and where all are taken the one
 * that was quiet longest is routed anew. Numbers, because objects of so many conversations would be copied by every
 * collection that they outlive.
 */
const SETS = 4_096;
const WAYS = 8;
/** Vendors keep prompt caches for minutes, some for an hour; after that staying saves nothing. */
const FORGET_AFTER_MS = 3_600_000;

/** Which deployment answered a conversation last. In memory alone: after a restart conversations are routed anew. */
export class SessionBoard {
  /** 0: nobody's. */
  readonly #ids = new Float64Array(SETS * WAYS);
  readonly #atMs = new Float64Array(SETS * WAYS);
  /** As places in the list of names. */
  readonly #deployments = new Uint16Array(SETS * WAYS);
  readonly #names: string[] = [];
  readonly #numbers = new Map<string, number>();

  /** The deployment that has answered the conversation so far; null: none, or too long ago. */
  pinOf(conversation: Conversation | null, nowMs: number): string | null {
    if (conversation === null || !conversation.continued) return null;
    const at = this.#placeOf(conversation.id);
    if (this.#ids[at] !== conversation.id || nowMs - (this.#atMs[at] as number) > FORGET_AFTER_MS) return null;
    return this.#names[this.#deployments[at] as number] ?? null;
  }

  /** Takes whose answer the client got. */
  record(conversation: Conversation | null, receipt: Receipt, nowMs: number): void {
    if (conversation === null || receipt.operation !== 'chat') return;
    if (receipt.outcome !== 'ok' && receipt.outcome !== 'continued' && receipt.outcome !== 'truncated_by_length')
      return;
    const answered = receipt.attempts.at(-1);
    if (answered === undefined) return;
    const deployment = this.#numberOf(answered.deployment);
    const at = this.#placeOf(conversation.id);
    this.#ids[at] = conversation.id;
    this.#atMs[at] = nowMs;
    this.#deployments[at] = deployment;
  }

  /** Where a conversation is, else where it would be: a free place, or that of the one which was quiet longest. */
  #placeOf(id: number): number {
    const first = (id % SETS) * WAYS;
    let place = first;
    for (let at = first; at < first + WAYS; at += 1) {
      const there = this.#ids[at];
      if (there === id) return at;
      if (this.#ids[place] === 0) continue;
      if (there === 0 || (this.#atMs[at] as number) < (this.#atMs[place] as number)) place = at;
    }
    return place;
  }

  /** Its place in the list of names. When 65,536 have been heard of, of many configurations, all is begun anew. */
  #numberOf(deployment: string): number {
    const known = this.#numbers.get(deployment);
    if (known !== undefined) return known;
    if (this.#names.length > 0xffff) {
      this.#names.length = 0;
      this.#numbers.clear();
      this.#ids.fill(0);
    }
    const number = this.#names.push(deployment) - 1;
    this.#numbers.set(deployment, number);
    return number;
  }
}
