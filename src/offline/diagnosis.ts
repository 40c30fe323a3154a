import { join } from 'node:path';
import { signingFault } from '../audit/open-signed.ts';
import { type TailCheck, verifyTail } from '../audit/verify-tail.ts';
import { SOURCES } from '../catalog/model-row.ts';
import type { StoreLocation } from '../config/store-location.ts';
import type { Deployment } from '../contracts/deployment.ts';
import { detectLocalEngines } from '../providers/local-engines.ts';
import { PRESETS } from '../providers/presets.ts';
import { probeStore } from '../store/probe-store.ts';

/** Names of the variables in `env` that hold a vendor's key, never the values. */
export function keyVariables(env: Readonly<Record<string, string | undefined>>): string[] {
  const names = PRESETS.flatMap((preset) => preset.environmentVariables);
  return [...new Set(names)].filter((name) => (env[name] ?? '').trim() !== '');
}

/** Why the database cannot be opened, or null. */
export const probe = (store: StoreLocation): Promise<string | null> => probeStore(store);

export const checkJournalTail = (dataDir: string): Promise<TailCheck> => verifyTail(join(dataDir, 'journal'));

/** Why no server could sign what it appends to the journal, or null. */
export const checkSigningKey = (dataDir: string): Promise<string | null> => signingFault(dataDir);

export const findLocalEngines = detectLocalEngines;

/** When models and prices were last read, YYYY-MM-DD. */
export function catalogueDates(): { models: string; prices: string; pricesSource: string } {
  const models = Object.values(SOURCES).map(({ date }) => date);
  return { models: models.sort().at(-1) as string, prices: SOURCES.prices.date, pricesSource: SOURCES.prices.source };
}

/** Endpoint facts that doctor looks at, once for each endpoint with a deployment, sandbox left out. */
export function endpointFacts(deployments: readonly Deployment[]) {
  const endpoints = new Map(deployments.map(({ endpoint }) => [endpoint.id, endpoint]));
  return [...endpoints.values()]
    .filter(({ sandbox }) => !sandbox)
    .map(({ id, operator, facts }) => ({
      id,
      operator,
      dpa: facts.dpa,
      checkedAt: facts.checkedAt,
      validDays: facts.validDays,
    }));
}
