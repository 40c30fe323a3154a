import { createHash } from 'node:crypto';
import type { Deployment, Endpoint, UpstreamQuirks } from '../contracts/deployment.ts';
import { CAPABILITIES, type Capability, type Dialect } from '../contracts/vocabulary.ts';
import { carriedBy } from './deployment.ts';
import { endpointFacts } from './endpoint-facts.ts';
import { bareName, findMaker, makerOf } from './makers.ts';

/** One sandbox program as its server offers it. */
export interface SandboxModel {
  /** The logical name it stands in for, e.g. `zhipu/glm-5.2`. */
  model: string;
  dialect: Dialect;
  /** What its server calls it; default: the logical name without the maker. */
  upstreamModel?: string;
  contextWindowTokens?: number;
  maxOutputTokens?: number;
  /** Default: all. */
  capabilities?: readonly Capability[];
}

export interface SandboxInput {
  /** Base URL per dialect on loopback, as an SDK takes it; a model whose dialect is missing here is left out. */
  baseUrls: Partial<Record<Dialect, string>>;
  models: readonly SandboxModel[];
  quirks?: UpstreamQuirks;
  /** true keeps them beside real deployments; otherwise they leave as soon as one real deployment exists. */
  keepBesideReal: boolean;
}

const SANDBOX_QUIRKS: UpstreamQuirks = {
  maxTokensMember: 'either',
  streamUsage: 'ask',
  refusedMembers: [],
  embeddings: true,
};

/** Ids of sandbox endpoints and deployments start so; nothing in a configuration may. */
export const SANDBOX_PREFIX = 'sandbox';

/** Sandbox deployments under exactly the logical names they stand in for, at price 0. Not AI models: `sandbox` is true. */
export function sandboxDeployments(input: SandboxInput, now: Date): Deployment[] {
  const endpoints = new Map<Dialect, Endpoint>();
  return input.models.flatMap((model) => {
    const baseUrl = input.baseUrls[model.dialect];
    if (baseUrl === undefined) return [];
    const endpoint = endpoints.get(model.dialect) ?? sandboxEndpoint(model.dialect, baseUrl, input, now);
    endpoints.set(model.dialect, endpoint);
    return [sandboxDeployment(model, endpoint)];
  });
}

function sandboxEndpoint(dialect: Dialect, baseUrl: string, input: SandboxInput, now: Date): Endpoint {
  return {
    id: dialect === 'openai' ? SANDBOX_PREFIX : `${SANDBOX_PREFIX}-${dialect}`,
    operator: SANDBOX_PREFIX,
    preset: null,
    dialect,
    baseUrl: baseUrl.replace(/\/+$/, ''),
    auth: 'none',
    apiKeys: [],
    extraHeaders: {},
    // Anthropic's dialect has no embeddings at all.
    quirks: { ...(input.quirks ?? SANDBOX_QUIRKS), ...(dialect === 'anthropic' ? { embeddings: false } : {}) },
    private: true,
    sandbox: true,
    // Without the port: state about a sandbox program survives a restart of its server on another one.
    digest: createHash('sha256').update(`sandbox ${dialect}`).digest('hex').slice(0, 32),
    facts: endpointFacts({}, null, SANDBOX_PREFIX, now),
    timeouts: { connectMs: 3_000, firstByteMs: null, firstTokenMs: null, idleMs: null },
    concurrency: null,
    rate: { rpm: null, tpm: null, resetsAt: null },
  };
}

function sandboxDeployment(model: SandboxModel, endpoint: Endpoint): Deployment {
  return {
    id: `${SANDBOX_PREFIX}/${bareName(model.model)}`,
    model: model.model,
    maker: makerOf(model.model),
    originCountry: findMaker(makerOf(model.model))?.country ?? 'unknown',
    endpoint,
    upstreamModel: model.upstreamModel ?? bareName(model.model),
    contextWindowTokens: model.contextWindowTokens ?? null,
    maxOutputTokens: model.maxOutputTokens ?? null,
    capabilities: new Set(carriedBy(endpoint.dialect, model.capabilities ?? CAPABILITIES)),
    price: {
      kind: 'tokens',
      inputUsdPerMtok: 0,
      outputUsdPerMtok: 0,
      cachedInputUsdPerMtok: 0,
      cacheWriteUsdPerMtok: 0,
      source: 'sandbox',
    },
    exportClass: 'unknown',
    notAvailableIn: [],
    domains: [],
    weight: 1,
    tags: ['sandbox'],
    sandbox: true,
  };
}
