import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { repositoryRoot } from './repository.ts';

export interface ServedFolder {
  /** Without a trailing slash. */
  origin: string;
  pid: number;
  /** What it has written to stderr so far. */
  said(): string;
  /** Resolves once stderr holds the text. */
  says(text: string): Promise<void>;
  signal(name: NodeJS.Signals): void;
  /** Exit code, or null where a signal ended it. */
  ended: Promise<number | null>;
}

/** The command line from source, for tests that start it themselves. */
export const MAIN_FILE = join(repositoryRoot, 'src/cli/main.ts');

/**
 * `alidade serve` from source on a free port, in a folder that the test made and may serve again. Nothing of the
 * machine's environment but what a program needs to run; the test's end kills it if it still runs.
 */
export async function serveFolder(folder: string, args: readonly string[] = []): Promise<ServedFolder> {
  const child: ChildProcess = spawn(
    process.execPath,
    [MAIN_FILE, 'serve', '--port', '0', '--log-level', 'warn', ...args],
    {
      cwd: folder,
      env: { PATH: process.env.PATH, HOME: process.env.HOME },
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  const ended = once(child, 'exit').then(([code]) => code as number | null);
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  let text = '';
  const waiting: { holds: () => boolean; resolve: () => void }[] = [];
  child.stderr?.setEncoding('utf8').on('data', (piece: string) => {
    text += piece;
    for (const { holds, resolve } of waiting) if (holds()) resolve();
  });
  const until = (holds: () => boolean): Promise<void> => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    if (holds()) resolve();
    else waiting.push({ holds, resolve });
    void ended.then((code) => reject(new Error(`The server ended with ${code}:\n${text}`)));
    return promise;
  };
  const address = (): string | undefined => /^Alidade \S+ on (http:\/\/\S+)$/m.exec(text)?.[1];
  await until(() => address() !== undefined);
  return {
    origin: address() as string,
    pid: child.pid as number,
    said: () => text,
    says: (wanted) => until(() => text.includes(wanted)),
    signal: (name) => void child.kill(name),
    ended,
  };
}
