// app.ts: the only wiring: plain constructor calls that make one running Alidade out of its parts.
// May import everything below it; server/, cli/ and index.ts see the product through the App that this returns.
// Start here to see what depends on what; each part is explained in the first lines of its own folder.
// What is opened before it, and in which order, is in parts.ts.
import { randomBytes } from 'node:crypto';
import { type Budgets, openBudgets } from './budgets.ts';
import { type ClaimListing, claimListing } from './catalog/claims/claim-listing.ts';
import { deploymentView } from './catalog/deployment-view.ts';
import { nearestModels } from './catalog/model-names.ts';
import type { LoadedConfiguration } from './config/load.ts';
import type { ConfigurationSource } from './config/problem.ts';
import type { ApiKey } from './contracts/api-key.ts';
import type { KeptBody } from './contracts/body-log.ts';
import type { Call } from './contracts/call.ts';
import type { PublishedDecision, World } from './contracts/decision.ts';
import { AppError } from './contracts/errors.ts';
import { type EvidenceRow, NO_EVIDENCE } from './contracts/evidence.ts';
import type { ClientDialectName, RequestHeaders } from './contracts/gateway-request.ts';
import { requireKnownTeam } from './contracts/key-request.ts';
import { PRODUCT_VERSION } from './contracts/product.ts';
import type { ChainedReceipt } from './contracts/receipt.ts';
import type { RequestLog } from './contracts/request-log.ts';
import { detectionOf } from './detection-source.ts';
import { runEnsemble } from './ensemble/run-ensemble.ts';
import { BUILT_IN_VERIFIERS } from './ensemble/verifiers.ts';
import type { EvaluationDesk } from './evals/desk/evaluation-desk.ts';
import { Feedback } from './feedback-source.ts';
import type { Clock } from './gateway/clock.ts';
import { RequestDetector } from './gateway/detection.ts';
import { Gateway } from './gateway/gateway.ts';
import type { GatewayWorld } from './gateway/gateway-world.ts';
import { HealthBoard } from './gateway/health.ts';
import type { RegionIncident } from './gateway/region-watch.ts';
import { createIds } from './lib/ids.ts';
import { createSeededRandom } from './lib/seeded-random.ts';
import { type Logger, logError } from './monitor/log.ts';
import { Metrics } from './monitor/metrics.ts';
import { type AppOptions, type Built, buildFrom, closeParts, openParts, type Parts, timeOf } from './parts.ts';
import { PolicyEngine } from './policy/policy-engine.ts';
import { NO_POLICY_SETTINGS } from './policy/request-attributes.ts';
import { detectLocalEngines, type LocalEngine } from './providers/local-engines.ts';
import { publishDecision } from './routing/explain.ts';
import { deploymentsOf, resolveTarget } from './routing/targets.ts';
import { configuredKeys } from './store/configured-keys.ts';
import { FeedbackLedger } from './store/feedback-ledger.ts';
import type { KeyRing, NewKey } from './store/key-ring.ts';

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

/** How much of the journal a start after a kill -9 has to read: what was appended since. */
const SAVE_BUDGETS_MS = 1_000;

/** Seeds for ties between equals: cheap, and unpredictable only from process to process, since nothing depends on it. */
function createSeeds(): () => number {
  const random = createSeededRandom(randomBytes(16).toString('hex'));
  return () => random.uint32();
}

const mayUse = (key: ApiKey | null, model: string): boolean =>
  key?.models == null ||
  key.models.some((pattern) => pattern === model || (pattern.endsWith('/*') && model.startsWith(pattern.slice(0, -1))));

function resolveServed(target: string, world: World): boolean {
  const found = resolveTarget(target, world);
  return found !== null && deploymentsOf(found, world).length > 0;
}

/** Models that a key may name: `auto`, every logical model with a deployment, every ensemble that could answer. */
function listModels({ world, ensembles }: GatewayWorld, key: ApiKey | null): ListedModel[] {
  const entry = (id: string, owner: string): ListedModel => ({ id, object: 'model', created: 0, owned_by: owner });
  const models = [...world.deploymentsByModel.keys()].filter((model) => mayUse(key, model)).sort();
  const offered = [...(ensembles?.values() ?? [])].filter((ensemble) => {
    const served = ensemble.members.filter((member) => resolveServed(member, world));
    return served.length >= ensemble.quorum && ensemble.members.every((member) => mayUse(key, member));
  });
  return [
    entry('auto', 'alidade'),
    ...models.map((model) => entry(model, model.slice(0, model.indexOf('/')))),
    ...offered.map(({ name }) => entry(`ensemble/${name}`, 'alidade')),
  ];
}

/** Opens everything and returns the running product, not yet listening. @throws AppError config_invalid */
export async function createApp(options: AppOptions): Promise<App> {
  const parts = await openParts(options);
  try {
    const built = await buildFrom(parts, options.loaded, options.source);
    return new App(parts, built, await openBudgets(parts, built.gatewayWorld));
  } catch (error) {
    await closeParts(parts);
    throw error;
  }
}

/** The running product as server and commands see it. */
export class App {
  readonly version = PRODUCT_VERSION;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly gateway: Gateway;
  readonly keys: KeyRing;
  readonly metrics: Metrics;
  readonly requestLog: RequestLog;
  readonly feedback: Feedback;
  readonly maxBodyBytes: number;
  readonly allowedHosts: readonly string[];
  readonly newRequestId = createIds('req_');
  #parts: Parts;
  #loaded: LoadedConfiguration;
  #source: ConfigurationSource;
  #built: Built;
  #policy: PolicyEngine;
  #detector: RequestDetector;
  #epochs: NodeJS.Timeout;
  #saving: NodeJS.Timeout;
  #budgets: Budgets;
  #localEngines: readonly LocalEngine[] = [];
  #evaluations: Promise<EvaluationDesk> | null = null;
  #changing: Promise<void> = Promise.resolve();
  #onClose: (() => Promise<void> | void)[] = [];

  constructor(parts: Parts, built: Built, budgets: Budgets) {
    const { clock, journal, keys, logger } = parts;
    const { configuration } = parts.options.loaded;
    this.#parts = parts;
    this.#loaded = parts.options.loaded;
    this.#source = parts.options.source;
    this.#built = built;
    this.clock = clock;
    this.logger = logger;
    this.keys = keys;
    this.requestLog = parts.store.requests;
    this.maxBodyBytes = configuration.server.max_body_bytes;
    this.allowedHosts = configuration.server.allowed_hosts ?? [];
    const { limiter } = budgets;
    this.#budgets = budgets;
    this.metrics = new Metrics(
      {
        inFlight: () => this.gateway.inFlight,
        journalDropped: () => journal.dropped,
        journalAccepting: () => journal.accepting,
        storeAvailable: () => this.requestLog.problem === null,
        deployments: () => this.gateway.healthViews(),
        limits: () =>
          limiter.subjects().map((subject) => ({ ...subject, ...limiter.spent(subject.scope, subject.id) })),
      },
      PRODUCT_VERSION,
    );
    this.#policy = new PolicyEngine({
      evaluator: parts.policyThread,
      now: clock.now,
      world: built.policyWorld,
      tokenise: configuration.policy.tokenise,
    });
    this.#detector = new RequestDetector(parts.textScanner, detectionOf(parts.options.loaded, parts.upstream));
    this.gateway = new Gateway(
      {
        policy: this.#policy,
        detector: this.#detector,
        onRegionIncident: (incident, requestId) => this.#onRegionIncident(incident, requestId),
        upstream: parts.upstream,
        journal,
        clock,
        randomSeed: createSeeds(),
        keyNow: (key) => keys.now(key),
        keepBodies: (record) => parts.bodies.append(record),
        observe: (receipt) => this.metrics.onReceipt(receipt),
        onFault: (error, requestId) => logError(logger, error, requestId),
        tracing: parts.exporting?.tracing ?? null,
        limiter,
        ensembles: { run: runEnsemble, verifiers: BUILT_IN_VERIFIERS },
      },
      built.gatewayWorld,
    );
    this.#recordWorld();
    this.#epochs = setInterval(() => this.gateway.publishHealth(), HealthBoard.EPOCH_MS).unref();
    this.#saving = setInterval(() => void budgets.file.save(), SAVE_BUDGETS_MS).unref();
    this.feedback = new Feedback({
      ledger: new FeedbackLedger(parts.options.loaded.paths.dataDir, clock.now),
      now: clock.now,
      record: (event, actor, details) => this.#recordEvent(event, actor, details),
      publish: (rows, note) => this.#takeEvidence(rows, note),
      onFault: (error) =>
        this.logError(new AppError('internal', 'Feedback could not become evidence.', { cause: error }), ''),
    });
    // Behind everything else: an offer may come late, an answer may not.
    if (configuration.detect_local_engines) {
      void detectLocalEngines().then((engines) => {
        this.#localEngines = engines;
      });
    }
  }

  /** True while only sandbox programs answer. */
  get sandboxOnly(): boolean {
    return this.#built.catalogue.sandboxOnly;
  }

  get #world(): World {
    return this.#built.gatewayWorld.world;
  }

  errorBody(dialect: ClientDialectName, error: AppError, requestId: string): string {
    return this.gateway.clientDialect(dialect).errorBody(error, requestId);
  }

  /** Header besides `x-request-id` under which clients of the dialect look for the request's id. */
  requestIdHeader(dialect: ClientDialectName): string | null {
    return this.gateway.clientDialect(dialect).requestIdHeader;
  }

  logError(error: AppError, requestId: string): void {
    logError(this.logger, error, requestId);
  }

  /** Models for what is part of the product itself: evaluations, judges. Policy, limits and receipts hold. */
  get call(): Call {
    return this.gateway.door.call;
  }

  /** Decides and calls nobody; `moment` in the body pins what else depends on the time. */
  route(body: Buffer, key: ApiKey | null, headers: RequestHeaders): Promise<PublishedDecision> {
    return this.gateway.route({ body, key, headers, receivedAtMs: this.clock.now() });
  }

  /** As published: with the sentence and the versions, where the world is still the one it was decided in. */
  async receipt(requestId: string) {
    const receipt = await this.requestLog.receipt(requestId);
    return receipt === null ? null : publishReceipt(receipt, this.#world);
  }

  /** What was asked and answered; null unless the use case keeps bodies. */
  body(requestId: string): Promise<KeptBody | 'erased' | null> {
    return this.#parts.bodies.find(requestId);
  }

  /** Destroys the key of a body, on record; false when none was kept. */
  async eraseBody(requestId: string, actor: string): Promise<boolean> {
    const erased = await this.#parts.bodies.erase(requestId);
    if (erased === null) return false;
    // Also a second time: a crash may have come between the first one and its record.
    this.#recordEvent('body_erased', actor, { request_id: requestId, result: erased });
    await this.#parts.journal.flush();
    return true;
  }

  models(key: ApiKey | null): readonly ListedModel[] {
    return listModels(this.#built.gatewayWorld, key);
  }

  unknownModelMessage(id: string): string {
    const near = nearestModels(id, this.#world.knownModels, 3);
    const hint = near.length === 0 ? 'GET /v1/models lists them.' : `Did you mean ${near.join(', ')}?`;
    return `There is no model ${JSON.stringify(id)}. ${hint}`;
  }

  deployments() {
    return {
      deployments: this.#world.deployments.map((deployment) => ({
        ...deploymentView(deployment),
        health: this.gateway.healthView(deployment),
      })),
      unavailable: [...this.#world.unavailable].map(([model, reason]) => ({ model, reason })),
      local_engines: this.#localEngines.map(({ preset, baseUrl, models }) => ({ preset, base_url: baseUrl, models })),
    };
  }

  readiness(): Readiness {
    if (this.gateway.draining) {
      return { ready: false, status: 'unavailable', degraded: ['The server is shutting down.'] };
    }
    const { journal } = this.#parts;
    const { problem } = this.requestLog;
    const degraded = [
      ...(journal.accepting ? [] : [`Labelled traffic is refused. ${journal.problem ?? ''}`.trim()]),
      ...(problem === null ? [] : [problem]),
    ];
    return { ready: true, status: degraded.length === 0 ? 'ok' : 'degraded', degraded };
  }

  async createKey(key: NewKey, actor: string): Promise<{ key: ApiKey; secret: string }> {
    requireKnownTeam(key, Object.keys(this.#loaded.configuration.teams));
    const created = await this.keys.create(key, timeOf(this.clock));
    this.#recordEvent('key_created', actor, { id: key.id, roles: key.roles, prefix: created.key.prefix });
    return created;
  }

  async revokeKey(id: string, actor: string): Promise<boolean> {
    const revoked = await this.keys.revoke(id, timeOf(this.clock));
    if (revoked) this.#recordEvent('key_revoked', actor, { id });
    return revoked;
  }

  /** Takes a new configuration whole, or throws and keeps the old one. */
  async reload(next: LoadedConfiguration, source: ConfigurationSource): Promise<void> {
    await this.#inTurn(() => this.#rebuild(next, source));
    this.keys.configure(configuredKeys(next.configuration.keys, timeOf(this.clock)));
    this.#recordEvent('configuration_reloaded', 'system', { world: this.#world.version });
  }

  /** Figures that somebody published; none of them decides. */
  claims(): ClaimListing {
    return claimListing();
  }

  /** Versions of evidence, oldest first, and what the promoted ones say. */
  evidence() {
    const { version, rows } = this.#world.evidence ?? NO_EVIDENCE;
    // Scores of single items are for comparisons, not for reading.
    return { version, versions: this.#parts.evidence.list(), rows: rows.map((row) => ({ ...row, outcomes: null })) };
  }

  /** From the next request on decisions read this version. @throws AppError not_found */
  async promoteEvidence(version: string, actor: string): Promise<void> {
    this.#parts.evidence.promote(version);
    await this.#followEvidence('evidence_promoted', actor, version);
  }

  /** Back to the version promoted before; null: none was, so the table decides. @throws AppError not_found */
  async rollbackEvidence(sandbox: boolean, actor: string): Promise<string | null> {
    const version = this.#parts.evidence.rollback(sandbox);
    await this.#followEvidence('evidence_rolled_back', actor, version);
    return version;
  }

  async #followEvidence(event: string, actor: string, version: string | null): Promise<void> {
    await this.#inTurn(() => this.#rebuild(this.#loaded, this.#source));
    this.#recordEvent(event, actor, { version });
  }

  /** Evaluation, loaded when it is first asked for: serving needs none of it. */
  evaluations(): Promise<EvaluationDesk> {
    this.#evaluations ??= import('./evaluation-source.ts').then(({ openEvaluations }) =>
      openEvaluations({
        dataDir: this.#loaded.paths.dataDir,
        call: this.call,
        now: this.clock.now,
        world: () => this.#world,
        record: (event, actor, details) => this.#recordEvent(event, actor, details),
        traffic: {
          bodies: this.#parts.bodies,
          receipt: (id) => this.requestLog.receipt(id),
          policy: this.#policy,
          deployments: () => this.#world.deployments,
          useCase: (id) => this.#built.gatewayWorld.useCases.get(id) ?? null,
          settings: () => this.#built.gatewayWorld.policySettings ?? NO_POLICY_SETTINGS,
        },
        publish: (rows, note) => this.#takeEvidence(rows, note),
        onFault: (error) => this.logError(new AppError('internal', 'An evaluation failed.', { cause: error }), ''),
      }),
    );
    return this.#evaluations;
  }

  /** One change of the world after the other: of two at once the older could come last. */
  #inTurn(change: () => Promise<void>): Promise<void> {
    const changed = this.#changing.then(change);
    this.#changing = changed.catch(() => undefined);
    return changed;
  }

  async #rebuild(loaded: LoadedConfiguration, source: ConfigurationSource): Promise<void> {
    this.#built = await buildFrom(this.#parts, loaded, source);
    this.#loaded = loaded;
    this.#source = source;
    this.#recordWorld();
    this.#policy.publish(this.#built.policyWorld, loaded.configuration.policy.tokenise);
    this.#detector.configure(detectionOf(loaded, this.#parts.upstream));
    this.gateway.setWorld(this.#built.gatewayWorld);
  }

  /** `work` runs when the app closes, before its own parts do. */
  onClose(work: () => Promise<void> | void): void {
    this.#onClose.push(work);
  }

  /** Lets running requests end (at most `server.drain_ms`), then closes every part. */
  async close(): Promise<void> {
    // Before the gateway stops taking calls: a run that is paused ends whole, one that is refused calls would not.
    await (await this.#evaluations)?.close();
    await this.gateway.drain(this.#loaded.configuration.server.drain_ms);
    clearInterval(this.#epochs);
    clearInterval(this.#saving);
    await this.feedback.close();
    await this.#budgets.file.close();
    for (const work of this.#onClose) await work();
    await closeParts(this.#parts);
  }

  /** Evidence of the sandbox counts at once; that of models when somebody promotes it. */
  async #takeEvidence(rows: readonly EvidenceRow[], note: string): Promise<void> {
    const made = this.#parts.evidence.add(rows, note);
    this.#recordEvent('evidence_added', 'system', { version: made.version, note, promoted: made.promoted });
    if (made.promoted) await this.#inTurn(() => this.#rebuild(this.#loaded, this.#source));
  }

  #recordWorld(): void {
    const { version, versions } = this.#world;
    const { snapshot } = this.#built;
    this.#parts.journal.append({ kind: 'world', at: timeOf(this.clock), world: version, versions, snapshot });
  }

  /** Somebody has to look: the endpoint gets no labelled traffic until its configuration changes. */
  #onRegionIncident(incident: RegionIncident, requestId: string): void {
    this.logger.error({ ...incident, request_id: requestId }, 'region_echo_mismatch');
    this.#recordEvent('region_echo_mismatch', 'system', { ...incident, request_id: requestId });
  }

  #recordEvent(event: string, actor: string, details: Record<string, unknown>): void {
    this.#parts.journal.append({ kind: 'event', at: timeOf(this.clock), event, actor, role: null, details });
  }
}

function publishReceipt(receipt: ChainedReceipt, world: World) {
  const { decision } = receipt;
  if (decision === null || decision.world !== world.version) return receipt;
  return { ...receipt, decision: publishDecision(decision, world) };
}
