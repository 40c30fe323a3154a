import type { ChatRequest, Signature } from '../../contracts/chat-request.ts';
import { packToolCallId, unpackToolCallId } from '../tool-call-ids.ts';

/** Ids that do not hold only what this dialect takes are written as `alidade-id_<base64url>`, for clients only. */
const ENCODED = 'alidade-id_';
const PLAIN = /^[A-Za-z0-9_-]+$/;

/** The id of a call as a client of this dialect gets it; its signature, if it has one, rides in it. */
export function clientCallId(id: string, signature: Signature | undefined): string {
  const isPlain = PLAIN.test(id) && !id.startsWith(ENCODED);
  const plain = isPlain ? id : ENCODED + Buffer.from(id, 'utf8').toString('base64url');
  return packToolCallId(plain, signature === undefined ? [] : [{ kind: 'call', signature }]);
}

/** What `clientCallId` was given; an id that it did not make is returned as it is. */
export function readCallId(packed: string): { id: string; signature: Signature | null } {
  const { id, carried } = unpackToolCallId(packed);
  const signature = carried.find(({ kind }) => kind === 'call')?.signature ?? null;
  if (!id.startsWith(ENCODED)) return { id, signature };
  const text = id.slice(ENCODED.length);
  const bytes = Buffer.from(text, 'base64url');
  return { id: bytes.toString('base64url') === text ? bytes.toString('utf8') : id, signature };
}

/**
 * Ids of the calls of one answer that no earlier call of the conversation has: some vendors count their calls anew in each
 * answer, and a conversation in which an id comes twice is refused when it moves on to Anthropic, where it is relayed.
 */
export class AnswerCallIds {
  readonly #request: ChatRequest;
  #taken: Set<string> | null = null;

  constructor(request: ChatRequest) {
    this.#request = request;
  }

  /** The id itself, or one made from it: always the same in the same conversation. */
  distinct(id: string): string {
    this.#taken ??= new Set(earlierIds(this.#request));
    let free = id;
    for (let number = 2; this.#taken.has(free); number += 1) free = `${id}_${number}`;
    this.#taken.add(free);
    return free;
  }
}

function* earlierIds({ turns }: ChatRequest): Iterable<string> {
  for (const turn of turns) {
    if (turn.role !== 'assistant') continue;
    for (const part of turn.parts) if (part.type === 'tool-call') yield part.id;
  }
}
