// app.ts: the only wiring: plain constructor calls that make one running Alidade out of its parts.
// May import everything below it; server/, cli/ and index.ts see the product through the App that this returns.
// Start here to see what depends on what; each part is explained in the first lines of its own folder.
// Order of starting: journal (the record), keys, sandbox, catalogue, gateway; the database opens behind all of that,
// since traffic must be answered without it. Closing goes the other way round, so that the last receipt is kept.
import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { openJournal } from './audit/journal.ts';
import type { Catalogue } from './catalog/catalogue.ts';
import { deploymentView } from './catalog/deployment-view.ts';
import { nearestModels } from './catalog/model-names.ts';
import type { LoadedConfiguration } from './config/load.ts';
import { type ConfigurationSource, formatProblem, hasErrors, locateFindings } from './config/problem.ts';
import type { ApiKey } from './contracts/api-key.ts';
import type { PublishedDecision, World } from './contracts/decision.ts';
import { AppError } from './contracts/errors.ts';
import type { ClientDialectName, RequestHeaders } from './contracts/gateway-request.ts';
import { PRODUCT_VERSION } from './contracts/product.ts';
import type { ChainedReceipt } from './contracts/receipt.ts';
import type { RequestLog } from './contracts/request-log.ts';
import type { Label } from './contracts/vocabulary.ts';
import { type Clock, systemClock } from './gateway/clock.ts';
import { Gateway } from './gateway/gateway.ts';
import { HealthBoard } from './gateway/health.ts';
import { createIds } from './lib/ids.ts';
import { createLogger, type Logger, logError } from './monitor/log.ts';
import { Metrics } from './monitor/metrics.ts';
import { exportTraces } from './monitor/tracing.ts';
import { createUpstreamClient } from './providers/http-client.ts';
import { detectLocalEngines, type LocalEngine } from './providers/local-engines.ts';
import { createSandbox } from './providers/sandbox/sandbox.ts';
import { publishDecision } from './routing/explain.ts';
import { KeyRing, keyFromSecret, type NewKey } from './store/key-ring.ts';
import { openStore } from './store/open-store.ts';
import { createWorld } from './world-source.ts';

export interface AppOptions {
  loaded: LoadedConfiguration;
  /** Where things are written, so that what the catalogue finds wrong has its line. */
  source: ConfigurationSource;
  env: Readonly<Record<string, string | undefined>>;
  /** Overrides `telemetry.log_level`. */
  logLevel?: string;
}

/** One entry of `GET /v1/models`. */
export interface ListedModel {
  id: string;
  object: 'model';
  created: number;
  owned_by: string;
}

export interface Readiness {
  ready: boolean;
  status: 'ok' | 'degraded' | 'unavailable';
  degraded: readonly string[];
}

export type App = Awaited<ReturnType<typeof createApp>>;

function configuredKeys(loaded: LoadedConfiguration, now: string): ApiKey[] {
  return loaded.configuration.keys.map((key) => ({
    ...keyFromSecret(
      key.secret,
      {
        id: key.id,
        roles: key.roles,
        useCases: key.use_cases ?? null,
        defaultUseCase: key.default_use_case ?? null,
        models: key.models ?? null,
        limits: key.limits ?? null,
      },
      now,
    ),
    labels: (key.labels ?? []) as Label[],
    defaultJurisdictions: key.default_jurisdictions ?? null,
  }));
}

const wantsTraces = (loaded: LoadedConfiguration, env: AppOptions['env']): boolean =>
  loaded.configuration.telemetry.otlp_endpoint !== undefined ||
  env.OTEL_EXPORTER_OTLP_ENDPOINT !== undefined ||
  env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT !== undefined;

const mayUse = (key: ApiKey | null, model: string): boolean =>
  key?.models == null ||
  key.models.some((pattern) => pattern === model || (pattern.endsWith('/*') && model.startsWith(pattern.slice(0, -1))));

/** Models that a key may name: `auto`, then every logical model with a deployment. */
function listModels(world: World, key: ApiKey | null): ListedModel[] {
  const entry = (id: string, owner: string): ListedModel => ({ id, object: 'model', created: 0, owned_by: owner });
  const models = [...world.deploymentsByModel.keys()].filter((model) => mayUse(key, model)).sort();
  return [entry('auto', 'alidade'), ...models.map((model) => entry(model, model.slice(0, model.indexOf('/'))))];
}

/** Opens everything and returns the running product, not yet listening. @throws AppError config_invalid */
export async function createApp(options: AppOptions) {
  const clock: Clock = systemClock;
  const { env } = options;
  let { loaded } = options;
  const { configuration, paths } = loaded;
  const logger: Logger = createLogger(options.logLevel ?? configuration.telemetry.log_level);
  const closing: (() => Promise<void> | void)[] = [];

  const journal = await openJournal({
    directory: join(paths.dataDir, 'journal'),
    now: clock.now,
    segmentBytes: configuration.journal.segment_bytes,
    retentionDays: configuration.journal.retention_days,
    minFreeBytes: configuration.journal.min_free_bytes,
    onProblem: (problem) => logger.error({ problem }, 'journal'),
  });
  closing.push(() => journal.close());

  const store = openStore({
    url: paths.store.kind === 'sqlite' ? `sqlite://${paths.store.path}` : paths.store.url,
    baseDirectory: paths.dataDir,
    journal,
    now: clock.now,
    onProblem: (problem) => logger.warn({ problem }, 'store'),
  });
  closing.push(() => store.close());
  const requestLog: RequestLog = store.requests;

  const keys = new KeyRing(
    join(paths.dataDir, 'keys.json'),
    configuredKeys(loaded, new Date(clock.now()).toISOString()),
  );
  const upstream = createUpstreamClient({ onFault: (error) => logger.error({ fault: String(error) }, 'upstream') });
  closing.push(() => upstream.close());

  const sandbox = createSandbox({ seed: 1 });
  closing.push(() => sandbox.close());
  const buildFrom = async (next: LoadedConfiguration, source: ConfigurationSource) => {
    const sandboxUrl = next.configuration.sandbox === false ? null : (await sandbox.start()).baseUrl;
    const world = await createWorld({ loaded: next, env, now: new Date(clock.now()), sandboxUrl });
    const problems = locateFindings(source, world.catalogue.findings);
    if (hasErrors(problems)) throw new AppError('config_invalid', problems.map(formatProblem).join('\n'));
    for (const problem of problems) logger.warn({ problem: formatProblem(problem) }, 'configuration');
    return world;
  };
  let built = await buildFrom(loaded, options.source);

  const recordWorld = (): void => {
    const { version, versions } = built.gatewayWorld.world;
    journal.append({
      kind: 'world',
      at: new Date(clock.now()).toISOString(),
      world: version,
      versions,
      snapshot: built.snapshot,
    });
  };
  const recordEvent = (event: string, actor: string, details: Record<string, unknown>): void =>
    journal.append({ kind: 'event', at: new Date(clock.now()).toISOString(), event, actor, role: null, details });
  recordWorld();

  const exporting = wantsTraces(loaded, env)
    ? await exportTraces(configuration.telemetry.otlp_endpoint, PRODUCT_VERSION)
    : null;
  if (exporting !== null) closing.push(() => exporting.close());

  const metrics = new Metrics(
    {
      inFlight: () => gateway.inFlight,
      journalDropped: () => journal.dropped,
      journalAccepting: () => journal.accepting,
      storeAvailable: () => requestLog.problem === null,
    },
    PRODUCT_VERSION,
  );
  const gateway = new Gateway(
    {
      upstream,
      journal,
      clock,
      randomSeed: () => randomInt(0x1_0000_0000),
      observe: (receipt) => metrics.onReceipt(receipt),
      onFault: (error, requestId) => logError(logger, error, requestId),
      tracing: exporting?.tracing ?? null,
    },
    built.gatewayWorld,
  );
  const epochs = setInterval(() => gateway.health.publish(clock.now()), HealthBoard.EPOCH_MS).unref();
  closing.push(() => clearInterval(epochs));

  let localEngines: readonly LocalEngine[] = [];
  if (configuration.detect_local_engines) {
    // Behind everything else: an offer may come late, an answer may not.
    void detectLocalEngines().then((engines) => {
      localEngines = engines;
    });
  }

  const degraded = (): string[] => [
    ...(journal.accepting ? [] : ['The journal cannot record: labelled traffic is refused.']),
    ...(requestLog.problem === null ? [] : [requestLog.problem]),
  ];

  return {
    version: PRODUCT_VERSION,
    clock,
    logger,
    gateway,
    keys,
    metrics,
    requestLog,
    maxBodyBytes: configuration.server.max_body_bytes,
    allowedHosts: configuration.server.allowed_hosts ?? [],
    newRequestId: createIds('req_'),

    errorBody: (dialect: ClientDialectName, error: AppError, requestId: string): string =>
      gateway.clientDialect(dialect).errorBody(error, requestId),

    logError: (error: AppError, requestId: string): void => logError(logger, error, requestId),

    /** Decides and calls nobody; `moment` in the body pins what else depends on the time. */
    route: (body: Buffer, key: ApiKey | null, headers: RequestHeaders): PublishedDecision =>
      gateway.route({ body, key, headers, receivedAtMs: clock.now(), startedAtMs: clock.monotonic() }),

    /** As published: with the sentence and the versions, where the world is still the one it was decided in. */
    receipt: async (requestId: string) => {
      const receipt = await requestLog.receipt(requestId);
      return receipt === null ? null : publishReceipt(receipt, gateway.world.world);
    },

    models: (key: ApiKey | null): readonly ListedModel[] => listModels(gateway.world.world, key),

    unknownModelMessage: (id: string): string => {
      const near = nearestModels(id, gateway.world.world.knownModels, 3);
      const hint = near.length === 0 ? 'GET /v1/models lists them.' : `Did you mean ${near.join(', ')}?`;
      return `There is no model ${JSON.stringify(id)}. ${hint}`;
    },

    deployments: () => {
      const { world } = gateway.world;
      return {
        deployments: world.deployments.map((deployment) => ({
          ...deploymentView(deployment),
          health: gateway.health.snapshot(deployment) ?? null,
        })),
        unavailable: [...world.unavailable].map(([model, reason]) => ({ model, reason })),
        local_engines: localEngines.map(({ preset, baseUrl, models }) => ({ preset, base_url: baseUrl, models })),
      };
    },

    readiness: (): Readiness => {
      const reasons = degraded();
      if (gateway.draining) return { ready: false, status: 'unavailable', degraded: ['The server is shutting down.'] };
      return { ready: true, status: reasons.length === 0 ? 'ok' : 'degraded', degraded: reasons };
    },

    createKey: async (key: NewKey, actor: string) => {
      const created = await keys.create(key, new Date(clock.now()).toISOString());
      recordEvent('key_created', actor, { id: key.id, roles: key.roles, prefix: created.key.prefix });
      return created;
    },

    revokeKey: async (id: string, actor: string): Promise<boolean> => {
      const revoked = await keys.revoke(id, new Date(clock.now()).toISOString());
      if (revoked) recordEvent('key_revoked', actor, { id });
      return revoked;
    },

    get catalogue(): Catalogue {
      return built.catalogue;
    },

    get sandboxOnly(): boolean {
      return built.catalogue.sandboxOnly;
    },

    /** Takes a new configuration whole, or throws and keeps the old one. */
    reload: async (next: LoadedConfiguration, source: ConfigurationSource): Promise<void> => {
      const nextWorld = await buildFrom(next, source);
      loaded = next;
      built = nextWorld;
      recordWorld();
      keys.configure(configuredKeys(next, new Date(clock.now()).toISOString()));
      gateway.setWorld(built.gatewayWorld);
      recordEvent('configuration_reloaded', 'system', { world: built.gatewayWorld.world.version });
    },

    /** Runs when the app closes, before its own parts do. */
    onClose: (work: () => Promise<void> | void): void => {
      closing.push(work);
    },

    /** Lets running requests end (at most `server.drain_ms`), then closes every part. */
    close: async (): Promise<void> => {
      await gateway.drain(loaded.configuration.server.drain_ms);
      for (const work of closing.reverse()) await work();
    },
  };
}

function publishReceipt(receipt: ChainedReceipt, world: World) {
  const { decision } = receipt;
  if (decision === null || decision.world !== world.version) return receipt;
  return { ...receipt, decision: publishDecision(decision, world) };
}
