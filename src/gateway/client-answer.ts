import type { AppError } from '../contracts/errors.ts';
import type { AttemptRecord, Loss } from '../contracts/receipt.ts';
import type { Attempt } from './attempt.ts';
import type { ClientSide } from './client-side.ts';
import { underRules } from './exchange-errors.ts';
import type { ExchangeParts } from './exchange-parts.ts';
import { costHeader, errorHeaders, headOf } from './response-headers.ts';
import type { RunningAttempts } from './running-attempts.ts';

/** With no content by then, headers and pings go out so that no proxy in between times out (DESIGN 5.6). */
const HEADER_COMMIT_MS = 10_000;

export const isSandbox = ({ plan }: Pick<ExchangeParts, 'plan'>): boolean => plan[0]?.sandbox ?? false;

/** What the client is told, in its dialect: head and content, signs of life before, an error instead or at the end. */
export class ClientAnswer {
  readonly #parts: ExchangeParts;
  readonly #client: ClientSide;
  readonly #attempts: RunningAttempts;
  readonly #loss: () => readonly Loss[];
  /** When the client last heard something; counts from the head on. */
  #heardAtMs = 0;

  /** @param loss of request and answer, as far as it has come */
  constructor(parts: ExchangeParts, client: ClientSide, attempts: RunningAttempts, loss: () => readonly Loss[]) {
    this.#parts = parts;
    this.#client = client;
    this.#attempts = attempts;
    this.#loss = loss;
  }

  /** The head of a stream; `attempt` null: nobody has answered yet. */
  beginStream(attempt: Attempt | null): void {
    const head = this.#head(attempt, 'text/event-stream; charset=utf-8');
    // nginx and its kin buffer streams unless told not to.
    head.push('cache-control', 'no-cache', 'x-accel-buffering', 'no');
    this.#client.head(200, head);
  }

  whole(attempt: Attempt, bytes: Buffer, record: AttemptRecord): void {
    const head = this.#head(attempt, 'application/json');
    head.push('content-length', String(bytes.length), ...costHeader(record));
    this.#client.head(200, head);
    this.#client.end(bytes);
  }

  /** The client heard of something else than a ping. */
  heard(nowMs: number): void {
    this.#heardAtMs = nowMs;
  }

  /** Before there is content, and between the break of a stream and whoever goes on. */
  keepAlive(nowMs: number): void {
    const sinceMs = this.#client.headSent ? this.#heardAtMs : this.#parts.request.startedAtMs;
    if (nowMs - sinceMs < HEADER_COMMIT_MS) return;
    this.beginStream(null);
    this.#heardAtMs = nowMs;
    this.#client.write(this.#parts.client.ping);
  }

  /** A status while nothing is sent, the dialect's terminal error event afterwards. Returns what the client was told. */
  refuse(reason: AppError): AppError {
    const { request, client, decision } = this.#parts;
    const error = underRules(reason, decision);
    if (this.#client.headSent) {
      this.#client.end(client.errorEvent(error, request.requestId));
      return error;
    }
    const body = Buffer.from(client.errorBody(error, request.requestId));
    const head = this.#head(null, 'application/json');
    head.push('content-length', String(body.length), ...errorHeaders(error, this.#attempts.started > 0));
    this.#client.head(error.status, head);
    this.#client.end(body);
    return error;
  }

  #head(attempt: Attempt | null, contentType: string): string[] {
    const { client, request, decision, budget } = this.#parts;
    return headOf({
      client,
      requestId: request.requestId,
      contentType,
      decision,
      attempt,
      attempts: this.#attempts.started,
      overheadMs: this.#attempts.overheadMs,
      requests: budget.requests,
      loss: attempt === null ? [] : this.#loss(),
      sandbox: isSandbox(this.#parts),
    });
  }
}
