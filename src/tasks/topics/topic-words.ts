import { COMPUTING_WORDS } from './computing-words.ts';
import { NUMBER_WORDS } from './number-words.ts';
import { WORK_WORDS } from './work-words.ts';
import { WORLD_WORDS } from './world-words.ts';
import { WRITING_WORDS } from './writing-words.ts';

/**
 * Words and pairs of words by what they are about, from general knowledge rather than from prompts: training sees some
 * thousand words, and what it learns of one of a topic holds for the others. A word has one topic, the first that names it.
 * Written as in lexicon.ts: lower case, no accents, `_` between the two words of a pair; plurals in -s follow by themselves.
 */
const TOPIC_WORDS: Readonly<Record<string, string>> = {
  ...WORK_WORDS,
  ...NUMBER_WORDS,
  ...WRITING_WORDS,
  ...COMPUTING_WORDS,
  ...WORLD_WORDS,
};

export const TOPICS: readonly string[] = Object.keys(TOPIC_WORDS);

/** The words of a topic, divided by blanks and line ends. */
export const topicList = (topic: string): string => TOPIC_WORDS[topic] ?? '';
