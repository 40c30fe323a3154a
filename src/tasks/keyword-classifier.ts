import { TASKS, type Task } from '../contracts/vocabulary.ts';
import type { ExtractedText } from './extract-text.ts';
import { sortTasks, type TextClass, type TextClassifier } from './text-classifier.ts';

/**
 * The source article's rules, in its words and its order: substrings of the lower-cased prompt, code before
 * quantitative, all else conversational. They are wrong more often than right (`class action` is code, a business
 * `model` is quantitative) and cannot answer creative; they stand here as the yardstick that a learned layer is
 * compared with. The article's other branches (length, Chinese, tools) are labels here and independent of the class.
 */
export const ARTICLE_CODE_WORDS: readonly string[] = [
  'def ',
  'function ',
  'class ',
  'import ',
  '```python',
  '```javascript',
  'implement',
  'write code',
  'debug this',
];
export const ARTICLE_QUANTITATIVE_WORDS: readonly string[] = [
  'calculate',
  'compute',
  'formula',
  'derive',
  'solve',
  'equation',
  'model',
];

/**
 * The rules know no probabilities. These are fixed so that the chosen class leads and the rest is even; sixteenths,
 * because they add up to 1 exactly. They are not calibrated and rank nothing.
 */
const CHOSEN = 11 / 16;
const OTHER = 1 / 16;

const KEYWORD_CLASSIFIER_VERSION = 'keywords-1';

function answer(chosen: Task): TextClass {
  const tasks = TASKS.map((task) => ({ task, p: task === chosen ? CHOSEN : OTHER }));
  return Object.freeze({ task: chosen, tasks: Object.freeze(sortTasks(tasks)), version: KEYWORD_CLASSIFIER_VERSION });
}

const CODE = answer('code_generation');
const QUANTITATIVE = answer('quantitative');
const CONVERSATIONAL = answer('conversational');

const patternOf = (words: readonly string[]): RegExp => new RegExp(words.join('|'));

const CODE_PATTERN = patternOf(ARTICLE_CODE_WORDS);
/** One pass decides the common case, a prompt with none of the words. */
const ANY_PATTERN = patternOf([...ARTICLE_CODE_WORDS, ...ARTICLE_QUANTITATIVE_WORDS]);

/** Classifies by the article's keywords. Never unsure. */
export const keywordClassifier: TextClassifier = (extracted: ExtractedText): TextClass => {
  const text = extracted.text.toLowerCase();
  if (!ANY_PATTERN.test(text)) return CONVERSATIONAL;
  return CODE_PATTERN.test(text) ? CODE : QUANTITATIVE;
};
