import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  watch,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import { repositoryRoot, runProgram } from './repository.ts';

export interface RunningServer {
  /** Without a trailing slash. */
  origin: string;
  /** Its working folder, which holds its data. */
  folder: string;
  pid: number;
  /** What it has written to stderr so far. */
  said(): string;
  /** SIGKILL, then waits for its end. The folder stays, and `stop` still removes it. */
  kill(): Promise<void>;
  /** SIGTERM, then waits for its end and removes its folder. */
  stop(): Promise<void>;
}

/** Only what a program needs to run: a vendor's key of the machine must not turn the sandbox off. */
const cleanEnvironment = (): NodeJS.ProcessEnv => ({ PATH: process.env.PATH, HOME: process.env.HOME });

export interface ServerOptions {
  /** Text of its alidade.yaml; absent: the built-in default. */
  configuration?: string;
  /** Added to a clean environment. */
  env?: NodeJS.ProcessEnv;
  /** Where a server was killed, to go on from there; absent: a new one. */
  folder?: string;
}

/** Runs `serve` of a program file in a folder of its own, or the one given, and on a free port. */
async function start(main: string, options: ServerOptions): Promise<RunningServer> {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'alidade-server-'));
  if (options.configuration !== undefined) writeFileSync(join(folder, 'alidade.yaml'), options.configuration);
  const child = spawn(process.execPath, [main, 'serve', '--port', '0', '--log-level', 'warn'], {
    cwd: folder,
    env: { ...cleanEnvironment(), ...options.env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = once(child, 'exit');
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
    const origin = /^Alidade \S+ on (http:\/\/\S+)$/m.exec(said)?.[1];
    if (origin !== undefined) resolve(origin);
  });
  void ended.then(([code]) => reject(new Error(`The server ended with ${code}:\n${said}`)));
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
  };
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  return { origin: await promise, folder, pid: child.pid as number, said: () => said, kill, stop };
}

/** The product from source, as `npm start` runs it. */
export const startSourceServer = (configuration?: string, env: NodeJS.ProcessEnv = {}): Promise<RunningServer> =>
  start(join(repositoryRoot, 'src/cli/main.ts'), { env, ...(configuration === undefined ? {} : { configuration }) });

/** The same once more where it was killed, with the configuration that lies there. */
export const restartSourceServer = (folder: string): Promise<RunningServer> =>
  start(join(repositoryRoot, 'src/cli/main.ts'), { folder });

/** Resolves once the file is there. */
function appearance(folder: string, file: string): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const seen = (): void => {
    if (existsSync(file)) resolve();
  };
  const watcher = watch(folder, seen);
  seen();
  return promise.finally(() => watcher.close());
}

/** What the compiler complained of; empty for a good build. Its file appears when the build is over. */
async function buildInto(folder: string, verdict: string): Promise<void> {
  copyFileSync(join(repositoryRoot, 'package.json'), join(folder, 'package.json'));
  symlinkSync(join(repositoryRoot, 'node_modules'), join(folder, 'node_modules'));
  const built = await runProgram(process.execPath, ['scripts/build.ts', join(folder, 'dist')], { cwd: repositoryRoot });
  writeFileSync(`${verdict}.part`, built.exitCode === 0 ? '' : `${built.stdout}${built.stderr}`);
  renameSync(`${verdict}.part`, verdict);
}

/** Whether nobody else has begun. Making a folder is atomic, and suites run in processes of their own. */
function isFirst(folder: string): boolean {
  try {
    mkdirSync(join(folder, 'begun'));
    return true;
  } catch {
    // It exists: another suite is building or has built.
    return false;
  }
}

/**
 * The product as `npm run build` makes it, with the repository's packages beside it. One build serves a whole run: the
 * first suite that needs it makes it, the others wait.
 */
export async function buildServer(): Promise<(options?: ServerOptions) => Promise<RunningServer>> {
  const folder = inject('buildFolder');
  const verdict = join(folder, 'verdict');
  if (isFirst(folder)) await buildInto(folder, verdict);
  else await appearance(folder, verdict);
  const complaints = readFileSync(verdict, 'utf8');
  if (complaints !== '') throw new Error(`The build failed:\n${complaints}`);
  return (options = {}) => start(join(folder, 'dist/cli/main.js'), options);
}
