import { describe, expect, it } from 'vitest';
import { MemberRun, type RunValue } from './member-run.ts';

describe('run of members', () => {
  it('is what JSON.stringify writes of them, the first time and later', () => {
    const run = new MemberRun('outcome', 'status', 'stream');
    const seen: readonly RunValue[][] = [
      ['ok', 200, true],
      ['ok', 200, false],
      ['ok', null, false],
      ['größer "大"', 502, true],
      ['', 0, true],
    ];
    for (const values of [...seen, ...seen]) {
      const [outcome, status, stream] = values as [RunValue, RunValue, RunValue];
      const json = run.of(outcome, status, stream);
      expect(`{${json.slice(1)}}`).toBe(JSON.stringify({ outcome, status, stream }));
    }
  });

  it('does not keep all that it is ever asked for', () => {
    const run = new MemberRun('deployment');
    const asked = Array.from({ length: 5_000 }, (_, index) => String(index));
    for (const deployment of asked) run.of(deployment);
    expect(run.kept).toBeLessThan(asked.length);
    expect(run.of('0')).toBe(',"deployment":"0"');
  });
});
