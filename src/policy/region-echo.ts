import type { Endpoint } from '../contracts/deployment.ts';
import { EEA_CODE, isInEea } from './jurisdictions.ts';
import { takesRegionParameter } from './region-parameter.ts';

export type RegionEchoCheck =
  /** The vendor says nothing, or nothing that names a place. */
  | { kind: 'silent' }
  | { kind: 'matches'; country: string }
  /** An incident: the endpoint has to be kept from labelled traffic until somebody has looked. */
  | { kind: 'mismatch'; expected: string; echoed: string };

/** Names that vendors use for places and that are no country codes. */
const WORDS: Readonly<Record<string, string>> = {
  usa: 'us',
  us_only: 'us',
  europe: EEA_CODE,
  eea: EEA_CODE,
  uk: 'gb',
};

/** Prefixes of cloud regions whose country they name; the longest one counts. */
const CLOUD_REGIONS: readonly (readonly [string, string])[] = [
  ['us-', 'us'],
  ['northamerica-northeast', 'ca'],
  ['ca-', 'ca'],
  ['sa-east', 'br'],
  ['southamerica-east', 'br'],
  ['eu-central-1', 'de'],
  ['eu-central-2', 'ch'],
  ['eu-west-1', 'ie'],
  ['eu-west-2', 'gb'],
  ['eu-west-3', 'fr'],
  ['eu-north-1', 'se'],
  ['eu-south-1', 'it'],
  ['eu-south-2', 'es'],
  ['eu-', EEA_CODE],
  ['europe-west2', 'gb'],
  ['europe-west3', 'de'],
  ['europe-west6', 'ch'],
  ['europe-west9', 'fr'],
  ['europe-', EEA_CODE],
  ['ap-southeast-1', 'sg'],
  ['ap-northeast-1', 'jp'],
  ['ap-northeast-2', 'kr'],
  ['ap-south-1', 'in'],
  ['asia-northeast1', 'jp'],
  ['asia-southeast1', 'sg'],
  ['cn-hongkong', 'hk'],
  ['cn-', 'cn'],
];

/** A vendor's word for a place as a country code or `eu`; null where it names none that we know. */
function countryOfEcho(echo: string): string | null {
  const word = echo.trim().toLowerCase();
  if (WORDS[word] !== undefined) return WORDS[word];
  if (/^[a-z]{2}$/.test(word)) return word;
  const matches = CLOUD_REGIONS.filter(([prefix]) => word.startsWith(prefix));
  matches.sort((a, b) => b[0].length - a[0].length);
  return matches[0]?.[1] ?? null;
}

const lies = (country: string, within: string): boolean =>
  country === within || (within === EEA_CODE && isInEea(country));

/**
 * Whether an answer came from where the endpoint's facts say. An echo that names several places anywhere in the world
 * (`global`) or one we cannot read contradicts a known region: what was promised is not what is confirmed. A vendor
 * that was free to choose (`pinned` false, although requests can pin it) contradicts nothing.
 */
export function checkRegionEcho(endpoint: Endpoint, echo: string | null, pinned: boolean): RegionEchoCheck {
  const { region } = endpoint.facts;
  if (takesRegionParameter(endpoint) && !pinned) return { kind: 'silent' };
  if (echo === null || echo.trim() === '' || region === 'unknown') return { kind: 'silent' };
  const country = countryOfEcho(echo);
  if (country !== null && lies(country, region)) return { kind: 'matches', country };
  return { kind: 'mismatch', expected: region, echoed: echo };
}
