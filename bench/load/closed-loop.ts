import { LatencyRecorder, type LatencySummary } from '../measure/latency.ts';
import { requestMaker, type Target } from './exchange.ts';
import { Failures, type JobOutcome } from './failures.ts';
import { LoadConnection } from './load-connection.ts';

export interface ClosedLoopJob {
  target: Target;
  concurrency: number;
  seconds: number;
}

export interface ClosedLoopResult extends JobOutcome {
  perSecond: number;
  /** Latency under saturation: it says how long the queue is, not how fast the subject answers. */
  latency: LatencySummary | null;
}

/** Keeps `concurrency` requests in flight for `seconds`: the right shape for CPU per request, the wrong one for latency. */
export async function runClosedLoop(job: ClosedLoopJob): Promise<ClosedLoopResult> {
  const nextRequest = requestMaker(job.target);
  const latency = new LatencyRecorder();
  const failures = new Failures();
  let completed = 0;
  const startedAt = performance.now();
  const endAt = startedAt + job.seconds * 1_000;

  const runConnection = async (): Promise<void> => {
    let connection = await LoadConnection.open(job.target.port);
    while (performance.now() < endAt) {
      const usable = await exchangeUntil(connection, nextRequest, endAt, latency, failures, () => {
        completed += 1;
      });
      if (!usable) connection = await LoadConnection.open(job.target.port);
    }
    connection.destroy();
  };
  await Promise.all(Array.from({ length: job.concurrency }, runConnection));
  const seconds = (performance.now() - startedAt) / 1_000;
  return {
    completed,
    failed: failures.count,
    failures: failures.byReason(),
    seconds,
    perSecond: completed / seconds,
    latency: latency.summary(),
  };
}

/** Sends until time is up (true) or the connection is lost (false). Callbacks, not promises: one request is one turn. */
function exchangeUntil(
  connection: LoadConnection,
  nextRequest: () => Buffer,
  endAt: number,
  latency: LatencyRecorder,
  failures: Failures,
  onCompleted: () => void,
): Promise<boolean> {
  return new Promise((resolve) => {
    const sendNext = (): void => {
      const sentAt = performance.now();
      connection.send(nextRequest(), {
        onEnd: (status) => {
          const now = performance.now();
          if (status >= 200 && status < 300) {
            latency.recordMs(now - sentAt);
            onCompleted();
          } else failures.add(`status ${status}`);
          if (now < endAt) sendNext();
          else resolve(true);
        },
        onFail: (reason) => {
          failures.add(reason);
          connection.destroy();
          resolve(false);
        },
      });
    };
    sendNext();
  });
}
