// gateway-source.ts: the gateway of a running product, with what it is given: rules, detection, metrics, seeds.
// May import what parts.ts may; app.ts is its only user.
// Start at createGateway; a new world reaches all of it by `follow`.
// Plain constructor calls; what each part does is explained in the first lines of its own folder.
// Nothing here is asked twice: whatever changes with the configuration comes in by `follow`.
import { randomBytes } from 'node:crypto';
import type { LoadedConfiguration } from './config/load.ts';
import type { Limiter } from './contracts/limits.ts';
import { PRODUCT_VERSION } from './contracts/product.ts';
import { detectionOf } from './detection-source.ts';
import { runEnsemble } from './ensemble/run-ensemble.ts';
import { BUILT_IN_VERIFIERS } from './ensemble/verifiers.ts';
import { RequestDetector } from './gateway/detection.ts';
import { Gateway } from './gateway/gateway.ts';
import type { Learning } from './gateway/learning/learning.ts';
import type { RegionIncident } from './gateway/region-watch.ts';
import { createSeededRandom } from './lib/seeded-random.ts';
import { logError } from './monitor/log.ts';
import { Metrics } from './monitor/metrics.ts';
import { type Built, type Parts, recordEvent } from './parts.ts';
import { PolicyEngine } from './policy/policy-engine.ts';

/** What is known of earlier processes. */
export interface Remembered {
  limiter: Limiter;
  learning: Learning;
}

export interface RunningGateway {
  gateway: Gateway;
  metrics: Metrics;
  policy: PolicyEngine;
  /** Takes over a new world and the configuration it was made from. */
  follow(built: Built, loaded: LoadedConfiguration): void;
}

/** Seeds for ties between equals: cheap, and unpredictable only from process to process, since nothing depends on it. */
function createSeeds(): () => number {
  const random = createSeededRandom(randomBytes(16).toString('hex'));
  return () => random.uint32();
}

function createMetrics({ journal, store }: Parts, limiter: Limiter, gateway: () => Gateway): Metrics {
  return new Metrics(
    {
      inFlight: () => gateway().inFlight,
      journalDropped: () => journal.dropped,
      journalAccepting: () => journal.accepting,
      storeAvailable: () => store.requests.problem === null,
      deployments: () => gateway().healthViews(),
      limits: () => limiter.subjects().map((subject) => ({ ...subject, ...limiter.spent(subject.scope, subject.id) })),
    },
    PRODUCT_VERSION,
  );
}

export function createGateway(parts: Parts, built: Built, { limiter, learning }: Remembered): RunningGateway {
  const { clock, journal, logger, options } = parts;
  const policy = new PolicyEngine({
    evaluator: parts.policyThread,
    now: clock.now,
    world: built.policyWorld,
    tokenise: options.loaded.configuration.policy.tokenise,
  });
  const detector = new RequestDetector(parts.textScanner, detectionOf(options.loaded, parts.upstream));
  const metrics = createMetrics(parts, limiter, () => gateway);
  const gateway = new Gateway(
    {
      policy,
      detector,
      onRegionIncident: (incident, requestId) => onRegionIncident(parts, incident, requestId),
      upstream: parts.upstream,
      journal,
      clock,
      randomSeed: createSeeds(),
      keyNow: (key) => parts.keys.now(key),
      keepBodies: (record) => parts.bodies.append(record),
      observe: (receipt) => metrics.onReceipt(receipt),
      onFault: (error, requestId) => logError(logger, error, requestId),
      tracing: parts.exporting?.tracing ?? null,
      limiter,
      learning,
      ensembles: { run: runEnsemble, verifiers: BUILT_IN_VERIFIERS },
    },
    built.gatewayWorld,
  );
  const follow: RunningGateway['follow'] = (next, loaded) => {
    policy.publish(next.policyWorld, loaded.configuration.policy.tokenise);
    detector.configure(detectionOf(loaded, parts.upstream));
    gateway.setWorld(next.gatewayWorld);
  };
  return { gateway, metrics, policy, follow };
}

/** Somebody has to look: the endpoint gets no labelled traffic until its configuration changes. */
function onRegionIncident(parts: Parts, incident: RegionIncident, requestId: string): void {
  parts.logger.error({ ...incident, request_id: requestId }, 'region_echo_mismatch');
  recordEvent(parts, 'region_echo_mismatch', 'system', { ...incident, request_id: requestId });
}
