// catalog/facts/: what vendors and law were found to say about endpoints, makers and features, with source and expiry.
// Pure; may import contracts/ and lib/. fact-table.ts and country-groups.ts are generated from data/facts/.
// Start here: rows of the table become facts of an endpoint, each with an origin of its own.
// fact-listing.ts is what `alidade facts` prints.
// Hearsay (certainty C) is listed and never relied on: it would open what nobody has read.
import { type EndpointFactName, type EndpointFacts, FACT_NAMES, type FactOrigin } from '../../contracts/deployment.ts';
import type { FactRow } from './fact-row.ts';
import { FACT_TABLE } from './fact-table.ts';

export interface DocumentedFacts {
  facts: Partial<EndpointFacts>;
  origins: Partial<Record<EndpointFactName, FactOrigin>>;
}

const isEndpointFact = (name: string): name is keyof typeof FACT_NAMES => Object.hasOwn(FACT_NAMES, name);

function applies(row: FactRow, subjects: readonly string[], region: string | null): boolean {
  if (!subjects.includes(row.subject) || row.certainty === 'C' || !isEndpointFact(row.fact)) return false;
  return row.region === null || row.region === region;
}

/** Rows about the operator come before those about the preset, and those before the ones about its region. */
const rank = (row: FactRow): number => (row.subject.startsWith('operator:') ? 0 : row.region === null ? 1 : 2);

/**
 * What the table knows of an endpoint: of its preset in its region, of its operator. Expiry is not looked at here:
 * whoever decides asks `origins` what still counts.
 */
export function documentedFacts(preset: string | null, operator: string, region: string | null): DocumentedFacts {
  const subjects = [`operator:${operator}`, ...(preset === null ? [] : [`preset:${preset}`])];
  const rows = FACT_TABLE.filter((row) => applies(row, subjects, region)).sort((a, b) => rank(a) - rank(b));
  const documented: DocumentedFacts = { facts: {}, origins: {} };
  for (const { fact, value, source, date, valid_until: validUntil, certainty } of rows) {
    const name = FACT_NAMES[fact as keyof typeof FACT_NAMES];
    Object.assign(documented.facts, { [name]: value });
    documented.origins[name] = { source, date, validUntil, certainty };
  }
  return documented;
}
