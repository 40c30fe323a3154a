import type { ApiKey } from '../../src/contracts/api-key.ts';
import type { BodyCommitment, BodyRecord } from '../../src/contracts/body-log.ts';
import type { LimitsConfig, UseCaseConfig } from '../../src/contracts/configuration.ts';
import type { Deployment } from '../../src/contracts/deployment.ts';
import type { Ensemble, Verifier } from '../../src/contracts/ensemble.ts';
import { type GatewayRequest, NO_REQUEST_HEADERS, type RequestHeaders } from '../../src/contracts/gateway-request.ts';
import type { Journal, JournalRecord } from '../../src/contracts/journal.ts';
import type { Receipt } from '../../src/contracts/receipt.ts';
import type { Route } from '../../src/contracts/route.ts';
import { runEnsemble } from '../../src/ensemble/run-ensemble.ts';
import { BUILT_IN_VERIFIERS } from '../../src/ensemble/verifiers.ts';
import type { Clock } from '../../src/gateway/clock.ts';
import type { RequestDetector } from '../../src/gateway/detection.ts';
import { Gateway } from '../../src/gateway/gateway.ts';
import type { GatewayServices } from '../../src/gateway/gateway-parts.ts';
import type { TokenSettings } from '../../src/gateway/tokenised-request.ts';
import type { PolicyEngine } from '../../src/policy/policy-engine.ts';
import type { UnlabelledPersonal } from '../../src/policy/unlabelled-personal.ts';
import { createUpstreamClient } from '../../src/providers/http-client.ts';
import { testDeployment, testEndpoint, testRoute, testWorld } from '../../src/routing/test-world.ts';
import { MemorySink } from './memory-sink.ts';
import type { ScriptedUpstream } from './upstream/scripted-upstream.ts';

/** What the receipts of tests say of bodies that were kept. */
export const SAMPLE_COMMITMENT: BodyCommitment = {
  algorithm: 'hmac-sha256',
  request: '12'.repeat(32),
  answer: '34'.repeat(32),
};

/** A clock that moves only when told to. */
export class ManualClock implements Clock {
  #ms = 0;

  now(): number {
    return 1_795_000_000_000 + this.#ms;
  }

  monotonic(): number {
    return this.#ms;
  }

  advance(ms: number): void {
    this.#ms += ms;
  }
}

/** A journal in memory that can be told to fail. */
class MemoryJournal implements Journal {
  records: JournalRecord[] = [];
  accepting = true;
  dropped = 0;
  #onReceipt = Promise.withResolvers<Receipt>();

  /** The first receipt, as soon as there is one. */
  get receipt(): Promise<Receipt> {
    return this.#onReceipt.promise;
  }

  get receipts(): Receipt[] {
    return this.records.filter((record): record is Receipt => record.kind === 'receipt');
  }

  append(record: JournalRecord): void {
    this.records.push(record);
    if (record.kind === 'receipt') this.#onReceipt.resolve(record);
  }

  flush(): Promise<void> {
    return Promise.resolve();
  }
}

/** A deployment of `model` behind a scripted upstream. */
export function upstreamDeployment(
  id: string,
  model: string,
  upstream: ScriptedUpstream,
  overrides: Partial<Deployment> = {},
): Deployment {
  const endpoint = testEndpoint(id, { baseUrl: upstream.baseUrl, private: true, auth: 'none', ...overrides.endpoint });
  return testDeployment(id, model, { upstreamModel: model.slice(model.indexOf('/') + 1), ...overrides, endpoint });
}

export interface TestGatewayOptions {
  deployments: readonly Deployment[];
  routes?: readonly Route[];
  useCases?: readonly UseCaseConfig[];
  defaultLimits?: LimitsConfig | null;
  deadlineMs?: number;
  clock?: Clock;
  /** Absent: nobody looks for personal data. */
  detector?: RequestDetector;
  /** Absent: everything is permitted. */
  policy?: PolicyEngine;
  unlabelledPersonal?: UnlabelledPersonal;
  /** Instead of what the gateway has by default. */
  services?: Partial<GatewayServices>;
  /** Absent: no tokens are made. */
  tokens?: TokenSettings;
  ensembles?: readonly Ensemble[];
  verifiers?: readonly Verifier[];
}

/** A real gateway over the real HTTP client, with a journal and clients in memory and a clock that stands still. */
export function createTestGateway(options: TestGatewayOptions) {
  const clock = options.clock ?? new ManualClock();
  const journal = new MemoryJournal();
  const faults: unknown[] = [];
  const bodies: BodyRecord[] = [];
  const upstream = createUpstreamClient();
  const models = [...new Set(options.deployments.map((deployment) => deployment.model))];
  const routes = options.routes ?? [
    testRoute({ default: true, primary: models.slice(0, 1), fallback: models.slice(1) }),
  ];
  const gateway = new Gateway(
    {
      upstream,
      journal,
      clock,
      randomSeed: () => 1,
      keepBodies: (record) => {
        bodies.push(record);
        return SAMPLE_COMMITMENT;
      },
      observe: () => undefined,
      onFault: (error) => faults.push(error.cause ?? error),
      tracing: null,
      ...(options.detector === undefined ? {} : { detector: options.detector }),
      ensembles: {
        run: runEnsemble,
        verifiers: options.verifiers ?? BUILT_IN_VERIFIERS,
      },
      ...(options.policy === undefined ? {} : { policy: options.policy }),
      ...options.services,
    },
    {
      world: testWorld(options.deployments, routes),
      useCases: new Map((options.useCases ?? []).map((useCase) => [useCase.id, useCase])),
      defaultLimits: options.defaultLimits ?? null,
      deadlineMs: options.deadlineMs ?? 600_000,
      unlabelledPersonal: options.unlabelledPersonal ?? 'record',
      ...(options.tokens === undefined ? {} : { tokens: options.tokens }),
      ensembles: new Map((options.ensembles ?? []).map((ensemble) => [ensemble.name, ensemble])),
    },
  );
  let number = 0;
  return {
    gateway,
    journal,
    clock,
    faults,
    bodies,
    close: () => upstream.close(),
    /** Sends a body as a client would and returns that client. */
    send(
      body: unknown,
      request: {
        key?: ApiKey;
        headers?: Partial<RequestHeaders>;
        operation?: GatewayRequest['operation'];
        dialect?: GatewayRequest['dialect'];
      } = {},
    ): MemorySink {
      const sink = new MemorySink();
      number += 1;
      gateway.handle({
        requestId: `req_${number}`,
        clientRequestId: null,
        operation: request.operation ?? 'chat',
        dialect: request.dialect ?? 'openai',
        key: request.key ?? null,
        headers: { ...NO_REQUEST_HEADERS, ...request.headers },
        body: Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body)),
        receivedAtMs: clock.now(),
        startedAtMs: clock.monotonic(),
        sink,
      });
      return sink;
    },
  };
}

/** A small chat body. */
export const chat = (extra: Record<string, unknown> = {}): Record<string, unknown> => ({
  model: 'auto',
  messages: [{ role: 'user', content: 'Tell me something about the sea.' }],
  ...extra,
});
