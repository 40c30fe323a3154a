import { FLAG, type Lexicon } from '../lexicon.ts';
import { CITIES_BY_SIZE } from './cities.ts';
import {
  AFTER_ORGANISATION,
  BEFORE_ORGANISATION,
  BEFORE_PLACE,
  CITIES,
  COUNTRIES,
  NATIONALITIES,
  ORGANISATION_STARTS,
  ORGANISATION_WORDS,
  REGIONS,
  STATE_CODES,
  STREET_ENDS,
  STREET_STARTS,
} from './places.ts';

/** What stands between the words of a place, and between words for the scan. */
const SIGNS = /[-.'’]/g;

/** Places and organisations, and the words around them. */
export function addPlaceLists(lexicon: Lexicon): void {
  const lists: readonly (readonly [string, number])[] = [
    [COUNTRIES, FLAG.country],
    [NATIONALITIES, FLAG.nationality],
    [CITIES, FLAG.city],
    [CITIES_BY_SIZE, FLAG.city],
    [REGIONS, FLAG.region],
    [STATE_CODES, FLAG.stateCode],
    [STREET_ENDS, FLAG.street],
    [STREET_STARTS, FLAG.streetBefore],
    [ORGANISATION_WORDS, FLAG.organisation],
    [ORGANISATION_STARTS, FLAG.organisationFirst],
    [BEFORE_ORGANISATION, FLAG.beforeOrganisation],
    [AFTER_ORGANISATION, FLAG.afterOrganisation],
    [BEFORE_PLACE, FLAG.beforePlace],
  ];
  for (const [words, flag] of lists) lexicon.addAll(words.replaceAll(SIGNS, ' '), flag);
}
