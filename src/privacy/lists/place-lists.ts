import { wordsOf } from '../context.ts';
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
  for (const [words, flag] of lists) {
    for (const word of words.split('|')) lexicon.add(wordsOf(word).join(' '), flag);
  }
}
