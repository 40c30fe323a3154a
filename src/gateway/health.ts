import type { HealthSnapshot, Moment } from '../contracts/decision.ts';
import type { Deployment } from '../contracts/deployment.ts';
import { DeploymentHealth, HealthPass, type HealthView } from './deployment-health.ts';
import { firstTokenLimitMs } from './first-token-times.ts';

/** What has not been called for so long and is not down is forgotten, so that reloads do not pile up old addresses. */
const FORGET_AFTER_MS = 3_600_000;

/** A deployment's history survives a reload as long as its id and its endpoint stay the same. */
const keyOf = (deployment: Deployment): string => `${deployment.id}\u0000${deployment.endpoint.digest}`;

/**
 * Error rates, breakers and first-token times of deployments. What is recorded becomes visible at the next epoch, so
 * that all requests of one epoch decide alike; breakers answer at once. All times are of one clock that does not go back.
 */
export class HealthBoard {
  static readonly EPOCH_MS = 250;
  #entries = new Map<string, DeploymentHealth>();
  /** The same entries by object, so that the hot path builds no key. */
  #known = new WeakMap<Deployment, DeploymentHealth>();
  #lastAsked: Deployment | null = null;
  #last: DeploymentHealth | undefined;
  #epoch = 0;
  #published: { epoch: number; deployments: readonly Deployment[]; health: Moment['health'] } | null = null;

  /** Counts one call and leaves the breaker alone: for callers that did not ask for a pass. */
  record(deployment: Deployment, ok: boolean, firstTokenMs: number | null, nowMs: number): void {
    this.#entry(deployment).record(ok ? 'ok' : 'server_error', firstTokenMs, false, nowMs);
  }

  /** A pass for one call, or null while the breaker is open or its probe is under way. */
  admit(deployment: Deployment, nowMs: number): HealthPass | null {
    const health = this.#entry(deployment);
    health.lastCallMs = nowMs;
    const pass = health.breaker.admit(nowMs);
    return pass === null ? null : new HealthPass(health, pass);
  }

  /** When nothing else is left: a pass though the breaker is open, at most once a second for a deployment. */
  admitLastResort(deployment: Deployment, nowMs: number): HealthPass | null {
    const health = this.#entry(deployment);
    health.lastCallMs = nowMs;
    const pass = health.breaker.admitLastResort(nowMs);
    return pass === null ? null : new HealthPass(health, pass);
  }

  /** Whether a request that could go elsewhere should, because this deployment recovers. Each question is one request. */
  yields(deployment: Deployment, nowMs: number): boolean {
    return this.#find(deployment)?.breaker.yields(nowMs) ?? false;
  }

  /** Milliseconds until the breaker lets a probe through; 0 unless open. */
  restsForMs(deployment: Deployment, nowMs: number): number {
    return this.#find(deployment)?.breaker.restsForMs(nowMs) ?? 0;
  }

  /** How long a stream of this deployment may take to its first token, milliseconds, as of the last epoch. */
  firstTokenLimitMs(deployment: Deployment): number {
    return this.#find(deployment)?.firstTokenLimitMs ?? firstTokenLimitMs(null);
  }

  /** After how many milliseconds without a token a second call is worth it (p95); null while too little is known. */
  hedgeAfterMs(deployment: Deployment): number | null {
    return this.#find(deployment)?.hedgeAfterMs ?? null;
  }

  /** What the last epoch published; undefined while there is nothing to say. */
  snapshot(deployment: Deployment): HealthSnapshot | undefined {
    return this.#entries.get(keyOf(deployment))?.snapshot ?? undefined;
  }

  /** In full and as of now, for operators and metrics; null for what was never called. */
  view(deployment: Deployment, nowMs: number): HealthView | null {
    return this.#find(deployment)?.view(nowMs) ?? null;
  }

  /** Snapshots by deployment id, one object for a whole epoch. */
  healthOf(deployments: readonly Deployment[]): Moment['health'] {
    if (this.#published?.epoch === this.#epoch && this.#published.deployments === deployments) {
      return this.#published.health;
    }
    const health: Moment['health'] = {};
    for (const deployment of deployments) {
      const snapshot = this.snapshot(deployment);
      if (snapshot !== undefined) health[deployment.id] = snapshot;
    }
    this.#published = { epoch: this.#epoch, deployments, health };
    return health;
  }

  /** Called every EPOCH_MS. */
  publish(nowMs: number): void {
    this.#epoch += 1;
    for (const [key, entry] of this.#entries) {
      entry.publish(nowMs);
      if (entry.snapshot === null && nowMs - entry.lastCallMs > FORGET_AFTER_MS) this.#forget(key);
    }
  }

  #forget(key: string): void {
    this.#entries.delete(key);
    this.#known = new WeakMap();
    this.#lastAsked = null;
    this.#last = undefined;
  }

  #find(deployment: Deployment): DeploymentHealth | undefined {
    // A request asks several times in a row.
    if (deployment === this.#lastAsked) return this.#last;
    const found = this.#known.get(deployment) ?? this.#entries.get(keyOf(deployment));
    if (found !== undefined) this.#remember(deployment, found);
    return found;
  }

  #remember(deployment: Deployment, entry: DeploymentHealth): void {
    this.#lastAsked = deployment;
    this.#last = entry;
  }

  #entry(deployment: Deployment): DeploymentHealth {
    const known = this.#find(deployment);
    const entry = known ?? new DeploymentHealth();
    if (known === undefined) this.#entries.set(keyOf(deployment), entry);
    if (!this.#known.has(deployment)) this.#known.set(deployment, entry);
    this.#remember(deployment, entry);
    return entry;
  }
}
