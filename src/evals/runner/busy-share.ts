import { performance } from 'node:perf_hooks';

/** Shorter spells say more about one answer than about the process. */
const SHORTEST_MS = 50;

/** Share of its time for which this thread's event loop had work since the last look; null where that was just now. */
export function createBusyShare(): () => number | null {
  let before = performance.eventLoopUtilization();
  return () => {
    const { idle, active, utilization } = performance.eventLoopUtilization(before);
    if (idle + active < SHORTEST_MS) return null;
    before = performance.eventLoopUtilization();
    return utilization;
  };
}
