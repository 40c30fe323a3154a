// parts.ts: the parts of a running product and what decides in it, opened in order and closed the other way round.
// May import every folder below the wiring; app.ts alone builds on it.
// Start at openParts. Order of opening: lock, journal (the record), database, keys, policy, sandbox, upstream client;
// the database opens behind all of that, since traffic must be answered without it. Closing ends with the journal and
// the lock, so that the last receipt is kept.
import { join } from 'node:path';
import type { FileJournal } from './audit/journal.ts';
import { openSignedJournal } from './audit/open-signed.ts';
import type { LoadedConfiguration } from './config/load.ts';
import { type ConfigurationSource, formatProblem, hasErrors, locateFindings } from './config/problem.ts';
import type { BodyLog } from './contracts/body-log.ts';
import { AppError } from './contracts/errors.ts';
import { PRODUCT_VERSION } from './contracts/product.ts';
import type { UpstreamClient } from './contracts/upstream.ts';
import { type Clock, systemClock } from './gateway/clock.ts';
import { tokenSettingsOf } from './gateway/tenant-key.ts';
import { isoTime } from './lib/iso-time.ts';
import { createLogger, type Logger } from './monitor/log.ts';
import type { Exporting } from './monitor/tracing.ts';
import type { PolicyStore } from './policy/policy-store.ts';
import type { PolicyWorld } from './policy/snapshot.ts';
import { createPolicyStore, policySettingsOf, policyWorldOf, publishRules } from './policy-source.ts';
import { PolicyThread } from './policy-thread/policy-thread.ts';
import { TextScanner } from './privacy-thread/text-scanner.ts';
import { createUpstreamClient } from './providers/http-client.ts';
import { createSandbox, type Sandbox } from './providers/sandbox/sandbox.ts';
import { openBodyFiles } from './store/body-files.ts';
import { configuredKeys } from './store/configured-keys.ts';
import { EvidenceFiles } from './store/evidence-files.ts';
import { KeyRing } from './store/key-ring.ts';
import { type Lock, takeLock } from './store/lock.ts';
import { openStore, type Store } from './store/open-store.ts';
import { type BuiltWorld, createWorld } from './world-source.ts';

export interface AppOptions {
  loaded: LoadedConfiguration;
  /** Where things are written, so that what the catalogue finds wrong has its line. */
  source: ConfigurationSource;
  env: Readonly<Record<string, string | undefined>>;
  /** Overrides `telemetry.log_level`. */
  logLevel?: string;
  /** Where the owner of the data folder will listen for commands; absent: nowhere. */
  adminSocket?: string | null;
}

export const timeOf = (clock: Clock): string => isoTime(clock.now());

const wantsTraces = (loaded: LoadedConfiguration, env: AppOptions['env']): boolean =>
  loaded.configuration.telemetry.otlp_endpoint !== undefined ||
  env.OTEL_EXPORTER_OTLP_ENDPOINT !== undefined ||
  env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT !== undefined;

/** The parts of a running product, in the order in which they were opened. */
export interface Parts {
  options: AppOptions;
  clock: Clock;
  logger: Logger;
  lock: Lock;
  journal: FileJournal;
  store: Store;
  keys: KeyRing;
  bodies: BodyLog;
  evidence: EvidenceFiles;
  sandbox: Sandbox;
  upstream: UpstreamClient;
  exporting: Exporting | null;
  policyThread: PolicyThread;
  textScanner: TextScanner;
  policyStore: PolicyStore;
}

/** First of all the data folder is ours: two writers would tear the chain apart. */
export async function openParts(options: AppOptions): Promise<Parts> {
  const clock = systemClock;
  const lock = takeLock(options.loaded.paths.dataDir, options.adminSocket ?? null, clock.now);
  try {
    return await openOwned(options, clock, lock);
  } catch (error) {
    lock.release();
    throw error;
  }
}

async function openOwned(options: AppOptions, clock: Clock, lock: Lock): Promise<Parts> {
  const { loaded, env } = options;
  const { configuration, paths } = loaded;
  const logger = createLogger(options.logLevel ?? configuration.telemetry.log_level);
  // Before anything is written or runs: what cannot be read ends the start, and there is nothing to close yet.
  const keys = new KeyRing(join(paths.dataDir, 'keys.json'), configuredKeys(configuration.keys, timeOf(clock)));
  const exporting = wantsTraces(loaded, env)
    ? await (await import('./monitor/tracing.ts')).exportTraces(configuration.telemetry.otlp_endpoint, PRODUCT_VERSION)
    : null;
  const bodies = await openBodyFiles({
    dataDir: paths.dataDir,
    retentionDays: configuration.journal.retention_days,
    now: clock.now,
    onProblem: (problem) => logger.error({ problem }, 'bodies'),
  });
  const journal = await openSignedJournal(paths.dataDir, {
    now: clock.now,
    segmentBytes: configuration.journal.segment_bytes,
    retentionDays: configuration.journal.retention_days,
    minFreeBytes: configuration.journal.min_free_bytes,
    onProblem: (problem) => logger.error({ problem }, 'journal'),
  });
  const store = openStore({
    address: paths.store,
    journal,
    now: clock.now,
    onProblem: (problem) => logger.warn({ problem }, 'store'),
  });
  const policyThread = new PolicyThread();
  return {
    options,
    clock,
    logger,
    lock,
    journal,
    store,
    keys,
    bodies,
    evidence: new EvidenceFiles(paths.dataDir, clock.now),
    sandbox: createSandbox({ seed: 1 }),
    upstream: createUpstreamClient({ onFault: (error) => logger.error({ fault: String(error) }, 'upstream') }),
    exporting,
    policyThread,
    textScanner: new TextScanner(),
    policyStore: createPolicyStore(policyThread),
  };
}

/** What decides: deployments and routes, and the rules about them. */
export interface Built extends BuiltWorld {
  policyWorld: PolicyWorld;
}

/** @throws AppError config_invalid with every problem and its place */
export async function buildFrom(
  parts: Parts,
  loaded: LoadedConfiguration,
  source: ConfigurationSource,
): Promise<Built> {
  const sandboxUrl = loaded.configuration.sandbox === false ? null : (await parts.sandbox.start()).baseUrl;
  const bundle = await publishRules(parts.policyStore, loaded);
  const policy = { digest: bundle.digest, settings: policySettingsOf(loaded) };
  const now = new Date(parts.clock.now());
  const evidence = parts.evidence.promoted();
  const built = await createWorld({ loaded, env: parts.options.env, now, sandboxUrl, policy, evidence });
  const problems = locateFindings(source, built.findings);
  if (hasErrors(problems)) throw new AppError('config_invalid', problems.map(formatProblem).join('\n'));
  for (const problem of problems) parts.logger.warn({ problem: formatProblem(problem) }, 'configuration');
  const tokens = tokenSettingsOf(loaded.configuration.privacy, loaded.paths.dataDir);
  const gatewayWorld = { ...built.gatewayWorld, tokens };
  return { ...built, gatewayWorld, policyWorld: policyWorldOf(bundle, gatewayWorld.world.deployments) };
}

/** Of the product itself, not of a request. */
export function recordEvent(
  { journal, clock }: Pick<Parts, 'journal' | 'clock'>,
  event: string,
  actor: string,
  details: Record<string, unknown>,
): void {
  journal.append({ kind: 'event', at: timeOf(clock), event, actor, role: null, details });
}

export async function closeParts(parts: Parts): Promise<void> {
  await parts.sandbox.close();
  await parts.policyThread.close();
  await parts.textScanner.close();
  await parts.upstream.close();
  await parts.exporting?.close();
  await parts.bodies.close();
  await parts.store.close();
  await parts.journal.close();
  parts.lock.release();
}
