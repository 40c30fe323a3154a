import type { Deployment } from '../contracts/deployment.ts';

/** A hint is kept to, but for no longer than this (DESIGN 5.5). */
const LONGEST_REST_MS = 60_000;
/** Without a hint a rate limit is waited for as long as this, doubling while the answer stays the same. */
const FIRST_REST_MS = 1_000;
/** A refused credential or an empty account mends only when an operator acts; once a minute finds that out soon enough. */
const REFUSED_REST_MS = 60_000;

export type RestCause = 'rate_limited' | 'refused';

interface Rest {
  untilMs: number;
  cause: RestCause;
  /** What the next rest without a hint will be. */
  nextMs: number;
}

export interface CredentialChoice {
  /** Index into `endpoint.apiKeys`; 0 where it has none. */
  credential: number;
  /** 0: usable now. Otherwise every credential rests, and this one for the shortest time. */
  restsForMs: number;
}

/** A resting credential as shown to operators; nothing of its secret. */
export interface RestingCredential {
  credential: number;
  cause: RestCause;
  rests_for_ms: number;
}

/**
 * Which credentials were told to wait: 429 rests a credential for one deployment, since vendors limit each model apart,
 * 401 and an empty account for every deployment of the endpoint. State hangs on deployment id and endpoint digest, so it survives a reload
 * that changes neither. Times are of a clock that does not go back.
 */
export class CredentialRests {
  #rests = new Map<string, Rest>();
  #turns = new Map<string, number>();

  /**
   * The next credential by turns among those that do not rest, else the one that rests shortest. Those that `exceeds`
   * says are at their limit are left out, unless that is every one.
   */
  choose(deployment: Deployment, nowMs: number, exceeds: (credential: number) => boolean = never): CredentialChoice {
    const { apiKeys, digest } = deployment.endpoint;
    const count = apiKeys.length;
    if (count <= 1) return { credential: 0, restsForMs: this.#restsForMs(deployment, 0, nowMs) };
    const turn = this.#turns.get(digest) ?? 0;
    let best: CredentialChoice | null = null;
    for (let step = 0; step < count; step += 1) {
      const credential = (turn + step) % count;
      if (exceeds(credential)) continue;
      const restsForMs = this.#restsForMs(deployment, credential, nowMs);
      if (best === null || restsForMs < best.restsForMs) best = { credential, restsForMs };
      if (restsForMs === 0) break;
    }
    best ??= { credential: turn, restsForMs: this.#restsForMs(deployment, turn, nowMs) };
    this.#turns.set(digest, (best.credential + 1) % count);
    return best;
  }

  /** `hintS` is the upstream's Retry-After in seconds, null without one. Returns for how long it rests from now, ms. */
  rest(deployment: Deployment, credential: number, cause: RestCause, hintS: number | null, nowMs: number): number {
    const key = keyOf(deployment, credential, cause);
    const known = this.#rests.get(key);
    const ownMs = cause === 'refused' ? REFUSED_REST_MS : (known?.nextMs ?? FIRST_REST_MS);
    const restMs = Math.min(LONGEST_REST_MS, hintS === null ? ownMs : hintS * 1_000);
    if (known !== undefined && nowMs < known.untilMs) {
      // Calls that were under way together are told one thing: only a longer hint adds to it.
      if (hintS !== null) known.untilMs = Math.max(known.untilMs, nowMs + restMs);
      return known.untilMs - nowMs;
    }
    this.#rests.set(key, { untilMs: nowMs + restMs, cause, nextMs: Math.min(LONGEST_REST_MS, ownMs * 2) });
    return restMs;
  }

  /** An answer came: what is over is forgotten. */
  answered(deployment: Deployment, credential: number, nowMs: number): void {
    if (this.#rests.size === 0) return;
    for (const cause of ['rate_limited', 'refused'] as const) {
      const key = keyOf(deployment, credential, cause);
      const rest = this.#rests.get(key);
      if (rest !== undefined && rest.untilMs <= nowMs) this.#rests.delete(key);
    }
  }

  resting(deployment: Deployment, nowMs: number): RestingCredential[] {
    const resting: RestingCredential[] = [];
    for (let credential = 0; credential < Math.max(1, deployment.endpoint.apiKeys.length); credential += 1) {
      for (const cause of ['rate_limited', 'refused'] as const) {
        const rest = this.#rests.get(keyOf(deployment, credential, cause));
        if (rest === undefined || rest.untilMs <= nowMs) continue;
        resting.push({ credential, cause, rests_for_ms: Math.round(rest.untilMs - nowMs) });
      }
    }
    return resting;
  }

  #restsForMs(deployment: Deployment, credential: number, nowMs: number): number {
    // The hot path builds no key while nothing rests.
    if (this.#rests.size === 0) return 0;
    const limited = this.#rests.get(keyOf(deployment, credential, 'rate_limited'))?.untilMs ?? 0;
    const refused = this.#rests.get(keyOf(deployment, credential, 'refused'))?.untilMs ?? 0;
    return Math.max(0, Math.max(limited, refused) - nowMs);
  }
}

const never = (): boolean => false;

const keyOf = ({ id, endpoint }: Deployment, credential: number, cause: RestCause): string =>
  cause === 'refused' ? `${endpoint.digest}\u0000${credential}` : `${id}\u0000${endpoint.digest}\u0000${credential}`;
