import { requestBytes, type Target } from './exchange.ts';
import { Failures, type JobOutcome } from './failures.ts';
import { LoadConnection } from './load-connection.ts';

export interface IdleStreamsJob {
  target: Target;
  streams: number;
  perSecond: number;
}

/** Streams that have had their first event and then nothing, held open until they are released. */
export class IdleStreams {
  private held: LoadConnection[] = [];

  /** Adds streams; returns once each of them has its first event or has failed. */
  async open(job: IdleStreamsJob): Promise<JobOutcome> {
    const bytes = requestBytes(job.target);
    const failures = new Failures();
    const startedAt = performance.now();
    let completed = 0;
    const openOne = async (index: number): Promise<void> => {
      await new Promise((resolve) => setTimeout(resolve, (index * 1_000) / job.perSecond));
      const connection = await LoadConnection.open(job.target.port);
      this.held.push(connection);
      await new Promise<void>((resolve) => {
        connection.send(bytes, {
          onBody: () => {
            completed += 1;
            resolve();
          },
          onEnd: (status) => {
            failures.add(`ended with status ${status}`);
            resolve();
          },
          onFail: (reason) => {
            failures.add(reason);
            resolve();
          },
        });
      });
    };
    await Promise.all(Array.from({ length: job.streams }, (_, index) => openOne(index)));
    return {
      completed,
      failed: failures.count,
      failures: failures.byReason(),
      seconds: (performance.now() - startedAt) / 1_000,
    };
  }

  /** How many are still open. */
  get alive(): number {
    return this.held.filter((connection) => !connection.closed).length;
  }

  release(): void {
    for (const connection of this.held) connection.destroy();
    this.held = [];
  }
}
