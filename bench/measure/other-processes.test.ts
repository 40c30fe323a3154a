import { spawn, spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { type ProcessTable, parseProcessStat, readProcessTable, ticksOfOthers } from './other-processes.ts';

const LINE = '712 (a (b) c) S 1 712 712 0 -1 4194560 900 0 0 0 250 31 40 9 20 0 1 0 8019070 3133440 394';

const table = (...rows: readonly (readonly [pid: number, parent: number, ticks: number])[]): ProcessTable =>
  new Map(rows.map(([pid, parent, ticks]) => [pid, { parent, ticks }]));

describe('parseProcessStat', () => {
  it('adds the children that were waited for, and is not misled by a name with spaces and parentheses', () => {
    expect(parseProcessStat(LINE)).toEqual({ parent: 1, ticks: 330 });
  });

  it('refuses what is no such line', () => {
    expect(() => parseProcessStat('712 (a) S 1 712')).toThrow(/proc\/PID\/stat/);
    expect(() => parseProcessStat('')).toThrow(/proc\/PID\/stat/);
  });
});

describe('ticksOfOthers', () => {
  it('leaves out the tree of the bench, in whatever order its ids come', () => {
    const before = table([1, 0, 5], [50, 1, 100], [40, 50, 200], [30, 40, 300], [60, 1, 7]);
    const after = table([1, 0, 6], [50, 1, 190], [40, 50, 280], [30, 40, 370], [60, 1, 27]);
    expect(ticksOfOthers(before, after, 50)).toBe(21);
  });

  it('counts one that began in between whole, and one that ended by what its parent was given', () => {
    const before = table([1, 0, 5], [50, 1, 100], [60, 1, 10], [61, 60, 1_000]);
    const after = table([1, 0, 5], [50, 1, 100], [60, 1, 10 + 1_004], [62, 60, 3]);
    expect(ticksOfOthers(before, after, 50)).toBe(7);
  });

  it('counts one that began and ended in between', () => {
    expect(ticksOfOthers(table([60, 1, 10]), table([60, 1, 14]), 50)).toBe(4);
  });

  it('does not take a process of the bench for another once it has lost its parent', () => {
    const before = table([50, 1, 0], [51, 50, 0], [52, 51, 10]);
    expect(ticksOfOthers(before, table([50, 1, 30], [52, 1, 90]), 50)).toBe(0);
  });

  it('gives none rather than fewer where nobody waited for one that ended', () => {
    expect(ticksOfOthers(table([60, 1, 500], [61, 1, 1]), table([61, 1, 3]), 50)).toBe(0);
  });
});

describe.skipIf(process.platform !== 'linux')('readProcessTable (Linux only)', () => {
  const BURN = 'const end = process.cpuUsage().user + 150_000; while (process.cpuUsage().user < end);';

  it('sees what a child used, while it lives and after it was waited for', async () => {
    const child = spawn(process.execPath, ['-e', `${BURN} process.stdout.write("done"); setInterval(() => {}, 1000)`]);
    try {
      await new Promise((resolve) => child.stdout.once('data', resolve));
      const use = readProcessTable().get(child.pid ?? -1);
      expect(use?.parent).toBe(process.pid);
      expect(use?.ticks).toBeGreaterThanOrEqual(14);
    } finally {
      child.kill('SIGKILL');
    }
    const before = readProcessTable().get(process.pid)?.ticks ?? Number.NaN;
    spawnSync(process.execPath, ['-e', BURN]);
    expect((readProcessTable().get(process.pid)?.ticks ?? 0) - before).toBeGreaterThanOrEqual(14);
  });

  it('leaves out this process, however busy', () => {
    const only = (whole: ProcessTable): ProcessTable => new Map([...whole].filter(([pid]) => pid === process.pid));
    const before = only(readProcessTable());
    const { user } = process.cpuUsage();
    while (process.cpuUsage().user - user < 150_000);
    const after = only(readProcessTable());
    const nobody = -1;
    expect(ticksOfOthers(before, after, nobody)).toBeGreaterThanOrEqual(14);
    expect(ticksOfOthers(before, after, process.pid)).toBe(0);
  });
});
