// Runs the built server once, as its first user will, and keeps beside it what V8 compiled, so that a first start need not
// (docs/decisions/0030-compiled-by-the-build.md).

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const LISTENING = /^Alidade \S+ on (http:\/\/\S+)$/m;
const LONGEST_MS = 60_000;

/** One question, and one to the control plane, whose framework is loaded later. */
async function use(origin: string): Promise<void> {
  const body = JSON.stringify({ model: 'auto', messages: [{ role: 'user', content: 'Good morning!' }] });
  const headers = { 'content-type': 'application/json' };
  await (await fetch(`${origin}/v1/chat/completions`, { method: 'POST', headers, body })).text();
  await (await fetch(`${origin}/api/requests`)).text();
}

/** A server keeps what it compiled when it ends. @throws Error with what it wrote, where it does not serve */
async function serveOnce(main: string, folder: string): Promise<void> {
  const child = spawn(process.execPath, [main, 'serve', '--host', '127.0.0.1', '--port', '0', '--log-level', 'warn'], {
    cwd: folder,
    // Nothing else: a vendor's key would turn the sandbox off, and options for V8 make what it compiles another's.
    env: { PATH: process.env.PATH, HOME: folder },
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: LONGEST_MS,
  });
  const ended = once(child, 'exit');
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
    const origin = LISTENING.exec(said)?.[1];
    if (origin !== undefined) resolve(origin);
  });
  void ended.then(() => reject(new Error(said.trim())));
  try {
    await use(await promise);
  } finally {
    child.kill('SIGTERM');
    await ended;
  }
}

/**
 * Puts into `dist/compiled` what a start compiles, for this Node, this processor, this account and this place; every other
 * start takes the folder of its account (`cli/main.ts`). Returns why not, where the server cannot run: its packages may be
 * elsewhere.
 */
export async function compileAhead(dist: string): Promise<string | null> {
  const folder = mkdtempSync(join(tmpdir(), 'alidade-build-'));
  try {
    await serveOnce(join(dist, 'cli/main.js'), folder);
    const compiled = join(dist, 'compiled');
    cpSync(join(folder, '.cache/alidade/compiled'), compiled, { recursive: true });
    // Node makes them its account's own. An image may give them to another, as it does with the code.
    for (const file of globSync('*/*', { cwd: compiled })) chmodSync(join(compiled, file), 0o644);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
