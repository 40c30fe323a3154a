import type { World } from '../contracts/decision.ts';
import { type Deployment, type Endpoint, UNKNOWN_FACTS } from '../contracts/deployment.ts';
import type { Route } from '../contracts/route.ts';
import { CAPABILITIES } from '../contracts/vocabulary.ts';

const NOWHERE: Endpoint = {
  id: 'none',
  operator: 'none',
  preset: null,
  dialect: 'openai',
  baseUrl: '',
  auth: 'none',
  apiKeys: [],
  extraHeaders: {},
  quirks: { maxTokensMember: 'either', streamUsage: 'ask', refusedMembers: [], embeddings: true },
  private: false,
  sandbox: false,
  digest: 'none',
  facts: UNKNOWN_FACTS,
  timeouts: { connectMs: 0, firstByteMs: null, firstTokenMs: null, idleMs: null },
  concurrency: null,
  rate: { rpm: null, tpm: null, resetsAt: null },
};

const modelOf = (name: string): string => name.split('@')[0] as string;

/** A deployment on paper: this face decides between models and calls none. */
const paperDeployment = (name: string): Deployment => ({
  id: name,
  model: modelOf(name),
  maker: name.split('/')[0] as string,
  originCountry: 'unknown',
  endpoint: NOWHERE,
  upstreamModel: name,
  contextWindowTokens: null,
  maxOutputTokens: null,
  capabilities: new Set(CAPABILITIES),
  price: null,
  exportClass: 'unknown',
  notAvailableIn: [],
  domains: [],
  weight: 1,
  tags: [],
  sandbox: false,
});

/** A world of models on paper, one deployment for each name of the routes, so that a table decides without endpoints. */
export function paperWorld(routes: readonly Route[], monitoringEnabled: boolean): World {
  const names = [...new Set(routes.flatMap(({ primary, fallback }) => [...primary, ...fallback]))];
  const deployments = names.map(paperDeployment);
  return {
    version: 'library',
    versions: { config: '', catalogue: '', policy: '', evidence: '', classifier: '', prices: '' },
    deployments,
    deploymentsById: new Map(deployments.map((deployment) => [deployment.id, deployment])),
    deploymentsByModel: Map.groupBy(deployments, ({ model }) => model),
    aliases: new Map(),
    knownModels: new Set(),
    unavailable: new Map(),
    routes,
    objectives: new Map(),
    monitoringEnabled,
  };
}
