import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Played, play } from '../../test/support/ways-out/play.ts';
import { situations } from '../../test/support/ways-out/situation.ts';

// The promise that outranks all others, from outside: whatever leaves is judged at the moment at which it leaves, by what is
// in force then, worked out by other means than the gateway's. Upstreams are in memory and time is the test's, so that a
// situation plays the same each time.

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
});

afterEach(() => {
  vi.useRealTimers();
});

describe('whatever happens', () => {
  it('nothing leaves for a deployment that rules, use case or key forbid at its moment: by plan, retry, fallback, hedge, continuation, ensemble, evaluation, with tokens or without, reloads in between', async () => {
    await fc.assert(
      fc.asyncProperty(situations, async (situation) => {
        const { forbidden, faults } = await play(situation);
        expect(forbidden).toEqual([]);
        expect(faults).toEqual([]);
      }),
      { numRuns: 100 },
    );
  }, 240_000);

  it('has every way out in situations like these', async () => {
    const total: Record<string, number> = {};
    // The same ones each time: this says something about the test above, not about the gateway.
    for (const situation of fc.sample(situations, { seed: 7, numRuns: 40 })) {
      const { calls, withTokens }: Played = await play(situation);
      for (const [role, count] of Object.entries({ ...calls, withTokens })) total[role] = (total[role] ?? 0) + count;
    }
    const ways = ['primary', 'fallback', 'hedge', 'continuation', 'member', 'arbiter', 'judge', 'withTokens'];
    expect(ways.filter((way) => (total[way] ?? 0) === 0)).toEqual([]);
  }, 240_000);
});
