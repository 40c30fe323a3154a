import { flushCompileCache } from 'node:module';
import { isIP } from 'node:net';
import type { Command } from 'commander';
import type { App } from '../../app.ts';
import { AppError } from '../../contracts/errors.ts';
import { type ConfigOption, withConfig } from '../command-options.ts';
import type { CommandContext } from '../context.ts';
import { boundHeap } from '../heap-bounds.ts';
import { giveWayOnceCompiled } from '../late-threads.ts';
import type { UsableConfiguration } from '../load-or-fail.ts';
import { atQuietMoment } from '../quiet-moment.ts';
import { optimise } from '../v8-threads.ts';

const LOOK_FOR_QUIET_MS = 3_000;

interface ServeOptions extends ConfigOption {
  host?: string;
  port?: string;
  logLevel?: string;
}

function readPort(text: string): number {
  const port = Number(text);
  if (text !== '' && Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new AppError('config_invalid', `--port takes a number from 0 to 65535, not ${JSON.stringify(text)}.`);
}

function describe(app: App, url: string, { source }: UsableConfiguration): string {
  const { world } = app.gateway.world;
  const lines = [
    `Alidade ${app.version} on ${url}`,
    `  configuration  ${source.file ?? 'built-in default (no alidade.yaml found)'}`,
    `  OpenAI clients base URL ${url}/v1, model auto`,
    `  page           ${url}/`,
  ];
  if (app.sandboxOnly) {
    lines.push(
      `  SANDBOX        ${world.deployments.length} deterministic programs, not AI models. Set a key (OPENAI_API_KEY, ZAI_API_KEY, ...) for real ones.`,
    );
  } else {
    lines.push(`  deployments    ${world.deployments.map((deployment) => deployment.id).join(', ') || 'none'}`);
  }
  if (app.keys.empty) lines.push('  keys           none: open mode, loopback only');
  return `${lines.join('\n')}\n`;
}

/**
 * `npm start` puts a shell between npm and us, and a signal that ends npm ends the shell without reaching us. So under
 * npm the loss of the parent counts as a signal; otherwise the port and the data folder would stay taken.
 */
function endWithNpm(end: () => void): void {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) end();
  }, 500).unref();
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
  if (process.env.npm_lifecycle_event !== undefined) endWithNpm(resolve);
  return promise;
}

/**
 * Node keeps compiled code when a process ends, and a server may never end in a way that lets it. Writing hundreds of
 * files holds the loop for up to a second at the first start, so it waits until nobody is there who would notice.
 */
function keepCompiledCode(): void {
  const usedMs = (): number => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1_000;
  };
  const look = atQuietMoment(LOOK_FOR_QUIET_MS, usedMs, flushCompileCache);
  const timer = setInterval(() => {
    if (look()) clearInterval(timer);
  }, LOOK_FOR_QUIET_MS).unref();
}

async function serve(options: ServeOptions, context: CommandContext): Promise<void> {
  boundHeap();
  giveWayOnceCompiled();
  const [{ loadOrFail }, { stateOf }, { DISK }] = await Promise.all([
    import('../load-or-fail.ts'),
    import('../../config/watch.ts'),
    import('../../config/files.ts'),
  ]);
  const load = loadOrFail(options.config, context);
  const readState = stateOf(load, DISK);
  const { loaded, source } = load;
  const host = options.host ?? loaded.configuration.server.host;
  const port = options.port === undefined ? loaded.configuration.server.port : readPort(options.port);
  const { createApp } = await import('../../app.ts');
  const { createAdminSocketPath } = await import('../admin-socket.ts');
  const { logLevel } = options;
  const adminSocket = createAdminSocketPath(loaded.paths.dataDir);
  const app = await createApp({
    loaded,
    source,
    env: context.env,
    adminSocket: adminSocket.path,
    ...(logLevel === undefined ? {} : { logLevel }),
  }).catch((error: unknown) => {
    adminSocket.remove();
    throw error;
  });
  app.onClose(adminSocket.remove);
  try {
    const { startServer } = await import('../../server/http-server.ts');
    const { watchAndReload } = await import('../reload.ts');
    const server = await startServer(app, host, port, adminSocket.path);
    optimise(true);
    const shownHost = isIP(host) === 6 ? `[${host}]` : host;
    context.note(describe(app, `http://${shownHost}:${server.port}`, load));
    keepCompiledCode();
    const stopWatching = watchAndReload(app, load, readState, options.config, context);
    await untilSignal();
    stopWatching();
    context.note('Stopping: running requests end first.\n');
    server.stopListening();
    await app.close();
    await server.close();
  } catch (error) {
    await app.close();
    throw error;
  }
}

/** `alidade serve`. */
export function addServeCommand(program: Command, context: CommandContext): void {
  withConfig(program.command('serve'))
    .description('start the gateway: http://127.0.0.1:4620 unless the configuration says otherwise')
    .option('--host <host>', 'address to listen on')
    .option('--port <port>', 'port to listen on; 0 takes a free one')
    .option('--log-level <level>', 'fatal, error, warn, info, debug or silent')
    .action((options: ServeOptions) => serve(options, context));
}
