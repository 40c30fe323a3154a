import { type Deployment, type Endpoint, type EndpointFactName, FACT_NAMES } from '../../contracts/deployment.ts';
import { stateAt, validityOf } from '../../contracts/fact-expiry.ts';
import { FACT_TABLE } from './fact-table.ts';

/** One fact as `alidade facts` shows it. */
export interface ListedFact {
  /** `endpoint:<id>`, or a subject of the table. */
  subject: string;
  region: string | null;
  fact: string;
  value: unknown;
  /** `expired` and `not_yet` count as unknown; `hearsay` is never relied on. */
  state: 'valid' | 'expired' | 'not_yet' | 'unknown' | 'hearsay';
  source: string | null;
  /** YYYY-MM-DD. */
  date: string | null;
  valid_until: string | null;
  certainty: string | null;
  note: string | null;
}

const dayOf = (ms: number): string | null => (Number.isFinite(ms) ? new Date(ms).toISOString().slice(0, 10) : null);

function listedFact(endpoint: Endpoint, written: string, name: EndpointFactName, nowMs: number): ListedFact {
  const { facts } = endpoint;
  const value = facts[name];
  const origin = facts.origins?.[name];
  const validity = value === 'unknown' ? null : validityOf(facts, name);
  return {
    subject: `endpoint:${endpoint.id}`,
    region: null,
    fact: written,
    value,
    state: value === 'unknown' ? 'unknown' : stateAt(facts, name, nowMs),
    source: origin?.source ?? (validity === null ? null : 'configuration or preset'),
    date: validity === null ? null : dayOf(validity.fromMs),
    valid_until: validity === null ? null : dayOf(validity.untilMs),
    certainty: origin?.certainty ?? null,
    note: null,
  };
}

/** Every fact about every endpoint that has a deployment, unknown ones included; sandbox endpoints are none. */
export function endpointFactList(deployments: readonly Deployment[], nowMs: number): ListedFact[] {
  const endpoints = new Map(deployments.map(({ endpoint }) => [endpoint.id, endpoint]));
  return [...endpoints.values()]
    .filter(({ sandbox }) => !sandbox)
    .flatMap((endpoint) =>
      Object.entries(FACT_NAMES).map(([written, name]) => listedFact(endpoint, written, name, nowMs)),
    );
}

/** Every row of the table: presets, products, operators, makers and features, whether they are used or not. */
export function documentedFactList(nowMs: number): ListedFact[] {
  return FACT_TABLE.map(({ subject, region, fact, value, certainty, source, date, valid_until, note }) => {
    const current = nowMs < Date.parse(valid_until) ? 'valid' : 'expired';
    const state = certainty === 'C' ? 'hearsay' : value === 'unknown' ? 'unknown' : current;
    return { subject, region, fact, value, state, source, date, valid_until, certainty, note };
  });
}

/** Facts that count no longer, or will not `withinDays` from now; hearsay and unknown facts have nothing to lose. */
export function staleFactList(facts: readonly ListedFact[], nowMs: number, withinDays: number): ListedFact[] {
  const horizon = nowMs + withinDays * 86_400_000;
  return facts.filter(({ state, valid_until: until }) => {
    if (state === 'expired' || state === 'not_yet') return true;
    return state === 'valid' && until !== null && Date.parse(until) <= horizon;
  });
}
