// What words mean to the scan: one look-up per word, and which words are labels of what.

import { fillVocabulary } from './fill-vocabulary.ts';
import type { TOPIC_WORDS } from './lists/topic-words.ts';

export const { lexicon: LEXICON, labels: LABELS } = fillVocabulary();

export type TopicName = keyof typeof TOPIC_WORDS;

export const topicOf = (name: TopicName): number => LABELS.topic(name);
