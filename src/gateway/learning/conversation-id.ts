import { randomBytes } from 'node:crypto';

/** Characters of a text that tell conversations apart; the length tells the rest. */
const HEAD = 512;

type Json = Readonly<Record<string, unknown>>;

/** Which conversation a request belongs to. */
export interface Conversation {
  /** A whole number above 0, of 53 bits. */
  id: number;
  /** Whether it has gone on before: somebody named it, or the request holds an answer already. */
  continued: boolean;
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Text of a message in either dialect: a string, or parts of which some are text. */
function contentText(content: unknown): string {
  if (typeof content === 'string') return `${content.length}:${content.slice(0, HEAD)}`;
  if (!Array.isArray(content)) return '';
  return content
    .slice(0, 4)
    .map((part: unknown) => {
      const text = textOf((part as Json | null)?.text);
      return `${text.length}:${text.slice(0, HEAD)}`;
    })
    .join('|');
}

const roleOf = (message: unknown): unknown => (message as Json | null)?.role;
const contentOf = (message: unknown): string => contentText((message as Json | null)?.content);

/** Drawn by each process: what collides in one is no secret worth finding for another. */
const SEEDS = randomBytes(8);
const FIRST_SEED = SEEDS.readInt32LE(0);
const SECOND_SEED = SEEDS.readInt32LE(4);

/**
 * 53 bits of whose text it is and what it says (cyrb53). Not a cryptographic hash, which takes ten times as long: a
 * digest lives in memory and prefers a deployment among those that are permitted anyway.
 */
function digest(...parts: readonly string[]): number {
  let first = FIRST_SEED;
  let second = SECOND_SEED;
  for (const part of parts) {
    // Read where they are: joined, they would be copied first. What stands between them is 0.
    for (let at = 0; at <= part.length; at += 1) {
      const unit = at < part.length ? part.charCodeAt(at) : 0;
      first = Math.imul(first ^ unit, 0x9e3779b1);
      second = Math.imul(second ^ unit, 0x5f356495);
    }
  }
  first = Math.imul(first ^ (first >>> 16), 0x85ebca6b) ^ Math.imul(second ^ (second >>> 13), 0xc2b2ae35);
  second = Math.imul(second ^ (second >>> 16), 0x85ebca6b) ^ Math.imul(first ^ (first >>> 13), 0xc2b2ae35);
  // 0 stands for nobody.
  return (second & 0x1f_ffff) * 2 ** 32 + (first >>> 0) || 1;
}

/** What the caller calls it; null: nothing. */
function statedId(body: Json, session: string | null): string | null {
  if (session !== null && session !== '') return session;
  const cacheKey = textOf(body.prompt_cache_key);
  if (cacheKey !== '') return cacheKey;
  const user = textOf((body.metadata as Json | null | undefined)?.user_id);
  return user === '' ? null : user;
}

/**
 * The conversation of a chat request: the key and `x-alidade-session`, `prompt_cache_key` or `metadata.user_id`, else a
 * digest of system prompt and first user turn, which stay the same from turn to turn. null: there is nothing to go by.
 * Only digests are kept; two conversations that begin alike share one, and the worst of it is that they stay together.
 */
export function conversationOf(body: Json, session: string | null, key: string | null): Conversation | null {
  const { messages } = body;
  if (!Array.isArray(messages)) return null;
  const stated = statedId(body, session);
  if (stated !== null) return { id: digest(key ?? '', 'stated', stated), continued: true };
  let system = contentText(body.system);
  let user: string | null = null;
  let continued = false;
  for (const message of messages as readonly unknown[]) {
    const role = roleOf(message);
    if (role === 'system' || role === 'developer') system += contentOf(message);
    else if (role === 'user') user ??= contentOf(message);
    else if (role === 'assistant') continued = true;
    // Turns beyond the first exchange tell nothing new.
    if (user !== null && continued) break;
  }
  return user === null ? null : { id: digest(key ?? '', 'turns', system, user), continued };
}
