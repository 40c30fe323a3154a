import type { CountryGroup } from '../contracts/policy.ts';
import { UNKNOWN } from './attribute-list.ts';

/** The EEA: the European Union, Iceland, Liechtenstein and Norway. A treaty, so it does not expire as a fact does. */
const EEA: ReadonlySet<string> = new Set(
  'at be bg hr cy cz dk ee fi fr de gr hu ie it lv lt lu mt nl pl pt ro sk si es se is li no'.split(' '),
);

/** How the EEA is written where a country stands, and the name of its group. */
export const EEA_CODE = 'eu';
const EEA_GROUP = 'eea';

/** Whether a place lies in the EEA. */
export const isInEea = (country: string): boolean => country === EEA_CODE || EEA.has(country);

/**
 * Jurisdictions with what they lie in: `de` brings `eu`, `us-ca` brings `us`. `unknown` where nobody said anything, so
 * that a rule can ask for it.
 */
export function withContaining(jurisdictions: readonly string[]): readonly string[] {
  if (jurisdictions.length === 0) return [UNKNOWN];
  const all = new Set(jurisdictions);
  for (const place of jurisdictions) {
    if (isInEea(place)) all.add(EEA_CODE);
    const dash = place.indexOf('-');
    if (dash > 0) all.add(place.slice(0, dash));
  }
  return [...all].sort();
}

/** A contract that says `eu` allows every country of it. */
export function withMembers(countries: readonly string[]): readonly string[] {
  return [...new Set(countries.includes(EEA_CODE) ? [...countries, ...EEA] : countries)].sort();
}

/** Whoever excludes one country of the EEA excludes a place of which only `eu` is known; `eu` excludes all of them. */
export function withOverlapping(countries: readonly string[]): readonly string[] {
  const all = withMembers(countries);
  return all.some((country) => EEA.has(country)) ? [...new Set([...all, EEA_CODE])].sort() : all;
}

const msOf = (date: string): number => Date.parse(`${date}T00:00:00Z`);

/**
 * Groups that `country` belongs to at `nowMs`. An unknown country belongs to every group that forbids and to none that
 * allows; so does a list whose date has passed.
 */
export function groupsOf(country: string, groups: readonly CountryGroup[], nowMs: number): readonly string[] {
  const names = groups.filter((group) => isMember(country, group, nowMs)).map(({ name }) => name);
  return isInEea(country) ? [EEA_GROUP, ...names] : names;
}

function isMember(country: string, { countries, until, validUntil, effect }: CountryGroup, nowMs: number): boolean {
  if (effect === 'forbids') return country === UNKNOWN || countries.includes(country);
  const leaves = until[country];
  if (nowMs >= msOf(validUntil) || (leaves !== undefined && nowMs >= msOf(leaves))) return false;
  return countries.includes(country);
}

/** Moments at which somebody leaves a group, ms since the epoch. */
export function groupChanges(groups: readonly CountryGroup[]): number[] {
  const allowing = groups.filter(({ effect }) => effect === 'allows');
  return allowing.flatMap(({ validUntil, until }) => [validUntil, ...Object.values(until)].map(msOf));
}
