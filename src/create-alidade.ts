// create-alidade.ts: the gateway inside a program of one's own: the same parts as `alidade serve`, no process of its own.
// May import: app.ts, server/, config/, contracts/.
// Start here: a configuration as an object goes the same way as a file, so that it is checked by the same rules.
// One program at a time owns a data folder, a server included: give each its own `data_dir`.
// Nothing listens before `listen` is called. Parts are loaded when they are needed, so that ModelRouter alone is light.
import { resolve } from 'node:path';
import type { z } from 'zod';
import type { App } from './app.ts';
import type { LoadResult } from './config/load.ts';
import type { configurationSchema } from './contracts/configuration.ts';
import type { PublishedDecision } from './contracts/decision.ts';
import { AppError } from './contracts/errors.ts';
import { NO_REQUEST_HEADERS } from './contracts/gateway-request.ts';
import type { ChainedReceipt } from './contracts/receipt.ts';
import type { RunningServer } from './server/http-server.ts';
import { WholeAnswer } from './server/whole-answer.ts';

/** What `alidade.yaml` may hold; `${ENV_NAME}` is replaced in it too, and relative paths start at the working directory. */
export type AlidadeConfiguration = z.input<typeof configurationSchema>;

export interface AlidadeOptions {
  /** Where `${ENV_NAME}` and vendors' keys are looked for. Default: process.env. */
  env?: Readonly<Record<string, string | undefined>>;
  /** Overrides `telemetry.log_level`; `silent` writes no log at all. */
  logLevel?: string;
}

/** A gateway in this process. */
export interface Alidade {
  /** Decides on the body of a chat request and calls nobody: what `POST /api/route` answers. @throws AppError */
  route(body: Readonly<Record<string, unknown>>): Promise<PublishedDecision>;
  /**
   * Answers the body of an OpenAI chat request that does not stream, as POST /v1/chat/completions would: its status and
   * its JSON, errors included.
   */
  chat(body: Readonly<Record<string, unknown>>): Promise<{ status: number; body: unknown }>;
  /** What is kept of a request, by its `x-request-id`; null when it is unknown. */
  receipt(requestId: string): Promise<ChainedReceipt | null>;
  /** Names that a request may carry as `model`, `auto` first. */
  models(): string[];
  /** Serves HTTP, by default on a free loopback port. `baseUrl` is what an OpenAI client takes. */
  listen(address?: { host?: string; port?: number }): Promise<{ url: string; baseUrl: string }>;
  /** Lets running requests end, then closes everything. */
  close(): Promise<void>;
}

const LOOPBACK = '127.0.0.1';

async function load(
  configuration: AlidadeConfiguration | string,
  env: AlidadeOptions['env'] & object,
): Promise<LoadResult> {
  const { loadConfiguration } = await import('./config/load.ts');
  const cwd = process.cwd();
  if (typeof configuration === 'string') return loadConfiguration({ path: configuration, cwd, env });
  const { DISK } = await import('./config/files.ts');
  // JSON is YAML: written down, an object has lines for errors to name and placeholders to replace.
  const text = JSON.stringify(configuration, null, 2);
  const path = resolve(cwd, 'configuration-object.json');
  const files = { ...DISK, readText: (file: string) => (file === path ? text : DISK.readText(file)) };
  return loadConfiguration({ path, cwd, env, files });
}

/**
 * Opens a gateway in this process. `configuration` is an object or the path of a file; absent: the built-in default.
 * @throws AppError config_invalid with every problem and its place
 */
export async function createAlidade(
  configuration: AlidadeConfiguration | string = {},
  options: AlidadeOptions = {},
): Promise<Alidade> {
  const { env = process.env, logLevel } = options;
  const { loaded, source, problems } = await load(configuration, env);
  if (loaded === null) {
    const { formatProblem } = await import('./config/problem.ts');
    throw new AppError('config_invalid', problems.map(formatProblem).join('\n'));
  }
  const { createApp } = await import('./app.ts');
  const app = await createApp({ loaded, source, env, ...(logLevel === undefined ? {} : { logLevel }) });
  return facade(app);
}

function facade(app: App): Alidade {
  const servers: RunningServer[] = [];
  return {
    route: (body) => app.route(Buffer.from(JSON.stringify(body)), null, NO_REQUEST_HEADERS),
    chat: (body) => {
      const sink = new WholeAnswer();
      app.gateway.handle({
        ...{ requestId: app.newRequestId(), clientRequestId: null, operation: 'chat', dialect: 'openai', key: null },
        ...{ headers: NO_REQUEST_HEADERS, body: Buffer.from(JSON.stringify({ ...body, stream: false })), sink },
        receivedAtMs: app.clock.now(),
        startedAtMs: app.clock.monotonic(),
      });
      return sink.whole;
    },
    receipt: (requestId) => app.receipt(requestId),
    models: () => app.models(null).map(({ id }) => id),
    listen: async ({ host = LOOPBACK, port = 0 } = {}) => {
      const { startServer } = await import('./server/http-server.ts');
      const server = await startServer(app, host, port, null);
      servers.push(server);
      const url = `http://${host.includes(':') ? `[${host}]` : host}:${server.port}`;
      return { url, baseUrl: `${url}/v1` };
    },
    close: async () => {
      for (const server of servers) server.stopListening();
      await app.close();
      await Promise.all(servers.map((server) => server.close()));
    },
  };
}
