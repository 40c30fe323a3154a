import type { Endpoint } from '../../contracts/deployment.ts';
import { MinuteCounter } from './minute-counter.ts';
import { quotaResetsInMs } from './quota-reset.ts';
import type { QuotaNeed } from './vendor-quota.ts';

const tokensOf = (need: QuotaNeed): number => need.input + need.output;

/**
 * The quota that the configuration says an operator grants an endpoint (`rate`, `concurrency`), over all of its models and
 * credentials. Counted strictly: no 60 seconds hold more than the limit, wherever they begin. Times are of a clock that
 * does not go back.
 */
export class EndpointQuota {
  #requests = new MinuteCounter();
  #tokens = new MinuteCounter();
  #inFlight = 0;

  sent(need: QuotaNeed, nowMs: number): void {
    this.#inFlight += 1;
    this.#requests.add(1, nowMs, nowMs);
    this.#tokens.add(tokensOf(need), nowMs, nowMs);
  }

  /** The call sent at `sentAtMs` is over and took `used` instead of `need`. */
  ended(need: QuotaNeed, used: QuotaNeed, sentAtMs: number, nowMs: number): void {
    this.#inFlight -= 1;
    this.#tokens.add(tokensOf(used) - tokensOf(need), sentAtMs, nowMs);
  }

  /** Milliseconds until the call fits, 0 where it does; infinite where it is larger than a minute's tokens. */
  waitMs({ rate, concurrency }: Endpoint, need: QuotaNeed, nowMs: number): number {
    const tokens = tokensOf(need);
    let waitMs = 0;
    // When a slot comes free nobody knows; soon is the best guess.
    if (concurrency !== null && this.#inFlight >= concurrency) waitMs = 1_000;
    if (rate.rpm !== null && this.#requests.total(nowMs) + 1 > rate.rpm) {
      waitMs = Math.max(waitMs, this.#requests.waitMs(rate.rpm - 1, nowMs));
    }
    if (rate.tpm !== null && tokens > rate.tpm) return Number.POSITIVE_INFINITY;
    if (rate.tpm !== null && this.#tokens.total(nowMs) + tokens > rate.tpm) {
      waitMs = Math.max(waitMs, this.#tokens.waitMs(rate.tpm - tokens, nowMs));
    }
    return waitMs;
  }
}

/** Milliseconds until the configured quota of an endpoint expires; infinite where it does not. */
export function expiresInMs({ rate }: Endpoint, wallNowMs: number): number {
  return rate.resetsAt === null
    ? Number.POSITIVE_INFINITY
    : (quotaResetsInMs(rate.resetsAt, wallNowMs) ?? Number.POSITIVE_INFINITY);
}
