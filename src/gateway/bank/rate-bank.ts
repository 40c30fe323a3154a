// bank/: what vendors let us send, and which of it expires first.
// May import what gateway/ may; no I/O, time comes in as a clock.
// Start here: `take` before a call, `note` when its head arrives, `end` when it is over; `expiring` and `wouldExceed` ask.
// Limits come from the configuration (endpoint-quota.ts) and from the headers of answers (rate-headers.ts).
// What is known of a vendor only ever holds calls back or orders them: it never permits anything.

import type { Deployment, Endpoint } from '../../contracts/deployment.ts';
import type { Clock } from '../clock.ts';
import { EndpointQuota, expiresInMs } from './endpoint-quota.ts';
import { type QuotaNeed, VendorQuota } from './vendor-quota.ts';

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** One call as the bank knows it. */
export interface BankTicket {
  /** When the head of the answer is there, at `nowMs` of the clock that does not go back. */
  note(headers: Headers, nowMs: number): void;
  /** When the call is over; null: nothing is known of what it used, so what was announced counts. Once. */
  end(used: QuotaNeed | null): void;
}

interface KnownQuotas {
  readonly endpoint: EndpointQuota | null;
  /** By credential. */
  readonly vendors: readonly VendorQuota[];
}

const credentialsOf = (deployment: Deployment): number => Math.max(1, deployment.endpoint.apiKeys.length);

/** State hangs on deployment id and endpoint digest: it survives a reload that changes neither. */
export class RateBank {
  #clock: Clock;
  #endpoints = new Map<string, EndpointQuota>();
  #vendors = new Map<string, VendorQuota>();
  #expiring: Record<string, number> | undefined;
  /** By object, so that the hot path builds no key; one list entry a credential. */
  #known = new WeakMap<Deployment, KnownQuotas>();
  #lastAsked: Deployment | null = null;
  #last: KnownQuotas = { endpoint: null, vendors: [] };

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Seconds until unused quota expires, by deployment id, as of the last `publish`: for `moment.quota_expires_s`, where
   * it decides who goes first among deployments of one model. undefined while nobody has any.
   */
  get expiring(): Readonly<Record<string, number>> | undefined {
    return this.#expiring;
  }

  /** Called every epoch, like the health board's, so that all requests of one epoch decide alike. */
  publish(deployments: readonly Deployment[]): void {
    const expiring: Record<string, number> = {};
    for (const deployment of deployments) {
      const ms = this.expiresInMs(deployment);
      if (Number.isFinite(ms)) expiring[deployment.id] = Math.ceil(ms / 1_000);
    }
    this.#expiring = Object.keys(expiring).length === 0 ? undefined : expiring;
  }

  /** Whether a call would break a limit that we know of, whichever credential it used. */
  wouldExceed(deployment: Deployment, need: QuotaNeed): boolean {
    return this.waitMs(deployment, need) > 0;
  }

  /** The same for one credential and the vendor's own headers alone. */
  credentialExceeds(
    deployment: Deployment,
    credential: number,
    need: QuotaNeed,
    nowMs = this.#clock.monotonic(),
  ): boolean {
    return (this.#of(deployment).vendors[credential]?.waitMs(need, nowMs) ?? 0) > 0;
  }

  /** Milliseconds until the call fits, 0 where it does; infinite where it never will. */
  waitMs(deployment: Deployment, need: QuotaNeed, nowMs = this.#clock.monotonic()): number {
    const { endpoint, vendors } = this.#of(deployment);
    let vendorMs = Number.POSITIVE_INFINITY;
    for (const vendor of vendors) vendorMs = Math.min(vendorMs, vendor.waitMs(need, nowMs));
    return endpoint === null ? vendorMs : Math.max(vendorMs, endpoint.waitMs(deployment.endpoint, need, nowMs));
  }

  /** Milliseconds until the call fits under this credential, 0 where it does; infinite where it never will. */
  callWaitMs(deployment: Deployment, credential: number, need: QuotaNeed, nowMs: number): number {
    const { endpoint, vendors } = this.#of(deployment);
    const vendorMs = vendors[credential]?.waitMs(need, nowMs) ?? 0;
    return endpoint === null ? vendorMs : Math.max(vendorMs, endpoint.waitMs(deployment.endpoint, need, nowMs));
  }

  /** Milliseconds until quota that is still unused expires; infinite where none is known to. */
  expiresInMs(deployment: Deployment): number {
    const nowMs = this.#clock.monotonic();
    let soonestMs = expiresInMs(deployment.endpoint, this.#clock.now());
    for (const vendor of this.#of(deployment).vendors) soonestMs = Math.min(soonestMs, vendor.expiresInMs(nowMs));
    return soonestMs;
  }

  /** Books a call that is about to be sent. */
  take(deployment: Deployment, credential: number, need: QuotaNeed): BankTicket {
    const { endpoint, vendors } = this.#of(deployment);
    const vendor = vendors[credential] as VendorQuota;
    const sentAtMs = endpoint === null ? 0 : this.#clock.monotonic();
    endpoint?.sent(need, sentAtMs);
    vendor.unseen(need, 1);
    return new Ticket(this.#clock, endpoint, vendor, need, sentAtMs);
  }

  #of(deployment: Deployment): KnownQuotas {
    // A request asks several times in a row.
    if (deployment === this.#lastAsked) return this.#last;
    const known = this.#known.get(deployment) ?? this.#add(deployment);
    this.#lastAsked = deployment;
    this.#last = known;
    return known;
  }

  #add(deployment: Deployment): KnownQuotas {
    const { id, endpoint } = deployment;
    const fresh = {
      endpoint: hasQuota(endpoint) ? getOrMake(this.#endpoints, endpoint.digest, () => new EndpointQuota()) : null,
      vendors: Array.from({ length: credentialsOf(deployment) }, (_, credential) =>
        getOrMake(this.#vendors, `${id}\u0000${endpoint.digest}\u0000${credential}`, () => new VendorQuota()),
      ),
    };
    this.#known.set(deployment, fresh);
    return fresh;
  }
}

/** What nobody limits is not counted. */
const hasQuota = ({ rate, concurrency }: Endpoint): boolean =>
  rate.rpm !== null || rate.tpm !== null || concurrency !== null;

function getOrMake<T>(map: Map<string, T>, key: string, make: () => T): T {
  const known = map.get(key);
  if (known !== undefined) return known;
  const fresh = make();
  map.set(key, fresh);
  return fresh;
}

class Ticket implements BankTicket {
  readonly #clock: Clock;
  readonly #endpoint: EndpointQuota | null;
  readonly #vendor: VendorQuota;
  readonly #need: QuotaNeed;
  readonly #sentAtMs: number;
  #seen = false;
  #told = false;
  #ended = false;

  constructor(clock: Clock, endpoint: EndpointQuota | null, vendor: VendorQuota, need: QuotaNeed, sentAtMs: number) {
    this.#clock = clock;
    this.#endpoint = endpoint;
    this.#vendor = vendor;
    this.#need = need;
    this.#sentAtMs = sentAtMs;
  }

  note(headers: Headers, nowMs: number): void {
    if (this.#seen) return;
    this.#seen = true;
    this.#vendor.unseen(this.#need, -1);
    this.#told = this.#vendor.read(headers, this.#clock, nowMs);
  }

  end(used: QuotaNeed | null): void {
    if (this.#ended) return;
    this.#ended = true;
    if (!this.#seen) this.#vendor.unseen(this.#need, -1);
    const counted = used ?? this.#need;
    // What used nothing has not arrived, and is no request to the vendor either.
    if (!this.#told && counted.input + counted.output > 0) this.#vendor.used(counted);
    this.#endpoint?.ended(this.#need, counted, this.#sentAtMs, this.#clock.monotonic());
  }
}
