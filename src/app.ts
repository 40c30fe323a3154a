// app.ts: the only wiring: plain constructor calls that make one running Alidade out of its parts.
// May import everything below it; server/, cli/ and index.ts see the product through the App that this returns.
// Start here to see what depends on what; each part is explained in the first lines of its own folder.
// What is opened before it, and in which order, is in parts.ts; what decides is in running-world.ts, what answers in
// gateway-source.ts.
import { listSigningKeys, type RotatedKey, rotateSigningKey, type SigningKey } from './audit/rotate-key.ts';
import { type Budgets, openBudgets, saveAll } from './budgets.ts';
import { type ClaimListing, claimListing } from './catalog/claims/claim-listing.ts';
import { deploymentView } from './catalog/deployment-view.ts';
import type { LoadedConfiguration } from './config/load.ts';
import type { ConfigurationSource } from './config/problem.ts';
import type { ApiKey } from './contracts/api-key.ts';
import type { KeptBody } from './contracts/body-log.ts';
import type { Call } from './contracts/call.ts';
import type { PublishedDecision, World } from './contracts/decision.ts';
import { AppError } from './contracts/errors.ts';
import type { ClientDialectName, RequestHeaders } from './contracts/gateway-request.ts';
import { requireKnownTeam } from './contracts/key-request.ts';
import type { ListedModel } from './contracts/listed-model.ts';
import { PRODUCT_VERSION } from './contracts/product.ts';
import type { ChainedReceipt } from './contracts/receipt.ts';
import type { RequestLog } from './contracts/request-log.ts';
import type { EvaluationDesk } from './evals/desk/evaluation-desk.ts';
import { Feedback } from './feedback-source.ts';
import type { Clock } from './gateway/clock.ts';
import type { Gateway } from './gateway/gateway.ts';
import { HealthBoard } from './gateway/health.ts';
import { createGateway } from './gateway-source.ts';
import { createIds } from './lib/ids.ts';
import { type Logger, logError } from './monitor/log.ts';
import type { Metrics } from './monitor/metrics.ts';
import { listModels, unknownModelMessage } from './offered-models.ts';
import {
  type AppOptions,
  type Built,
  buildFrom,
  closeParts,
  openParts,
  type Parts,
  recordEvent,
  timeOf,
} from './parts.ts';
import type { PolicyEngine } from './policy/policy-engine.ts';
import { NO_POLICY_SETTINGS } from './policy/request-attributes.ts';
import { detectLocalEngines, type LocalEngine } from './providers/local-engines.ts';
import { publishDecision } from './routing/explain.ts';
import { RunningWorld } from './running-world.ts';
import { FeedbackLedger } from './store/feedback-ledger.ts';
import type { KeyRing, NewKey } from './store/key-ring.ts';

export interface Readiness {
  ready: boolean;
  status: 'ok' | 'degraded' | 'unavailable';
  degraded: readonly string[];
}

/** How much of the journal a start after a kill -9 has to read: what was appended since. */
const SAVE_BUDGETS_MS = 1_000;
/** By then what is loaded late is loaded. */
const LOOK_FOR_ENGINES_MS = 1_500;

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
  #running: RunningWorld;
  #policy: PolicyEngine;
  #epochs: NodeJS.Timeout;
  #saving: NodeJS.Timeout;
  #budgets: Budgets;
  #localEngines: readonly LocalEngine[] = [];
  #keepsOld = false;
  #looking: NodeJS.Timeout | undefined;
  #evaluations: Promise<EvaluationDesk> | null = null;
  #onClose: (() => Promise<void> | void)[] = [];

  constructor(parts: Parts, built: Built, budgets: Budgets) {
    const { clock, keys, logger } = parts;
    const { configuration, paths } = parts.options.loaded;
    this.#parts = parts;
    this.clock = clock;
    this.logger = logger;
    this.keys = keys;
    this.requestLog = parts.store.requests;
    this.maxBodyBytes = configuration.server.max_body_bytes;
    this.allowedHosts = configuration.server.allowed_hosts ?? [];
    this.#budgets = budgets;
    const { gateway, metrics, policy, follow } = createGateway(parts, built, budgets);
    this.gateway = gateway;
    this.metrics = metrics;
    this.#policy = policy;
    this.#running = new RunningWorld(parts, built, follow);
    this.#running.record();
    this.#epochs = setInterval(() => this.gateway.publishHealth(), HealthBoard.EPOCH_MS).unref();
    this.#saving = setInterval(() => saveAll(budgets), SAVE_BUDGETS_MS).unref();
    this.feedback = new Feedback({
      ledger: new FeedbackLedger(paths.dataDir, clock.now, (problem) => logger.error({ problem }, 'feedback')),
      now: clock.now,
      record: (event, actor, details) => recordEvent(parts, event, actor, details),
      publish: (rows, note) => this.#running.takeEvidence(rows, note),
      onFault: (error) =>
        this.logError(new AppError('internal', 'Feedback could not become evidence.', { cause: error }), ''),
    });
    // Behind everything else: an offer may come late, an answer may not.
    if (configuration.detect_local_engines) {
      this.#looking = setTimeout(() => void this.#findLocalEngines(), LOOK_FOR_ENGINES_MS).unref();
    }
  }

  async #findLocalEngines(): Promise<void> {
    this.#localEngines = await detectLocalEngines();
  }

  /** True while only sandbox programs answer. */
  get sandboxOnly(): boolean {
    return this.#running.built.catalogue.sandboxOnly;
  }

  get #world(): World {
    return this.#running.world;
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
    recordEvent(this.#parts, 'body_erased', actor, { request_id: requestId, result: erased });
    await this.#parts.journal.flush();
    return true;
  }

  /** Every key that signs the journal, or did, oldest first. */
  signingKeys(): readonly SigningKey[] {
    return listSigningKeys(this.#running.loaded.paths.dataDir);
  }

  /** Changes the key that signs the journal, on record. @param revoked whether the old one may be known to others */
  async rotateSigningKey(revoked: boolean, actor: string): Promise<RotatedKey> {
    return rotateSigningKey(this.#running.loaded.paths.dataDir, this.#parts.journal, { revoked, actor });
  }

  models(key: ApiKey | null): readonly ListedModel[] {
    return listModels(this.#running.built.gatewayWorld, key);
  }

  unknownModelMessage(id: string): string {
    return unknownModelMessage(id, this.#world);
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
      ...(this.#keepsOld
        ? ['A change of the configuration was rejected: the one before is in force. The log says why.']
        : []),
    ];
    return { ready: true, status: degraded.length === 0 ? 'ok' : 'degraded', degraded };
  }

  async createKey(key: NewKey, actor: string): Promise<{ key: ApiKey; secret: string }> {
    requireKnownTeam(key, Object.keys(this.#running.loaded.configuration.teams));
    const created = await this.keys.create(key, timeOf(this.clock));
    const { id, prefix } = created.key;
    recordEvent(this.#parts, 'key_created', actor, { id, roles: key.roles, prefix });
    return created;
  }

  async revokeKey(id: string, actor: string): Promise<boolean> {
    const revoked = await this.keys.revoke(id, timeOf(this.clock));
    if (revoked) recordEvent(this.#parts, 'key_revoked', actor, { id });
    return revoked;
  }

  /** Takes a new configuration whole, or throws and keeps the old one. */
  async reload(next: LoadedConfiguration, source: ConfigurationSource): Promise<void> {
    await this.#running.reload(next, source);
    this.#keepsOld = false;
  }

  /** What was written last could not be taken; `readiness` says so until something else can. */
  keepOldConfiguration(): void {
    this.#keepsOld = true;
  }

  /** Figures that somebody published; none of them decides. */
  claims(): ClaimListing {
    return claimListing();
  }

  /** Versions of evidence, oldest first, and what the promoted ones say. */
  evidence() {
    return this.#running.evidence();
  }

  /** From the next request on decisions read this version. @throws AppError not_found */
  promoteEvidence(version: string, actor: string): Promise<void> {
    return this.#running.promoteEvidence(version, actor);
  }

  /** Back to the version promoted before; null: none was, so the table decides. @throws AppError not_found */
  rollbackEvidence(sandbox: boolean, actor: string): Promise<string | null> {
    return this.#running.rollbackEvidence(sandbox, actor);
  }

  /** Evaluation, loaded when it is first asked for: serving needs none of it. */
  evaluations(): Promise<EvaluationDesk> {
    this.#evaluations ??= import('./evaluation-source.ts').then(({ openEvaluations }) =>
      openEvaluations({
        dataDir: this.#running.loaded.paths.dataDir,
        call: this.call,
        now: this.clock.now,
        world: () => this.#world,
        record: (event, actor, details) => recordEvent(this.#parts, event, actor, details),
        traffic: {
          bodies: this.#parts.bodies,
          receipt: (id) => this.requestLog.receipt(id),
          policy: this.#policy,
          deployments: () => this.#world.deployments,
          useCase: (id) => this.#running.built.gatewayWorld.useCases.get(id) ?? null,
          settings: () => this.#running.built.gatewayWorld.policySettings ?? NO_POLICY_SETTINGS,
        },
        publish: (rows, note) => this.#running.takeEvidence(rows, note),
        onFault: (error) => this.logError(new AppError('internal', 'An evaluation failed.', { cause: error }), ''),
      }),
    );
    return this.#evaluations;
  }

  /** `work` runs when the app closes, before its own parts do. */
  onClose(work: () => Promise<void> | void): void {
    this.#onClose.push(work);
  }

  /** Lets running requests end (at most `server.drain_ms`), then closes every part. */
  async close(): Promise<void> {
    // Before the gateway stops taking calls: a run that is paused ends whole, one that is refused calls would not.
    await (await this.#evaluations)?.close();
    await this.gateway.drain(this.#running.loaded.configuration.server.drain_ms);
    clearInterval(this.#epochs);
    clearInterval(this.#saving);
    clearTimeout(this.#looking);
    await this.feedback.close();
    await this.#budgets.file.close();
    await this.#budgets.learnedFile.close();
    for (const work of this.#onClose) await work();
    await closeParts(this.#parts);
  }
}

function publishReceipt(receipt: ChainedReceipt, world: World) {
  const { decision } = receipt;
  if (decision === null || decision.world !== world.version) return receipt;
  return { ...receipt, decision: publishDecision(decision, world) };
}
