import { execFileSync } from 'node:child_process';
import { cpus, loadavg, release, totalmem, type } from 'node:os';
import { join } from 'node:path';
import { canPin } from '../process/pinned-process.ts';

/** What a reader must know of the machine to judge a figure. Nothing in it names the machine. */
export interface MachineFacts {
  cpu: string;
  cores: number;
  memoryGiB: number;
  kernel: string;
  node: string;
  v8: string;
  pinned: boolean;
  /** One-minute load average before the run: others' work on the same cores blurs latency. */
  loadAverage: number;
  /** Commit that was measured, with `+` when the tree held uncommitted changes; null outside a repository. */
  commit: string | null;
}

export function readMachineFacts(): MachineFacts {
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    kernel: `${type()} ${release()}`,
    node: process.versions.node,
    v8: process.versions.v8,
    pinned: canPin() && cpus().length > 1,
    loadAverage: loadavg()[0] ?? 0,
    commit: readCommit(),
  };
}

function readCommit(): string | null {
  const git = (...args: string[]): string =>
    execFileSync('git', args, {
      cwd: join(import.meta.dirname, '../..'),
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  try {
    const commit = git('rev-parse', '--short=12', 'HEAD');
    return git('status', '--porcelain') === '' ? commit : `${commit}+`;
  } catch {
    // Not a clone, or no git: the version of the product is in the report all the same.
    return null;
  }
}
