import { type AddressInfo, createServer } from 'node:net';
import type { PinnedProcess } from './pinned-process.ts';

/** A TCP port of 127.0.0.1 that was free a moment ago, for programs that cannot report the port they chose. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export function delay(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Repeats `attempt` until it returns something other than null. Fails at once when the process ends. */
export async function waitFor<Value>(
  what: string,
  process: PinnedProcess,
  attempt: () => Promise<Value | null>,
  { timeoutMs = 20_000, everyMs = 2 } = {},
): Promise<Value> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const value = await attempt();
    if (value !== null) return value;
    if (process.child.exitCode !== null || process.child.signalCode !== null || process.pid === -1) {
      throw new Error(`${what}: the process ended. Its last lines:\n${process.logTail()}`);
    }
    if (performance.now() > deadline)
      throw new Error(`${what}: not within ${timeoutMs} ms. Last lines:\n${process.logTail()}`);
    await delay(everyMs);
  }
}
