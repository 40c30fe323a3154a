import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cleanEnvironment, startProcess } from '../process/pinned-process.ts';
import { freePort, waitFor } from '../process/wait-for.ts';
import { probe } from './probe.ts';
import { BENCH_KEY, type RunningSubject, type Subject, type SubjectContext, SubjectUnavailable } from './subject.ts';

const ROOT = join(import.meta.dirname, '../..');
const DROPPED_METRIC = 'alidade_journal_dropped_total';

/**
 * The product as a company would run it: key authentication, `model: auto` decided per request, receipts journalled and
 * projected into SQLite, metrics, monitoring and log at their defaults. Nothing is switched off for the bench.
 */
export const alidade: Subject = { name: 'alidade', role: 'product', start: (context) => start(context, RELAY) };

/** The same in front of an upstream of another dialect: every event is read and written anew. */
export const alidadeTranslate: Subject = {
  name: 'alidade-translate',
  role: 'product',
  start: (context) => start(context, TRANSLATE),
};

/** The same without the search for personal data: no request is short enough to be searched. */
export const alidadeUnsearched: Subject = {
  name: 'alidade-unsearched',
  role: 'product',
  start: (context) => startAlidade(context, { ...oneEndpoint(context, RELAY), detection: { max_characters: 1 } }),
};

/** What of the endpoint makes the difference; the mock upstream speaks both. */
type EndpointKind = (port: number) => Record<string, unknown>;
const RELAY: EndpointKind = (port) => ({ preset: 'vllm', base_url: `http://127.0.0.1:${port}/v1` });
const TRANSLATE: EndpointKind = (port) => ({ dialect: 'anthropic', base_url: `http://127.0.0.1:${port}` });

/** Command that runs the CLI: the build where there is a current one, else the source, unless `gateway` insists. */
export function alidadeCommand(gateway: SubjectContext['gateway']): { command: string[]; from: 'dist' | 'source' } {
  const built = join(ROOT, 'dist/cli/main.js');
  const source = join(ROOT, 'src/cli/main.ts');
  const useBuilt = gateway === 'dist' || (gateway === 'auto' && isCurrent(built));
  if (useBuilt && existsSync(built)) return { command: [process.execPath, built], from: 'dist' };
  if (gateway === 'dist') throw new SubjectUnavailable('there is no dist/cli/main.js: run npm run build first');
  if (!existsSync(source)) throw new SubjectUnavailable('there is neither dist/cli/main.js nor src/cli/main.ts');
  return { command: [process.execPath, source], from: 'source' };
}

/** Whether the build is younger than every source file: a stale one would measure code that is gone. */
function isCurrent(built: string): boolean {
  if (!existsSync(built)) return false;
  const builtAt = statSync(built).mtimeMs;
  const folder = join(ROOT, 'src');
  if (!existsSync(folder)) return true;
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return sources.every(
    (file) => !file.endsWith('.ts') || file.endsWith('.test.ts') || statSync(join(folder, file)).mtimeMs <= builtAt,
  );
}

export function alidadeVersion(): string {
  const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version?: string };
  return manifest.version ?? 'unknown';
}

const start = (context: SubjectContext, endpoint: EndpointKind): Promise<RunningSubject> =>
  startAlidade(context, oneEndpoint(context, endpoint));

/** The product with what a bench has to say about endpoints and routes. `environment` is added to a clean one. */
export async function startAlidade(
  context: SubjectContext,
  configuration: Record<string, unknown>,
  environment: Record<string, string> = {},
): Promise<RunningSubject> {
  const { command, from } = alidadeCommand(context.gateway);
  const port = await freePort();
  const config = join(context.folder, 'alidade.yaml');
  writeFileSync(config, JSON.stringify({ ...usual(context), ...configuration }));
  const process_ = startProcess({
    command: [...command, 'serve', '--config', config, '--port', String(port)],
    core: context.core,
    cwd: context.folder,
    env: cleanEnvironment(context.folder, { ALIDADE_BENCH_KEY: BENCH_KEY, ...environment }),
    logFile: join(context.folder, 'log'),
  });
  const headers = { authorization: `Bearer ${BENCH_KEY}` };
  await waitFor('alidade', process_, async () =>
    (await probe(port, { method: 'GET', path: '/healthz' }))?.status === 200 ? true : null,
  );
  return {
    process: process_,
    port,
    path: '/v1/chat/completions',
    headers,
    version: `${alidadeVersion()} (${from})`,
    droppedRecords: async () => {
      const metrics = await probe(port, { method: 'GET', path: '/metrics', headers });
      return metrics?.status === 200 ? metricTotal(metrics.body, DROPPED_METRIC) : null;
    },
  };
}

/** Sum over all label sets of one metric in the Prometheus text format; null when it is not there. */
export function metricTotal(text: string, name: string): number | null {
  let total: number | null = null;
  for (const line of text.split('\n')) {
    if (!line.startsWith(`${name} `) && !line.startsWith(`${name}{`)) continue;
    const afterLabels = line.slice(line.includes('}') ? line.lastIndexOf('}') + 1 : name.length);
    // A timestamp may follow the value.
    const value = Number(afterLabels.trim().split(/\s+/, 1)[0]);
    if (!Number.isNaN(value)) total = (total ?? 0) + value;
  }
  return total;
}

/** JSON is YAML. */
function usual(context: SubjectContext): Record<string, unknown> {
  return {
    store: { url: `sqlite://${join(context.folder, 'alidade.db')}` },
    data_dir: join(context.folder, 'data'),
    keys: [{ id: 'bench', secret: '${ALIDADE_BENCH_KEY}', roles: ['app', 'admin'] }],
    detect_local_engines: false,
  };
}

/** One deployment takes everything, so that what is measured is the gateway and not the table. */
function oneEndpoint(context: SubjectContext, endpoint: EndpointKind): Record<string, unknown> {
  return {
    endpoints: { mock: { operator: 'self', region: 'de', private: true, ...endpoint(context.upstreamPort) } },
    deployments: [
      {
        id: 'gpt-5.5@mock',
        model: 'openai/gpt-5.5',
        endpoint: 'mock',
        upstream_model: 'mock-model',
        context_window_tokens: 1_000_000,
        max_output_tokens: 16_384,
        price: { input_usd_per_mtok: 1, output_usd_per_mtok: 2 },
      },
    ],
    routes: [{ default: true, primary: 'openai/gpt-5.5' }],
  };
}
