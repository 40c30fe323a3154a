import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

export interface ServedProduct {
  origin: string;
  /** Everything it has written to stderr. */
  said(): string;
  /** SIGTERM, then waits for its end. */
  stop(): Promise<void>;
}

/** `alidade serve` from source as a process of its own, with nothing of this machine's environment but what it needs. */
export async function serveProduct(folder: string): Promise<ServedProduct> {
  const child = spawn(process.execPath, [MAIN, 'serve', '--port', '0', '--log-level', 'error'], {
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: process.env.HOME },
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
  return {
    origin: await promise,
    said: () => said,
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}
