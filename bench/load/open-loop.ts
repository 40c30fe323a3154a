import { LatencyRecorder, type LatencySummary } from '../measure/latency.ts';
import { requestMaker, type Target } from './exchange.ts';
import { Failures, type JobOutcome } from './failures.ts';
import { LoadConnection } from './load-connection.ts';

export interface OpenLoopJob {
  target: Target;
  perSecond: number;
  seconds: number;
  maxConnections: number;
}

export interface OpenLoopResult extends JobOutcome {
  /** From the intended start to the last byte, so that a stalled subject cannot hide the requests it delayed. */
  latency: LatencySummary | null;
  /** The same without the generator's own lateness: a request that found a free connection counts from when it was sent. */
  latencyFromSend: LatencySummary | null;
  /** Intended start to actual send while a connection was free: the generator's own error. */
  sendLag: LatencySummary | null;
  /** What `latency` and `latencyFromSend` sum up, one number a request, so that rounds can be taken together. */
  durationsUs: number[];
  durationsFromSendUs: number[];
}

/** How long the loop sleeps at most. Timers of Node tick in milliseconds, far too coarse; spinning would starve the upstream on this core. */
const MAX_SLEEP_MS = 0.05;
const CONNECTIONS_AT_START = 32;
const DRAIN_MS = 10_000;

/** Starts requests at a constant rate whatever the subject does. */
export async function runOpenLoop(job: OpenLoopJob): Promise<OpenLoopResult> {
  const run = new OpenLoopRun(job);
  await run.openConnections(Math.min(CONNECTIONS_AT_START, job.maxConnections));
  return run.start();
}

class OpenLoopRun {
  private readonly job: OpenLoopJob;
  private readonly nextRequest: () => Buffer;
  private readonly total: number;
  private readonly periodMs: number;
  private readonly latency = new LatencyRecorder();
  private readonly latencyFromSend = new LatencyRecorder();
  private readonly sendLag = new LatencyRecorder();
  private readonly durationsUs: number[] = [];
  private readonly durationsFromSendUs: number[] = [];
  private readonly failures = new Failures();
  private readonly idle: LoadConnection[] = [];
  private readonly overdue: number[] = [];
  private readonly open = new Set<LoadConnection>();
  private readonly sleepCell = new Int32Array(new SharedArrayBuffer(4));
  private opening = 0;
  private started = 0;
  private completed = 0;
  private startedAt = 0;

  constructor(job: OpenLoopJob) {
    this.job = job;
    this.nextRequest = requestMaker(job.target);
    this.total = Math.round(job.perSecond * job.seconds);
    this.periodMs = 1_000 / job.perSecond;
  }

  async openConnections(count: number): Promise<void> {
    await Promise.all(Array.from({ length: count }, () => this.openOne()));
  }

  start(): Promise<OpenLoopResult> {
    this.startedAt = performance.now() + 20;
    const giveUpAt = this.startedAt + this.job.seconds * 1_000 + DRAIN_MS;
    return new Promise((resolve) => {
      const turn = (): void => {
        const now = performance.now();
        this.dispatchDue(now);
        if (this.completed + this.failures.count >= this.total || now > giveUpAt) {
          resolve(this.finish());
          return;
        }
        this.sleepUntilDue();
        setImmediate(turn);
      };
      setImmediate(turn);
    });
  }

  private intendedStart(index: number): number {
    return this.startedAt + index * this.periodMs;
  }

  private dispatchDue(now: number): void {
    while (this.started < this.total && this.intendedStart(this.started) <= now) {
      const intended = this.intendedStart(this.started);
      this.started += 1;
      const connection = this.idle.shift();
      if (connection === undefined) {
        this.overdue.push(intended);
        this.openAnother();
      } else {
        const sentAt = performance.now();
        this.sendLag.recordMs(sentAt - intended);
        this.send(connection, intended, sentAt);
      }
    }
  }

  /** `chargedFrom`: where the subject's share begins; with every connection taken that is the intended start. */
  private send(connection: LoadConnection, intended: number, chargedFrom: number): void {
    connection.send(this.nextRequest(), {
      onEnd: (status) => {
        if (status >= 200 && status < 300) {
          this.record(performance.now(), intended, chargedFrom);
        } else this.failures.add(`status ${status}`);
        this.release(connection);
      },
      onFail: (reason) => {
        this.failures.add(reason);
        this.open.delete(connection);
        this.openAnother();
      },
    });
  }

  private record(now: number, intended: number, chargedFrom: number): void {
    this.latency.recordMs(now - intended);
    this.latencyFromSend.recordMs(now - chargedFrom);
    this.durationsUs.push(Math.round((now - intended) * 1e3));
    this.durationsFromSendUs.push(Math.round((now - chargedFrom) * 1e3));
    this.completed += 1;
  }

  private release(connection: LoadConnection): void {
    const intended = this.overdue.shift();
    if (intended !== undefined) this.send(connection, intended, intended);
    else this.idle.push(connection);
  }

  private openAnother(): void {
    if (this.open.size + this.opening < this.job.maxConnections) void this.openOne();
  }

  private async openOne(): Promise<void> {
    this.opening += 1;
    try {
      const connection = await LoadConnection.open(this.job.target.port);
      this.open.add(connection);
      this.release(connection);
    } catch (error) {
      this.failures.add(error instanceof Error ? error.message : String(error));
    } finally {
      this.opening -= 1;
    }
  }

  private sleepUntilDue(): void {
    const untilNext = this.intendedStart(this.started) - performance.now();
    if (untilNext > 0) Atomics.wait(this.sleepCell, 0, 0, Math.min(MAX_SLEEP_MS, untilNext));
  }

  private finish(): OpenLoopResult {
    const unanswered = this.total - this.completed - this.failures.count;
    for (let index = 0; index < unanswered; index += 1) this.failures.add('no answer');
    for (const connection of this.open) connection.destroy();
    return {
      completed: this.completed,
      failed: this.failures.count,
      failures: this.failures.byReason(),
      seconds: (performance.now() - this.startedAt) / 1_000,
      latency: this.latency.summary(),
      latencyFromSend: this.latencyFromSend.summary(),
      sendLag: this.sendLag.summary(),
      durationsUs: this.durationsUs,
      durationsFromSendUs: this.durationsFromSendUs,
    };
  }
}
