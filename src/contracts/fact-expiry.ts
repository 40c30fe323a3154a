import type { EndpointFactName, EndpointFacts } from './deployment.ts';

const DAY_MS = 86_400_000;
/** Dates have no time zone: a fact that was read today elsewhere is not from the future. */
const TOLERANCE_MS = DAY_MS;

/** When a fact begins and ceases to count, ms since the epoch; null where it is not dated, which never expires. */
export function validityOf(facts: EndpointFacts, name: EndpointFactName): { fromMs: number; untilMs: number } | null {
  const origin = facts.origins?.[name];
  if (origin !== undefined) return { fromMs: Date.parse(origin.date), untilMs: Date.parse(origin.validUntil) };
  if (facts.checkedAt === null) return null;
  const fromMs = Date.parse(facts.checkedAt);
  return { fromMs, untilMs: fromMs + facts.validDays * DAY_MS };
}

/** `expired` and `not_yet` count as unknown, and so does a date that cannot be read. */
export function stateAt(facts: EndpointFacts, name: EndpointFactName, nowMs: number): 'valid' | 'expired' | 'not_yet' {
  const validity = validityOf(facts, name);
  if (validity === null) return 'valid';
  if (!(nowMs >= validity.fromMs - TOLERANCE_MS)) return 'not_yet';
  return nowMs < validity.untilMs ? 'valid' : 'expired';
}

const ENDPOINT_FACTS: readonly EndpointFactName[] = [
  'region',
  'storageRegion',
  'logRegion',
  'supportRegions',
  'operatorCountry',
  'retentionDays',
  'zeroRetention',
  'trainsOnData',
  'certifications',
  'transferMechanism',
  'dpa',
  'baa',
];

/** The facts as they may be used at `nowMs`: whatever has expired is unknown. */
export function factsAt(facts: EndpointFacts, nowMs: number): EndpointFacts {
  const stale = ENDPOINT_FACTS.filter((name) => stateAt(facts, name, nowMs) !== 'valid');
  if (stale.length === 0) return facts;
  return { ...facts, ...Object.fromEntries(stale.map((name) => [name, 'unknown'])) };
}

/** Moments at which a known fact begins or ceases to count. */
export function factChanges(facts: EndpointFacts): number[] {
  return ENDPOINT_FACTS.filter((name) => facts[name] !== 'unknown').flatMap((name) => {
    const validity = validityOf(facts, name);
    return validity === null ? [] : [validity.fromMs - TOLERANCE_MS, validity.untilMs];
  });
}
