import { LatencyRecorder, type LatencySummary } from '../measure/latency.ts';
import { EventCounter } from './event-counter.ts';
import { requestBytes, type Target } from './exchange.ts';
import { Failures, type JobOutcome } from './failures.ts';
import { LoadConnection } from './load-connection.ts';

export interface StreamsJob {
  target: Target;
  concurrency: number;
  streamsPerConnection: number;
  /** Events a whole stream must have; a stream with another count, or without `[DONE]`, has failed. */
  expectedEvents: number;
  /** Time over which the first streams are started, so that their events do not arrive in one burst. */
  spreadMs: number;
}

export interface StreamsResult extends JobOutcome {
  events: number;
  bodyBytes: number;
  /** Socket reads that held body bytes; events / reads is the coalescing factor. */
  reads: number;
  firstEvent: LatencySummary | null;
}

/** Runs whole streams, `concurrency` at a time. */
export async function runStreams(job: StreamsJob): Promise<StreamsResult> {
  const bytes = requestBytes(job.target);
  const firstEvent = new LatencyRecorder();
  const failures = new Failures();
  const totals = { completed: 0, events: 0, bodyBytes: 0, reads: 0 };
  const startedAt = performance.now();

  const runOne = (connection: LoadConnection): Promise<boolean> =>
    new Promise((resolve) => {
      const counter = new EventCounter();
      const sentAt = performance.now();
      connection.send(bytes, {
        onBody: (chunk, start, end) => {
          if (counter.bytes === 0) firstEvent.recordMs(performance.now() - sentAt);
          counter.push(chunk, start, end);
        },
        onRead: () => {
          totals.reads += 1;
        },
        onEnd: (status) => {
          totals.events += counter.events;
          totals.bodyBytes += counter.bytes;
          if (status !== 200) failures.add(`status ${status}`);
          else if (!counter.endedWithDone || counter.events !== job.expectedEvents)
            failures.add(`${counter.events} events`);
          else totals.completed += 1;
          resolve(true);
        },
        onFail: (reason) => {
          failures.add(reason);
          resolve(false);
        },
      });
    });

  const runConnection = async (index: number): Promise<void> => {
    await new Promise((resolve) => setTimeout(resolve, (index * job.spreadMs) / job.concurrency));
    let connection = await LoadConnection.open(job.target.port);
    for (let stream = 0; stream < job.streamsPerConnection; stream += 1) {
      if (!(await runOne(connection))) connection = await LoadConnection.open(job.target.port);
    }
    connection.destroy();
  };
  await Promise.all(Array.from({ length: job.concurrency }, (_, index) => runConnection(index)));
  const { completed, events, bodyBytes, reads } = totals;
  const outcome: JobOutcome = {
    completed,
    failed: failures.count,
    failures: failures.byReason(),
    seconds: (performance.now() - startedAt) / 1_000,
  };
  return { ...outcome, events, bodyBytes, reads, firstEvent: firstEvent.summary() };
}
