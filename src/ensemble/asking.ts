import type { CallOptions, CallSettlement } from '../contracts/call.ts';
import type { ChatRequest } from '../contracts/chat-request.ts';
import type { EnsembleCalls, EnsembleRun } from '../contracts/ensemble.ts';
import { AppError } from '../contracts/errors.ts';
import type { AttemptRecord } from '../contracts/receipt.ts';
import type { StreamPart } from '../contracts/stream-part.ts';
import { NO_USAGE, type Usage } from '../contracts/usage.ts';
import { Spending } from './spending.ts';

/** What a call came to. `why` is a code of contracts/errors.ts. */
export type Asked =
  | { ok: true; parts: readonly StreamPart[]; settlement: CallSettlement; receiptId: string }
  | { ok: false; why: string; rules: readonly string[]; settlement: CallSettlement | null; receiptId: string | null };

const TOKEN_COUNTS = Object.keys(NO_USAGE) as Exclude<keyof Usage, 'cache_write_hour_tokens'>[];

function sum(a: Usage, b: Usage): Usage {
  const total = { ...a };
  const hour = (a.cache_write_hour_tokens ?? 0) + (b.cache_write_hour_tokens ?? 0);
  if (hour > 0) total.cache_write_hour_tokens = hour;
  for (const name of TOKEN_COUNTS) {
    const [left, right] = [a[name], b[name]];
    total[name] = left === null ? right : right === null ? left : left + right;
  }
  return total;
}

/** Calls of one run: each is made on behalf of the request, within its cap and its time, and added up once. */
export class Asking {
  readonly run: EnsembleRun;
  readonly spending: Spending;
  readonly #deadlineAtMs: number;
  #attempts: AttemptRecord[] = [];
  #usage: Usage = NO_USAGE;
  #costUsd: number | null = 0;
  #sandbox = false;

  constructor(run: EnsembleRun) {
    const { ensemble, deadlineMs, now } = run;
    this.run = run;
    this.spending = new Spending(ensemble.maxCostUsd);
    this.#deadlineAtMs = now() + Math.min(deadlineMs, ensemble.deadlineMs ?? Number.POSITIVE_INFINITY);
  }

  /** Milliseconds that are left for the whole. */
  get leftMs(): number {
    return Math.max(0, this.#deadlineAtMs - this.run.now());
  }

  get calls(): EnsembleCalls {
    return { attempts: this.#attempts, usage: this.#usage, costUsd: this.#costUsd, sandbox: this.#sandbox };
  }

  /** Never rejects. `boundUsd`: what it may cost at most; null: whatever it costs. */
  async ask(
    request: ChatRequest,
    purpose: 'member' | 'arbiter',
    boundUsd: number | null,
    more: Pick<CallOptions, 'signal'> & Partial<Pick<CallOptions, 'deadlineMs'>>,
  ): Promise<Asked> {
    const { call, parentId, obligations } = this.run;
    const book = this.spending.hold(boundUsd);
    try {
      const budget = { usd: boundUsd };
      const deadlineMs = Math.min(this.leftMs, more.deadlineMs ?? Number.POSITIVE_INFINITY);
      const result = await call(request, { parentId, purpose, budget, obligations, ...more, deadlineMs });
      const parts: StreamPart[] = [];
      for await (const part of result.parts) parts.push(part);
      const settlement = await result.settled;
      book(settlement.costUsd);
      this.#add(settlement);
      const { receiptId } = result;
      if (settlement.error === undefined) return { ok: true, parts, settlement, receiptId };
      return { ok: false, why: settlement.error, rules: [], settlement, receiptId };
    } catch (error) {
      // Refused before anybody was asked: it cost nothing.
      book(0);
      if (!(error instanceof AppError)) throw error;
      return { ok: false, why: error.code, rules: error.rules, settlement: null, receiptId: null };
    }
  }

  #add({ attempts = [], usage, costUsd, sandbox }: CallSettlement): void {
    this.#attempts = [...this.#attempts, ...attempts];
    this.#usage = sum(this.#usage, usage);
    this.#costUsd = this.#costUsd === null || costUsd === null ? null : this.#costUsd + costUsd;
    this.#sandbox ||= sandbox;
  }
}
