import { AppError } from '../../contracts/errors.ts';
import type { WorkFeed, WorkProgress } from '../../contracts/evaluation-events.ts';
import { createIds } from '../../lib/ids.ts';
import { Feed } from './feed.ts';

/** Tells how far it is. `stop` is aborted when the process ends: what is paid is waited for, nothing new is begun. */
export type Work = (tell: (progress: WorkProgress) => void, stop: AbortSignal) => Promise<unknown>;

/** Ended ones that can still be asked for what they came to. */
const KEPT_ENDED = 32;

/** Work that takes longer than a request may: it goes on by itself and is followed like a run. */
export class Background {
  readonly #newId;
  readonly #onFault: (error: unknown) => void;
  readonly #feeds = new Map<string, Feed<WorkFeed>>();
  readonly #ended: string[] = [];
  readonly #working = new Set<Promise<void>>();
  readonly #stop = new AbortController();

  constructor(now: () => number, onFault: (error: unknown) => void) {
    this.#newId = createIds('wrk_', { nowMs: now });
    this.#onFault = onFault;
  }

  start(work: Work): { work: string } {
    if (this.#stop.signal.aborted) throw new AppError('shutting_down', 'The server is shutting down.');
    const id = this.#newId();
    const feed = new Feed<WorkFeed>();
    this.#feeds.set(id, feed);
    const working = work((progress) => feed.push({ event: 'progress', work: id, ...progress }), this.#stop.signal)
      .then((result) => feed.push({ event: 'result', work: id, result }))
      .catch((error: unknown) => {
        const known = error instanceof AppError;
        if (!known) this.#onFault(error);
        const message = known ? error.message : 'It failed by a mistake of ours; the log says more.';
        feed.push({ event: 'error', work: id, code: known ? error.code : 'internal', message });
      })
      .finally(() => {
        feed.end();
        this.#working.delete(working);
        this.#ended.push(id);
        if (this.#ended.length > KEPT_ENDED) this.#feeds.delete(this.#ended.shift() as string);
      });
    this.#working.add(working);
    return { work: id };
  }

  /** From its first event to its last. @throws AppError not_found */
  follow(id: string, signal: AbortSignal): AsyncGenerator<WorkFeed> {
    const feed = this.#feeds.get(id);
    if (feed === undefined) throw new AppError('not_found', `No work ${JSON.stringify(id)} is known here.`);
    return feed.read(signal);
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#working);
  }
}
