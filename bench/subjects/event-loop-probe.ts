// Preloaded into the gateway by the benches that want to know how long its event loop is held; the product has no part in it.
// It answers every connection on the socket of ALIDADE_BENCH_LOOP with what it saw since the last one, and begins anew.
// ALIDADE_BENCH_NAMES holds names with the addresses that they resolve to, one after the other, the last for ever.
import dns from 'node:dns';
import { syncBuiltinESMExports } from 'node:module';
import { createServer } from 'node:net';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { isMainThread } from 'node:worker_threads';

/** What one connection reads, as one line of JSON. */
export interface LoopReading {
  /** Longest time for which the loop did not come round, milliseconds of wall time. */
  maxMs: number;
  p99Ms: number;
  /** Longest stretch of processor time of the main thread between two turns, which other processes cannot lengthen. */
  maxProcessorMs: number;
}

/** Timers of libuv tick in milliseconds; the histogram counts from tick to tick. */
const RESOLUTION_MS = 1;

function watchLoop(path: string): void {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  histogram.enable();
  let before = process.threadCpuUsage();
  let maxProcessorUs = 0;
  setInterval(() => {
    const now = process.threadCpuUsage();
    maxProcessorUs = Math.max(maxProcessorUs, now.user - before.user + now.system - before.system);
    before = now;
  }, RESOLUTION_MS).unref();
  createServer((socket) => {
    const reading: LoopReading = {
      maxMs: Math.max(0, histogram.max / 1e6 - RESOLUTION_MS),
      p99Ms: Math.max(0, histogram.percentile(99) / 1e6 - RESOLUTION_MS),
      maxProcessorMs: maxProcessorUs / 1e3,
    };
    histogram.reset();
    maxProcessorUs = 0;
    socket.on('error', () => undefined);
    socket.end(`${JSON.stringify(reading)}\n`);
  })
    .listen(path)
    .unref();
}

/** Names of the bench resolve as it says, every other as ever. */
function turnNames(names: Record<string, string[]>): void {
  const lookup = dns.lookup;
  const turned = (host: string, options: dns.LookupAllOptions, callback: (...answer: never[]) => void): void => {
    const addresses = names[host];
    if (addresses === undefined) return lookup(host, options, callback as never);
    const address = (addresses.length > 1 ? addresses.shift() : addresses[0]) as string;
    process.nextTick(callback as (...answer: unknown[]) => void, null, [{ address, family: 4 }]);
  };
  dns.lookup = turned as never;
  syncBuiltinESMExports();
}

const { ALIDADE_BENCH_LOOP: path, ALIDADE_BENCH_NAMES: names } = process.env;
// Workers are preloaded, too, and have loops of their own.
if (isMainThread && path !== undefined) watchLoop(path);
if (isMainThread && names !== undefined) turnNames(JSON.parse(names) as Record<string, string[]>);
