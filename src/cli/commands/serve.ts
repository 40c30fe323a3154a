import { join } from 'node:path';
import type { Command } from 'commander';
import { type App, createApp } from '../../app.ts';
import type { LoadedConfiguration, LoadResult } from '../../config/load.ts';
import { AppError } from '../../contracts/errors.ts';
import { startServer } from '../../server/http-server.ts';
import { loadOrFail } from '../load-or-fail.ts';
import { watchAndReload } from '../reload.ts';

interface ServeOptions {
  config?: string;
  host?: string;
  port?: string;
  logLevel?: string;
}

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1)$/;

function readPort(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new AppError('config_invalid', `--port takes a number from 0 to 65535, not ${JSON.stringify(text)}.`);
}

/** Without keys whoever reaches the server may use every upstream key it holds. */
function refuseOpenBeyondLoopback(app: App, host: string): void {
  if (!app.keys.empty || LOOPBACK.test(host)) return;
  throw new AppError(
    'config_invalid',
    `Without keys the server listens on loopback only, not on ${host}. Create one first: alidade keys create --id admin --role admin --role app`,
  );
}

function describe(app: App, url: string, loaded: LoadResult): string {
  const { world } = app.gateway.world;
  const lines = [
    `Alidade ${app.version} on ${url}`,
    `  configuration  ${loaded.source.file ?? 'built-in default (no alidade.yaml found)'}`,
    `  OpenAI clients base URL ${url}/v1, model auto`,
    `  page           ${url}/`,
  ];
  if (app.sandboxOnly) {
    lines.push(
      `  SANDBOX        ${world.deployments.length} deterministic programs, not AI models. Set a key (OPENAI_API_KEY, ZAI_API_KEY, ...) for real ones.`,
    );
  } else {
    lines.push(`  deployments    ${world.deployments.map((deployment) => deployment.id).join(', ')}`);
  }
  if (app.keys.empty) lines.push('  keys           none: open mode, loopback only');
  return `${lines.join('\n')}\n`;
}

/** Ends on the first signal after running requests have ended, at once on the second. */
function untilSignal(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      resolve();
      process.once(signal, () => process.exit(130));
    });
  }
  return promise;
}

async function serve(options: ServeOptions): Promise<void> {
  const load = loadOrFail(options.config);
  const loaded = load.loaded as LoadedConfiguration;
  const app = await createApp({
    loaded,
    source: load.source,
    env: process.env,
    ...(options.logLevel === undefined ? {} : { logLevel: options.logLevel }),
  });
  try {
    const host = options.host ?? loaded.configuration.server.host;
    const port = options.port === undefined ? loaded.configuration.server.port : readPort(options.port);
    refuseOpenBeyondLoopback(app, host);
    const server = await startServer(app, host, port, join(loaded.paths.dataDir, 'admin.sock'));
    const shownHost = host.includes(':') ? `[${host}]` : host;
    process.stderr.write(describe(app, `http://${shownHost}:${server.port}`, load));
    const stopWatching = watchAndReload(app, load, options.config);
    await untilSignal();
    stopWatching();
    process.stderr.write('Stopping: running requests end first.\n');
    const stopped = server.stopListening();
    await app.close();
    await stopped;
  } catch (error) {
    await app.close();
    throw error;
  }
}

export function addServeCommand(program: Command): void {
  program
    .command('serve')
    .description('Start the gateway: http://127.0.0.1:4620 unless the configuration says otherwise')
    .option('--config <file>', 'configuration file (default: ALIDADE_CONFIG, then alidade.yaml upward from here)')
    .option('--host <host>', 'address to listen on')
    .option('--port <port>', 'port to listen on; 0 takes a free one')
    .option('--log-level <level>', 'fatal, error, warn, info, debug or silent')
    .action(serve);
}
