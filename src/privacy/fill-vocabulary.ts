// Fills the tables of words from the labels that recognizers declare and from the lists. It takes a tenth of a start, so the
// build does it: where this module was, the product has one that reads the tables (scripts/prepared-tables.ts).

import { Labels } from './context.ts';
import { Lexicon } from './lexicon.ts';
import { addNameLists } from './lists/name-lists.ts';
import { addPlaceLists } from './lists/place-lists.ts';
import { TOPIC_WORDS } from './lists/topic-words.ts';
import { addWordLists } from './lists/word-lists.ts';
import { NUMBERS } from './recognizers/numbers-list.ts';

export interface Vocabulary {
  lexicon: Lexicon;
  labels: Labels;
}

export function fillVocabulary(): Vocabulary {
  const lexicon = new Lexicon();
  const labels = new Labels();
  for (const identifier of NUMBERS) labels.add(lexicon, identifier.type, identifier.words);
  for (const [topic, words] of Object.entries(TOPIC_WORDS)) labels.add(lexicon, topic, words);
  addWordLists(lexicon);
  addNameLists(lexicon);
  addPlaceLists(lexicon);
  return { lexicon, labels };
}
