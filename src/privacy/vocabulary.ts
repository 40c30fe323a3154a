// What words mean to the scan, compiled once from the labels that recognizers declare and from the lists.

import { Labels } from './context.ts';
import { Lexicon } from './lexicon.ts';
import { addNameLists } from './lists/name-lists.ts';
import { addPlaceLists } from './lists/place-lists.ts';
import { TOPIC_WORDS } from './lists/topic-words.ts';
import { addWordLists } from './lists/word-lists.ts';
import { NUMBERS } from './recognizers/numbers-list.ts';

export const LEXICON = new Lexicon();
export const LABELS = new Labels();

for (const identifier of NUMBERS) LABELS.add(LEXICON, identifier.type, identifier.words);
for (const [topic, words] of Object.entries(TOPIC_WORDS)) LABELS.add(LEXICON, topic, words);
addWordLists(LEXICON);
addNameLists(LEXICON);
addPlaceLists(LEXICON);

export type TopicName = keyof typeof TOPIC_WORDS;

export const topicOf = (name: TopicName): number => LABELS.topic(name);
