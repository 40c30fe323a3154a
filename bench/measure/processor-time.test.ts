import { spawn } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { parseSchedstat, processTree, readProcessorTime, spentBetween } from './processor-time.ts';

describe('parseSchedstat', () => {
  it('takes the first of three numbers', () => {
    expect(parseSchedstat('186271986 236118 2\n')).toBe(186_271_986);
  });

  it('refuses what is not a schedstat line', () => {
    expect(() => parseSchedstat('')).toThrow(/schedstat/);
    expect(() => parseSchedstat('R (running)')).toThrow(/schedstat/);
  });
});

describe('spentBetween', () => {
  it('sums over threads, counts new ones from their start and reports those that ended', () => {
    const before = {
      threads: new Map([
        [1, 100],
        [2, 50],
        [3, 9],
      ]),
      mainThread: 1,
    };
    const after = {
      threads: new Map([
        [1, 160],
        [2, 55],
        [4, 7],
      ]),
      mainThread: 1,
    };
    expect(spentBetween(before, after)).toEqual({ processNs: 72, mainThreadNs: 60, endedThreads: 1 });
  });
});

describe.skipIf(process.platform !== 'linux')('readProcessorTime (Linux only)', () => {
  it('sees the CPU time that this process spends', () => {
    const before = readProcessorTime(process.pid);
    const until = performance.now() + 50;
    while (performance.now() < until) Math.sqrt(until);
    const spent = spentBetween(before, readProcessorTime(process.pid));
    expect(spent.processNs).toBeGreaterThan(10_000_000);
  });

  it('includes children', async () => {
    const child = spawn(process.execPath, ['-e', 'process.stdout.write("up"); setInterval(() => {}, 1000)']);
    try {
      await new Promise((resolve) => child.stdout.once('data', resolve));
      expect(processTree(process.pid)).toContain(child.pid);
      expect(readProcessorTime(process.pid).threads.has(child.pid ?? -1)).toBe(true);
    } finally {
      child.kill('SIGKILL');
    }
  });
});
