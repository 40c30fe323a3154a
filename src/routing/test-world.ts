import type { Moment, World } from '../contracts/decision.ts';
import { type Deployment, type Endpoint, UNKNOWN_FACTS } from '../contracts/deployment.ts';
import type { RequestFacts } from '../contracts/request-facts.ts';
import type { Route } from '../contracts/route.ts';
import { CAPABILITIES, TASKS } from '../contracts/vocabulary.ts';

// Worlds, facts and moments for tests of this folder: everything permitted, priced and capable unless a test says so.

export function testEndpoint(id: string, overrides: Partial<Endpoint> = {}): Endpoint {
  return {
    id,
    operator: id,
    preset: null,
    dialect: 'openai',
    baseUrl: 'https://upstream.invalid/v1',
    auth: 'bearer',
    apiKeys: [],
    extraHeaders: {},
    quirks: { maxTokensMember: 'either', streamUsage: 'ask', refusedMembers: [], embeddings: true },
    private: false,
    sandbox: false,
    digest: id,
    facts: UNKNOWN_FACTS,
    timeouts: { connectMs: 3_000, firstByteMs: null, firstTokenMs: null, idleMs: null },
    concurrency: null,
    rate: { rpm: null, tpm: null, resetsAt: null },
    ...overrides,
  };
}

export function testDeployment(id: string, model: string, overrides: Partial<Deployment> = {}): Deployment {
  const at = id.lastIndexOf('@');
  return {
    id,
    model,
    maker: model.slice(0, model.indexOf('/')),
    originCountry: 'unknown',
    endpoint: testEndpoint(at === -1 ? 'somewhere' : id.slice(at + 1), { sandbox: overrides.sandbox ?? false }),
    upstreamModel: model,
    contextWindowTokens: 1_000_000,
    maxOutputTokens: 32_768,
    capabilities: new Set(CAPABILITIES),
    price: testPrice(1, 2),
    exportClass: 'unknown',
    notAvailableIn: [],
    domains: [],
    weight: 1,
    tags: [],
    sandbox: false,
    ...overrides,
  };
}

export const testPrice = (inputUsdPerMtok: number, outputUsdPerMtok: number): Deployment['price'] => ({
  kind: 'tokens',
  inputUsdPerMtok,
  outputUsdPerMtok,
  cachedInputUsdPerMtok: null,
  cacheWriteUsdPerMtok: null,
  source: 'config',
});

export function testRoute(overrides: Partial<Route> & Pick<Route, 'primary'>): Route {
  return { when: {}, default: false, fallback: [], context_threshold: null, because: null, ...overrides };
}

export function testWorld(
  deployments: readonly Deployment[],
  routes: readonly Route[],
  overrides: Partial<World> = {},
): World {
  const byModel = new Map<string, Deployment[]>();
  for (const deployment of deployments) {
    const same = byModel.get(deployment.model);
    if (same === undefined) byModel.set(deployment.model, [deployment]);
    else same.push(deployment);
  }
  return {
    version: 'w1',
    versions: { config: 'c', catalogue: 'k', policy: 'p', evidence: 'e', classifier: 't', prices: 'q' },
    deployments,
    deploymentsById: new Map(deployments.map((deployment) => [deployment.id, deployment])),
    deploymentsByModel: byModel,
    aliases: new Map(),
    knownModels: new Set(byModel.keys()),
    unavailable: new Map(),
    routes,
    objectives: new Map(),
    monitoringEnabled: true,
    ...overrides,
  };
}

export function testFacts(overrides: Partial<RequestFacts> = {}): RequestFacts {
  return {
    operation: 'chat',
    model: { kind: 'auto' },
    task: 'conversational',
    tasks: TASKS.map((task) => ({ task, p: 1 / TASKS.length })),
    taskSource: 'text',
    labels: [],
    language: 'en',
    domain: null,
    lengthBucket: 'short',
    estimatedTokens: 100,
    estimatedTokensP95: 150,
    modalities: ['text'],
    needs: [],
    maxOutputTokens: null,
    dataClasses: [],
    useCase: null,
    allowedModels: null,
    objective: null,
    obligations: [],
    preferences: null,
    deadlineMs: null,
    ...overrides,
  };
}

export function testMoment(overrides: Partial<Moment> = {}): Moment {
  return { now: '2026-11-21T12:00:00Z', seed: 7, session: null, budget_left_usd: null, health: {}, ...overrides };
}
