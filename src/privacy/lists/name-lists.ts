import { wordsOf } from '../context.ts';
import { FLAG, type Lexicon } from '../lexicon.ts';
import { MORE_GIVEN_NAMES } from './more-given-names.ts';
import { AFTER_PERSON, BEFORE_PERSON, GIVEN_NAMES, PARTICLES, SURNAMES, TITLES } from './names.ts';

/** Names of people, and the words around them. */
export function addNameLists(lexicon: Lexicon): void {
  lexicon.addAll(GIVEN_NAMES, FLAG.givenName, ' ');
  lexicon.addAll(MORE_GIVEN_NAMES, FLAG.givenName, ' ');
  lexicon.addAll(SURNAMES, FLAG.surname, ' ');
  lexicon.addAll(TITLES, FLAG.title);
  lexicon.addAll(PARTICLES, FLAG.particle);
  for (const phrase of BEFORE_PERSON.split('|')) lexicon.add(wordsOf(phrase).join(' '), FLAG.beforePerson);
  lexicon.addAll(AFTER_PERSON, FLAG.afterPerson);
}
