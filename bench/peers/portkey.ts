import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cleanEnvironment, startProcess } from '../process/pinned-process.ts';
import { freePort, waitFor } from '../process/wait-for.ts';
import { acceptsConnections } from '../subjects/probe.ts';
import { BENCH_KEY, type RunningSubject, type Subject, type SubjectContext, SubjectUnavailable } from '../subjects/subject.ts';

/** Portkey's open-source gateway, the nearest peer in TypeScript. Installed on demand, never a dependency of ours. */
export const portkey: Subject = { name: 'portkey', role: 'peer', start };

const PACKAGE = '@portkey-ai/gateway';
const VERSION = '1.15.2';
const SERVER_PACKAGE = '@hono/node-server';
/**
 * With what npm resolves by itself (1.19) every streamed request answers 500, "TypeError: immutable", because the gateway
 * appends to headers that newer versions no longer copy. 1.13.8 is the newest tried with which it streams.
 */
const SERVER_VERSION = '1.13.8';
const MANIFEST = { private: true, dependencies: { [PACKAGE]: VERSION }, overrides: { [SERVER_PACKAGE]: SERVER_VERSION } };
const CACHE = join(import.meta.dirname, '.cache', `portkey-${VERSION}-${SERVER_VERSION}`);
const INSTALL_TIMEOUT_MS = 240_000;

async function start(context: SubjectContext): Promise<RunningSubject> {
  const program = install();
  const port = await freePort();
  const process_ = startProcess({
    command: [process.execPath, program, `--port=${port}`, '--headless'],
    core: context.core,
    cwd: context.folder,
    env: cleanEnvironment(context.folder, { TRUSTED_CUSTOM_HOSTS: '127.0.0.1,localhost' }),
    logFile: join(context.folder, 'log'),
  });
  await waitFor('portkey', process_, () => acceptsConnections(port));
  return {
    process: process_,
    port,
    path: '/v1/chat/completions',
    headers: {
      authorization: `Bearer ${BENCH_KEY}`,
      'x-portkey-provider': 'openai',
      'x-portkey-custom-host': `http://127.0.0.1:${context.upstreamPort}/v1`,
    },
    version: `${VERSION} (${SERVER_PACKAGE} ${SERVER_VERSION})`,
  };
}

/** Path of the gateway's program, installing it first where needed. */
function install(): string {
  const program = join(CACHE, 'node_modules', PACKAGE, 'build/start-server.js');
  if (existsSync(program)) return program;
  mkdirSync(CACHE, { recursive: true });
  writeFileSync(join(CACHE, 'package.json'), `${JSON.stringify(MANIFEST, null, 2)}\n`);
  process.stderr.write(`installing ${PACKAGE}@${VERSION} into bench/peers/.cache\n`);
  const run = spawnSync('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts'], {
    cwd: CACHE,
    encoding: 'utf8',
    timeout: INSTALL_TIMEOUT_MS,
  });
  if (run.status !== 0 || !existsSync(program)) {
    throw new SubjectUnavailable(`${PACKAGE}@${VERSION} could not be installed: ${lastLine(run.stderr) ?? 'npm did not run'}`);
  }
  return program;
}

function lastLine(text: string | null): string | null {
  return text?.trim().split('\n').at(-1) ?? null;
}
