import type { HealthSnapshot, Moment } from '../contracts/decision.ts';
import type { Deployment } from '../contracts/deployment.ts';
import { SlidingWindow } from '../lib/sliding-window.ts';

/** Over what the error rate is taken (DESIGN 5: the last 5 minutes), in 30 steps of 10 s. */
const WINDOW_MS = 300_000;
const WINDOW_STEPS = 30;
/** How many recent first-token times the median is taken over. */
const LATENCY_SAMPLES = 64;

interface Entry {
  window: SlidingWindow;
  latencies: number[];
  nextLatency: number;
  snapshot: HealthSnapshot | null;
}

/** A deployment's history survives a reload as long as its id and its endpoint stay the same. */
const keyOf = (deployment: Deployment): string => `${deployment.id}\u0000${deployment.endpoint.digest}`;

/** Rounded, so that a plan does not change with every call and a moment can be written down in few characters. */
const quantise = (rate: number): number => Math.round(rate * 1000) / 1000;

function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  return Math.round(sorted[sorted.length >> 1] as number);
}

/**
 * Error rates and first-token times of deployments. What is recorded becomes visible at the next epoch, so that all
 * requests of one epoch decide alike.
 */
export class HealthBoard {
  static readonly EPOCH_MS = 250;
  #entries = new Map<string, Entry>();
  /** The same entries by object, so that the hot path builds no key. */
  #known = new WeakMap<Deployment, Entry>();
  #epoch = 0;
  #published: { epoch: number; deployments: readonly Deployment[]; health: Moment['health'] } | null = null;

  /** Counts one call. Client aborts and the caller's own errors are not calls in this sense and must not come here. */
  record(deployment: Deployment, ok: boolean, firstTokenMs: number | null, nowMs: number): void {
    const entry = this.#entry(deployment);
    entry.window.record(nowMs, ok);
    if (ok && firstTokenMs !== null) {
      entry.latencies[entry.nextLatency] = firstTokenMs;
      entry.nextLatency = (entry.nextLatency + 1) % LATENCY_SAMPLES;
    }
  }

  /** What the last epoch published; undefined while there is nothing to say. */
  snapshot(deployment: Deployment): HealthSnapshot | undefined {
    return this.#entries.get(keyOf(deployment))?.snapshot ?? undefined;
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
    for (const entry of this.#entries.values()) {
      const { calls, errors } = entry.window.totals(nowMs);
      entry.snapshot =
        calls === 0
          ? null
          : {
              error_rate: quantise(errors / calls),
              calls,
              breaker: 'closed',
              latency_ms: median(entry.latencies),
            };
    }
  }

  #entry(deployment: Deployment): Entry {
    const known = this.#known.get(deployment);
    if (known !== undefined) return known;
    const entry = this.#entryByKey(keyOf(deployment));
    this.#known.set(deployment, entry);
    return entry;
  }

  #entryByKey(key: string): Entry {
    const known = this.#entries.get(key);
    if (known !== undefined) return known;
    const fresh: Entry = {
      window: new SlidingWindow(WINDOW_MS, WINDOW_STEPS),
      latencies: [],
      nextLatency: 0,
      snapshot: null,
    };
    this.#entries.set(key, fresh);
    return fresh;
  }
}
