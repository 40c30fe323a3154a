import { readEvents } from './events.js';

/** @typedef {import('../../../contracts/decision.ts').PublishedDecision} PublishedDecision */
/** @typedef {import('../../../contracts/receipt.ts').ChainedReceipt} ChainedReceipt */
/** @typedef {{ error?: { code?: string, message?: string, request_id?: string } }} ErrorBody */
/** @typedef {{ onHead(response: Response): void, onText(text: string): void, onReasoning(text: string): void, onFinish(reason: string): void }} AnswerListener */
/** @typedef {{ choices?: { message?: Delta, delta?: Delta, finish_reason?: string | null }[] } & ErrorBody} AnswerChunk */
/** @typedef {{ content?: string | null, refusal?: string | null, reasoning?: string | null, reasoning_content?: string | null }} Delta */

/** An error of the API as the page shows it. */
export class ApiProblem extends Error {
  /**
   * @param {string} code
   * @param {string} message
   * @param {number | null} status null where no answer came, or after it had begun
   * @param {string | null} requestId
   */
  constructor(code, message, status, requestId) {
    super(message);
    this.name = 'ApiProblem';
    this.code = code;
    this.status = status;
    this.requestId = requestId;
  }
}

/** Held here and nowhere else: not in a cookie, not in the browser's storage. */
let key = '';

/** @param {string} value */
export function useKey(value) {
  key = value.trim();
}

/**
 * @param {ErrorBody} body
 * @param {number | null} status
 */
function problemOf(body, status) {
  const { code = 'unknown', message = 'The server gave no reason.', request_id = null } = body.error ?? {};
  return new ApiProblem(code, message, status, request_id);
}

/**
 * @param {string} path
 * @param {unknown} [body]
 * @param {AbortSignal} [signal]
 */
async function call(path, body, signal) {
  /** @type {Record<string, string>} */
  const headers = key === '' ? {} : { authorization: `Bearer ${key}` };
  /** @type {RequestInit} */
  const options = { headers, signal: signal ?? null };
  if (body !== undefined) {
    headers['content-type'] = 'application/json';
    Object.assign(options, { method: 'POST', body: JSON.stringify(body) });
  }
  try {
    return await fetch(path, options);
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ApiProblem('no_answer', 'The server did not answer. Is it still running?', null, null);
  }
}

/** @param {Response} response */
async function orProblem(response) {
  if (response.ok) return response;
  /** @type {ErrorBody} */
  const body = await response.json().catch(() => ({}));
  throw problemOf(body, response.status);
}

/** @param {string} path */
const read = async (path) => (await orProblem(await call(path))).json();

/** @returns {Promise<{ data: { id: string }[] }>} */
export const models = () => read('/v1/models');

/** Answers with 200 and with 503 alike. @returns {Promise<{ ready: boolean, degraded: string[] }>} */
export const readiness = async () => (await call('/readyz')).json();

/** @returns {Promise<{ version: string, sandbox: boolean }>} */
export const health = () => read('/healthz');

/** @param {string} id @returns {Promise<ChainedReceipt>} */
export const receipt = (id) => read(`/api/receipts/${encodeURIComponent(id)}`);

/**
 * @param {unknown} body
 * @param {AbortSignal} signal
 * @returns {Promise<PublishedDecision>}
 */
export async function decide(body, signal) {
  return (await orProblem(await call('/api/route', body, signal))).json();
}

/**
 * @param {Delta | undefined} delta
 * @param {AnswerListener} listener
 */
function tell(delta, listener) {
  const reasoning = delta?.reasoning_content ?? delta?.reasoning;
  if (reasoning) listener.onReasoning(reasoning);
  const text = delta?.content ?? delta?.refusal;
  if (text) listener.onText(text);
}

/**
 * Sends a chat request and tells its answer as it arrives. Resolves when the answer is complete.
 * @param {unknown} body
 * @param {AbortSignal} signal
 * @param {AnswerListener} listener
 */
export async function chat(body, signal, listener) {
  const response = await call('/v1/chat/completions', body, signal);
  listener.onHead(response);
  await orProblem(response);
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') ?? false;
  if (!isStream || response.body === null) {
    /** @type {AnswerChunk} */
    const answer = await response.json();
    tell(answer.choices?.[0]?.message, listener);
    listener.onFinish(answer.choices?.[0]?.finish_reason ?? 'unknown');
    return;
  }
  let complete = false;
  await readEvents(response.body, (data) => {
    if (data === '[DONE]') {
      complete = true;
      return;
    }
    /** @type {AnswerChunk} */
    const chunk = JSON.parse(data);
    if (chunk.error) throw problemOf(chunk, null);
    const choice = chunk.choices?.[0];
    tell(choice?.delta, listener);
    if (choice?.finish_reason) listener.onFinish(choice.finish_reason);
  });
  if (!complete) throw new ApiProblem('cut', 'The stream ended early: this answer is not complete.', null, null);
}
