import { AppError } from '../../contracts/errors.ts';
import type { RunFeed } from '../../contracts/evaluation-events.ts';
import { Feed } from './feed.ts';

/** A run of this process. */
export class LiveRun extends Feed<RunFeed> {
  readonly id: string;
  readonly pause = new AbortController();

  constructor(id: string) {
    super();
    this.id = id;
  }

  note(text: string): void {
    this.push({ event: 'note', run: this.id, text });
  }

  fail(error: unknown): void {
    const known = error instanceof AppError;
    const message = known ? error.message : 'The evaluation failed by a mistake of ours; the log says more.';
    this.push({ event: 'error', run: this.id, code: known ? error.code : 'internal', message });
  }
}
