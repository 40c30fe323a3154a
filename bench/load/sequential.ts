import { requestBytes, type Target } from './exchange.ts';
import { LoadConnection } from './load-connection.ts';

export interface SequentialJob {
  target: Target;
  repeats: number;
  pauseMs: number;
}

/** Times of one exchange, nanoseconds of the system-wide monotonic clock. */
export interface Sent {
  /** The kernel had taken the last byte of the request. */
  lastByteSentAt: number;
  answeredAt: number;
  status: number;
}

export interface SequentialResult {
  exchanges: Sent[];
  seconds: number;
}

/** Sends one request at a time on one connection. Throws when the connection is lost: the times could no longer be paired. */
export async function runSequential(job: SequentialJob): Promise<SequentialResult> {
  const bytes = requestBytes(job.target);
  const exchanges: Sent[] = [];
  const startedAt = performance.now();
  const connection = await LoadConnection.open(job.target.port);
  try {
    for (let index = 0; index < job.repeats; index += 1) {
      exchanges.push(await exchangeOnce(connection, bytes));
      await new Promise((resolve) => setTimeout(resolve, job.pauseMs));
    }
  } finally {
    connection.destroy();
  }
  return { exchanges, seconds: (performance.now() - startedAt) / 1_000 };
}

function exchangeOnce(connection: LoadConnection, bytes: Buffer): Promise<Sent> {
  return new Promise((resolve, reject) => {
    let lastByteSentAt = 0;
    connection.send(
      bytes,
      {
        onEnd: (status) => resolve({ lastByteSentAt, answeredAt: monotonicNow(), status }),
        onFail: (reason) => reject(new Error(reason)),
      },
      () => {
        lastByteSentAt = monotonicNow();
      },
    );
  });
}

function monotonicNow(): number {
  return Number(process.hrtime.bigint());
}
