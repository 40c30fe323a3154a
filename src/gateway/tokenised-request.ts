import { randomUUID } from 'node:crypto';
import type { ChatRequest } from '../contracts/chat-request.ts';
import { AppError } from '../contracts/errors.ts';
import type { Spoken, SpokenText, TextSpan } from '../contracts/tokens.ts';
import type { Operation } from '../contracts/vocabulary.ts';
import { atOnce } from '../lib/at-once.ts';
import { sha256InPieces } from '../lib/hash.ts';
import { WrittenStrings, writeJson, writeLongStrings } from '../lib/json-writer.ts';
import type { Handling } from '../privacy/tokens/handling.ts';
import { createTokenMap, type TokenMap } from '../privacy/tokens/tokenise.ts';
import type { RestoreOptions } from '../wire/tokens/restore-values.ts';
import { spokenOfBody } from '../wire/tokens/spoken-body.ts';
import { spokenOfChat } from '../wire/tokens/spoken-chat.ts';
import { inTurns } from './in-turns.ts';
import { isLargeBody, type ReadRequest, readRequest, readRequestInTurns } from './read-request.ts';

// How it is wired (everything else here is synchronous and pure):
// 1. After a decision, if any entry of its plan obliges to `tokenise`: `spokenRequest(read, body)` gives the texts.
// 2. Whoever detects searches `texts[i].text` and gives the findings of each, offsets from the text's start. A search
//    that does not end is no search: the request must be refused, or its plan cut to entries without the obligation.
// 3. `tokeniseRequest(spoken, findings, settings)` gives the request as it goes out, once for all attempts.
// 4. For each attempt whose plan entry is obliged, its lane comes from `createLanes({ ...source, ...tokenised })`, which
//    takes `read`, `body` and `restore` from it; for all other attempts from the source as it was.
// The map lives as long as its TokenisedRequest. Of it only `tokens.counts` may be recorded.

/** What tokens are made with. */
export interface TokenSettings {
  /** 32 bytes; the same on all replicas. */
  tenantKey: Uint8Array;
  handling: Handling;
}

/** A request whose texts are known. */
export interface SpokenRequest<T> {
  readonly texts: readonly SpokenText[];
  readonly spoken: Spoken<T>;
  /** What tells this conversation from all others; made of its beginning, so not to be kept or shown. */
  readonly conversation: string;
  readonly jsonContent: boolean;
}

/** Tokens stand for what one configuration wanted hidden; another may want more. */
export interface HeldTokens {
  /** Whether everything that was found would be handled by these settings as it was, or left as it is. */
  readonly holdUnder: (settings: TokenSettings | undefined) => boolean;
}

/** A request as a deployment may see it that gets tokens. */
export interface TokenisedRequest extends HeldTokens {
  readonly read: ReadRequest;
  readonly body: Buffer;
  readonly tokens: TokenMap;
  readonly restore: RestoreOptions;
}

/** A conversation of the contract, for callers inside this process. */
export interface TokenisedChat extends HeldTokens {
  readonly chat: ChatRequest;
  readonly tokens: TokenMap;
  readonly restore: RestoreOptions;
}

/**
 * Turns up to the first of the user: every later request of the conversation begins with them, on any replica.
 * @param scope the key, so that two callers who begin alike share no tokens
 * @param session the caller's own name for the conversation; null: its beginning tells
 */
function* conversationOf(
  scope: string | null,
  session: string | null,
  beginning: readonly unknown[],
): Generator<void, string> {
  const told = session === null ? [scope, beginning] : [scope, session, null];
  const written = yield* writeLongStrings(told, new WrittenStrings(randomUUID()));
  return yield* sha256InPieces(writeJson(told, written));
}

const isUserTurn = (turn: unknown): boolean =>
  typeof turn === 'object' && turn !== null && (turn as { role?: unknown }).role === 'user';

function upToFirstUser(turns: readonly unknown[]): readonly unknown[] {
  const first = turns.findIndex(isUserTurn);
  return first < 0 ? turns : turns.slice(0, first + 1);
}

function beginningOf({ request }: ReadRequest): readonly unknown[] {
  const { system, messages } = request.body;
  return [system ?? null, ...(Array.isArray(messages) ? upToFirstUser(messages) : [])];
}

const asksForJson = (format: unknown): boolean =>
  typeof format === 'object' && format !== null && /^json/.test(String((format as { type?: unknown }).type));

/** Whether the text of the answer is JSON by request: then values must be written so that it stays JSON. */
function answersInJson({ body }: ReadRequest['request']): boolean {
  const config = body.output_config;
  const nested = typeof config === 'object' && config !== null ? (config as { format?: unknown }).format : undefined;
  return asksForJson(body.response_format) || asksForJson(body.output_format) || asksForJson(nested);
}

export const spokenRequest = (...from: Parameters<typeof spokenRequestInPieces>): SpokenRequest<Buffer> =>
  atOnce(spokenRequestInPieces(...from));

/** The same, and yields wherever somebody else may have a turn. */
export function* spokenRequestInPieces(
  read: ReadRequest,
  body: Buffer,
  scope: string | null,
  session: string | null,
): Generator<void, SpokenRequest<Buffer>> {
  const spoken = spokenOfBody(body, read.request.body);
  const conversation = yield* conversationOf(scope, session, beginningOf(read));
  return { texts: spoken.texts, spoken, conversation, jsonContent: answersInJson(read.request) };
}

/** @param beginning the chat with whose beginning the conversation began, where this one is only a part of it */
export function spokenChat(
  chat: ChatRequest,
  scope: string | null,
  session: string | null,
  beginning: ChatRequest = chat,
): SpokenRequest<ChatRequest> {
  const spoken = spokenOfChat(chat);
  const conversation = atOnce(conversationOf(scope, session, upToFirstUser(beginning.turns)));
  const jsonContent = chat.responseFormat !== null && chat.responseFormat.kind !== 'text';
  return { texts: spoken.texts, spoken, conversation, jsonContent };
}

export const blocked = ({ blocked: types }: TokenMap): AppError =>
  new AppError('denied_by_policy', `privacy.types forbids to send this even as tokens: ${types.join(', ')}.`);

function handlesAlike(found: TextSpan, then: TokenSettings, now: TokenSettings): boolean {
  const handling = now.handling(found);
  return handling === 'keep' || handling === then.handling(found);
}

interface Replaced<T> extends HeldTokens {
  replaced: T;
  tokens: TokenMap;
  restore: RestoreOptions;
}

function* replace<T>(
  { spoken, conversation, jsonContent }: SpokenRequest<T>,
  findings: readonly (readonly TextSpan[])[],
  settings: TokenSettings,
): Generator<void, Replaced<T>> {
  if (findings.length !== spoken.texts.length) throw new AppError('internal', 'Not every text has been searched.');
  const tokens = createTokenMap({ ...settings, conversation });
  const texts = yield* tokens.tokeniseInPieces(spoken.texts, findings);
  if (tokens.blocked.length > 0) throw blocked(tokens);
  const holdUnder = (now: TokenSettings | undefined): boolean =>
    now === settings || (now !== undefined && findings.flat().every((found) => handlesAlike(found, settings, now)));
  const replaced = spoken.rewriteInPieces === undefined ? spoken.rewrite(texts) : yield* spoken.rewriteInPieces(texts);
  return { replaced, tokens, restore: { tokens, jsonContent }, holdUnder };
}

/**
 * The request with tokens in place of what was found.
 * @param findings for each of `spoken.texts`
 * @throws AppError denied_by_policy where a type that was found is to be blocked
 */
export function tokeniseRequest(
  spoken: SpokenRequest<Buffer>,
  findings: readonly (readonly TextSpan[])[],
  settings: TokenSettings,
  read: ReadRequest,
): TokenisedRequest {
  const { replaced: body, ...rest } = atOnce(replace(spoken, findings, settings));
  return { read: readRequest(operationOf(read), read.dialect, body), body, ...rest };
}

/** The same for requests of any size, with others' turns in between. Rejects as tokeniseRequest throws. */
export async function tokeniseRequestInTurns(
  spoken: SpokenRequest<Buffer>,
  findings: readonly (readonly TextSpan[])[],
  settings: TokenSettings,
  read: ReadRequest,
): Promise<TokenisedRequest> {
  const { replaced: body, ...rest } = await inTurns(replace(spoken, findings, settings));
  const { dialect } = read;
  const operation = operationOf(read);
  const again = isLargeBody(body)
    ? await readRequestInTurns({ operation, dialect, body })
    : readRequest(operation, dialect, body);
  return { read: again, body, ...rest };
}

function operationOf({ dialect, request }: ReadRequest): Operation {
  return dialect === 'openai' ? request.operation : request.countOnly ? 'count_tokens' : 'chat';
}

/** @throws AppError as tokeniseRequest */
export function tokeniseChat(
  spoken: SpokenRequest<ChatRequest>,
  findings: readonly (readonly TextSpan[])[],
  settings: TokenSettings,
): TokenisedChat {
  const { replaced: chat, tokens, restore, holdUnder } = atOnce(replace(spoken, findings, settings));
  return { chat, tokens, restore, holdUnder };
}
