// Purpose: starts, pins to a core and ends the processes of a bench run.
// May import: node built-ins only.
// Every child started here is ended by its own process id, also when the bench fails or is interrupted.
// Children get a clean environment: no proxies, no API keys, a home folder of their own.
// Start reading at startProcess.

import { type ChildProcess, fork, spawn, spawnSync } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';

export interface PinnedProcess {
  child: ChildProcess;
  pid: number;
  stop(): Promise<void>;
  /** Last lines of what the process wrote, for error messages. */
  logTail(): string;
}

const KILL_AFTER_MS = 5_000;
const alive = new Set<ChildProcess>();

process.on('exit', () => {
  for (const child of alive) child.kill('SIGKILL');
});

let tasksetFound: boolean | null = null;

/** Whether processes can be pinned to cores on this machine. */
export function canPin(): boolean {
  tasksetFound ??= process.platform === 'linux' && spawnSync('taskset', ['--version']).status === 0;
  return tasksetFound;
}

/** The command with `taskset` before it, where the core is given and taskset exists. taskset execs: the process id stays. */
function pinnedCommand(core: number | null, command: readonly string[]): string[] {
  return core === null || !canPin() ? [...command] : ['taskset', '-c', String(core), ...command];
}

/** Pins this process with all its threads, so that its own timers do not disturb what it measures. */
export function pinSelf(core: number): void {
  if (canPin()) spawnSync('taskset', ['-a', '-c', '-p', String(core), String(process.pid)]);
}

/** Environment for children. `extra` wins. */
export function cleanEnvironment(home: string, extra: Record<string, string> = {}): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '/usr/bin:/bin',
    HOME: home,
    TMPDIR: home,
    LANG: 'C.UTF-8',
    NODE_ENV: 'production',
    ...extra,
  };
}

export interface ProcessOptions {
  command: readonly string[];
  core: number | null;
  cwd: string;
  env: Record<string, string>;
  /** File that takes stdout and stderr: a pipe would make the bench's own speed part of the measurement. */
  logFile: string;
}

export function startProcess(options: ProcessOptions): PinnedProcess {
  const [file, ...rest] = pinnedCommand(options.core, options.command);
  if (file === undefined) throw new Error('an empty command');
  const log = openSync(options.logFile, 'a');
  try {
    const child = spawn(file, rest, { cwd: options.cwd, env: options.env, stdio: ['ignore', log, log] });
    return adopt(child, options.logFile);
  } finally {
    closeSync(log);
  }
}

/** Forks a module of this folder with an IPC channel. */
export function forkModule(modulePath: string, core: number | null, cwd: string, logFile: string): PinnedProcess {
  const [execPath, ...execArgv] = pinnedCommand(core, [process.execPath]);
  const log = openSync(logFile, 'a');
  try {
    const child = fork(modulePath, [], {
      ...(execPath === undefined ? {} : { execPath }),
      execArgv,
      cwd,
      env: cleanEnvironment(cwd),
      stdio: ['ignore', log, log, 'ipc'],
    });
    return adopt(child, logFile);
  } finally {
    closeSync(log);
  }
}

function adopt(child: ChildProcess, logFile: string): PinnedProcess {
  alive.add(child);
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => {
      alive.delete(child);
      resolve();
    });
    child.once('error', () => {
      alive.delete(child);
      resolve();
    });
  });
  return {
    child,
    pid: child.pid ?? -1,
    logTail: () => readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-12).join('\n'),
    stop: async () => {
      if (!alive.has(child)) return;
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), KILL_AFTER_MS);
      await ended;
      clearTimeout(timer);
    },
  };
}
