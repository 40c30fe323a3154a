import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { repositoryRoot } from '../support/repository.ts';

type Letter = 'C' | 'M' | 'G';

/**
 * What goes wrong between dialects, by number, and which of them it concerns: C chat completions, M messages,
 * G generateContent. Tests name the number (`quirk 12`). What is not here concerns dialects that are not spoken: 29 is
 * about the encrypted items of OpenAI's Responses.
 */
const QUIRKS: Readonly<Record<number, readonly [concerns: string, what: string]>> = {
  1: ['CMG', 'system prompts anywhere, block boundaries and cache marks'],
  2: ['CMG', 'the limit of an answer'],
  3: ['CMG', 'sampling beside reasoning'],
  4: ['CMG', 'how hard to think'],
  5: ['C', 'reasoning together with function tools'],
  6: ['CMG', 'stop texts and top_k'],
  7: ['CMG', 'where calls and results stand'],
  8: ['CMG', 'the order of results'],
  9: ['CMG', 'ids of calls'],
  10: ['CMG', 'names of tools'],
  11: ['CMG', 'tools without arguments'],
  12: ['CMG', 'indexes of calls in streams'],
  13: ['CMG', 'why it stopped, with calls'],
  14: ['CMG', 'arguments that are cut off'],
  15: ['CMG', 'parallel calls'],
  16: ['CMG', 'the choice among tools'],
  17: ['CMG', 'earlier calls without tools'],
  18: ['CMG', 'tools that a vendor runs'],
  19: ['CMG', 'subsets of JSON Schema'],
  20: ['CMG', 'references in results'],
  21: ['CMG', 'empty content'],
  22: ['CMG', 'turns of one role in a row'],
  23: ['CMG', 'images, audio and files'],
  24: ['CMG', 'prefill'],
  25: ['CMG', 'several answers, log probabilities'],
  26: ['CMG', 'user and metadata'],
  27: ['CMG', 'signed thoughts'],
  28: ['CMG', 'thought signatures of calls'],
  30: ['CMG', 'cache marks'],
  31: ['CMG', 'cached tokens are counted once'],
  32: ['CMG', 'usage in streams'],
  33: ['CMG', 'tokens of thoughts'],
  34: ['CM', 'the order of events to clients'],
  35: ['CMG', 'the end of a stream'],
  36: ['CMG', 'errors under way'],
  37: ['CMG', 'pings and comments'],
  38: ['CMG', 'framing of events'],
  39: ['CMG', 'encodings and stale headers'],
  40: ['CMG', 'error bodies of every shape'],
  41: ['CMG', 'betas'],
  42: ['CMG', 'permissive input'],
  43: ['CMG', 'refusals and filters'],
};

const FOLDERS: readonly (readonly [folder: string, letter: Letter])[] = [
  ['src/wire/openai-chat/', 'C'],
  ['src/wire/anthropic/', 'M'],
  ['src/wire/gemini/', 'G'],
];

/** Tests outside a dialect's folder are about all of them. */
const lettersOf = (file: string): readonly Letter[] => {
  const own = FOLDERS.filter(([folder]) => file.startsWith(folder)).map(([, letter]) => letter);
  return own.length > 0 ? own : ['C', 'M', 'G'];
};

/** `quirk 4`, `quirks 7 and 9`, in the name of a test: a text in quotes. */
const NAMED = /['`][^'`\n]*\bquirks? (\d+(?:(?:, | and )\d+)*)/g;

function* numbersIn(text: string): Iterable<number> {
  for (const [, list = ''] of text.matchAll(NAMED)) for (const number of list.match(/\d+/g) ?? []) yield Number(number);
}

const testFiles = ['src', 'test'].flatMap((top) =>
  readdirSync(join(repositoryRoot, top), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => `${top}/${name}`),
);

const tested = new Map<number, Set<Letter>>();
for (const file of testFiles) {
  for (const number of numbersIn(readFileSync(join(repositoryRoot, file), 'utf8'))) {
    const letters = tested.get(number) ?? new Set();
    for (const letter of lettersOf(file)) letters.add(letter);
    tested.set(number, letters);
  }
}

test.each(Object.entries(QUIRKS).map(([number, [concerns, what]]) => ({ number: Number(number), concerns, what })))(
  'there is a test for $number, $what, in $concerns',
  ({ number, concerns }) => {
    const missing = [...concerns].filter((letter) => !tested.get(number)?.has(letter as Letter));
    expect(missing).toEqual([]);
  },
);

test('no test is named after a number that is not in the list', () => {
  expect([...tested.keys()].filter((number) => QUIRKS[number] === undefined)).toEqual([]);
});
