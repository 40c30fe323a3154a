import { describe, expect, it } from 'vitest';
import { overhead } from './scenarios/overhead.ts';
import { streaming } from './scenarios/streaming.ts';

const OPTIONS = { subjects: ['bare-relay'], gateway: 'auto' as const, rounds: 1, patienceSeconds: 0 };

/** A busy machine voids a run rightly, but is not what these tests are about. */
function isFaultOfBench(reason: string): boolean {
  return !reason.includes('events were coalesced') && !reason.includes('could not keep the rate');
}

describe.skipIf(process.platform !== 'linux')(
  'a run of a second against the bare relay (Linux only: /proc)',
  { timeout: 60_000 },
  () => {
    it('measures overhead with every request answered and seen once upstream', async () => {
      const findings = await overhead.run({
        ...OPTIONS,
        seconds: 0.4,
        warmupRequests: 10,
        concurrency: 4,
        perSecond: 100,
      });
      const [processor, , latency] = findings.tables;
      expect(findings.voided.filter(isFaultOfBench)).toEqual([]);
      expect(processor?.rows.map(({ name }) => name)).toEqual(['bare-relay']);
      expect(processor?.rows[0]?.values.process?.median).toBeGreaterThan(1);
      expect(latency?.rows.map(({ name }) => name)).toEqual(['direct', 'bare-relay']);
      expect(latency?.rows[1]?.values.p50?.median).toBeGreaterThan(1);
    });

    it('measures streams whose events all arrive', async () => {
      const findings = await streaming.run({
        ...OPTIONS,
        concurrency: 3,
        streams: 1,
        events: 8,
        intervalMs: 20,
      });
      const row = findings.tables[0]?.rows[0];
      expect(row?.values.process?.median).toBeGreaterThan(1);
      expect(findings.voided.filter(isFaultOfBench)).toEqual([]);
    });
  },
);
