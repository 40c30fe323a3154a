import { type Deployment, type Endpoint, UNKNOWN_FACTS, type UpstreamQuirks } from '../../src/contracts/deployment.ts';
import { CAPABILITIES, type Capability, type Dialect } from '../../src/contracts/vocabulary.ts';

const QUIRKS: UpstreamQuirks = {
  maxTokensMember: 'max_completion_tokens',
  streamUsage: 'ask',
  refusedMembers: [],
  embeddings: true,
};

export interface SampleDeployment {
  dialect?: Dialect;
  upstreamModel?: string;
  maxOutputTokens?: number | null;
  quirks?: Partial<UpstreamQuirks>;
  /** Capabilities that it has not. */
  without?: readonly Capability[];
}

function sampleEndpoint({ dialect = 'openai', quirks = {} }: SampleDeployment): Endpoint {
  return {
    id: 'test',
    operator: 'self',
    preset: null,
    dialect,
    baseUrl: 'http://127.0.0.1:9/v1',
    auth: 'none',
    apiKeys: [],
    extraHeaders: {},
    quirks: { ...QUIRKS, ...quirks },
    private: true,
    sandbox: false,
    digest: 'digest',
    facts: UNKNOWN_FACTS,
    timeouts: { connectMs: 3000, firstByteMs: null, firstTokenMs: null, idleMs: null },
    concurrency: null,
    rate: { rpm: null, tpm: null, resetsAt: null },
  };
}

/** A deployment for tests of dialects, which look at its model, limits, capabilities and quirks. */
export function sampleDeployment(sample: SampleDeployment = {}): Deployment {
  const without = new Set(sample.without ?? []);
  return {
    id: 'model@test',
    model: 'maker/model',
    maker: 'maker',
    originCountry: 'unknown',
    endpoint: sampleEndpoint(sample),
    upstreamModel: sample.upstreamModel ?? 'upstream-model',
    contextWindowTokens: null,
    maxOutputTokens: sample.maxOutputTokens ?? null,
    capabilities: new Set(CAPABILITIES.filter((name) => !without.has(name))),
    price: null,
    exportClass: 'unknown',
    notAvailableIn: [],
    domains: [],
    weight: 1,
    tags: [],
    sandbox: false,
  };
}
