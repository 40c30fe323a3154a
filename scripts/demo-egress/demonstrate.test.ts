import { describe, expect, it } from 'vitest';
import { createSeededRandom } from '../../src/lib/seeded-random.ts';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { decideMany } from './decide-many.ts';
import { accountOfByte, accountOfCalls, accountOfDecisions, demonstrate } from './demonstrate.ts';
import { oracle, randomDeployment, randomRequest, randomRules } from './generated-policy.ts';

describe('the demonstration of egress', () => {
  // Four programs start one after another, on machines that may be busy.
  it('keeps every promise, in small', { timeout: 240_000 }, async () => {
    const size = { bundles: 6, requests: 60, calls: 150 };
    const accounts = await demonstrate(
      size,
      'small',
      temporaryFolder(),
      () => undefined,
      () => undefined,
    );
    expect(accounts.map(({ title, lines, kept }) => (kept ? 'kept' : [title, ...lines]))).toEqual(
      Array.from({ length: 3 }, () => 'kept'),
    );
  });

  it('calls a promise broken when a single one of its figures says so', async () => {
    const decided = await decideMany({ from: 0, to: 1, requests: 20, seed: 'figures' });
    const good = { ...decided, planned: 5, removed: 5, fromMemo: 1 };
    expect(accountOfDecisions(good).kept).toBe(true);
    for (const bad of [{ forbidden: 1 }, { withheld: 1 }, { planned: 0 }, { removed: 0 }, { fromMemo: 0 }]) {
      expect(accountOfDecisions({ ...good, ...bad }).kept, JSON.stringify(bad)).toBe(false);
    }
    const called = {
      ...{ calls: 20, labelled: 18, answered: 9, refused: 8, cut: 1, unexpected: 0, examples: [], byOther: 0 },
      ...{ publicAnswered: 2, canariesInEu: 40, canariesElsewhere: 0, bytesElsewhere: 100, requestsElsewhere: 2 },
    };
    expect(accountOfCalls(called).kept).toBe(true);
    for (const bad of [
      { canariesElsewhere: 1 },
      { byOther: 1 },
      { unexpected: 1 },
      { canariesInEu: 0 },
      { answered: 0 },
      { refused: 0 },
      { requestsElsewhere: 0 },
    ]) {
      expect(accountOfCalls({ ...called, ...bad }).kept, JSON.stringify(bad)).toBe(false);
    }
    const whole = { ok: true, records: 3, first_bad: null };
    const found = { ok: false, records: 1, first_bad: { file: 'f', line: 2, seq: 2, reason: 'edited' } };
    const flipped = { before: whole, after: found, restored: whole, file: 'f', line: 2, named: true };
    expect(accountOfByte(flipped).kept).toBe(true);
    for (const bad of [{ before: found }, { after: whole }, { restored: found }, { named: false }]) {
      expect(accountOfByte({ ...flipped, ...bad }).kept, JSON.stringify(bad)).toBe(false);
    }
  });

  it('has an oracle that tells deployments apart, over the rules that it is shown', () => {
    const random = createSeededRandom('oracle');
    let [permitted, forbidden] = [0, 0];
    for (let bundle = 0; bundle < 100; bundle += 1) {
      const rules = randomRules(random);
      for (let number = 0; number < 20; number += 1) {
        const deployment = randomDeployment(random, 'd', 'one/a');
        const verdict = oracle(rules, randomRequest(random), deployment);
        if (verdict.permitted) permitted += 1;
        else forbidden += 1;
      }
    }
    expect(Math.min(permitted, forbidden)).toBeGreaterThan(300);
  });
});
