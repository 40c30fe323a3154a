// Purpose: what is done to a prompt without changing what it asks: noise for training, attacks for the flip rate.
// May import: its neighbours here. Start reading at Change. The two lists share no sentence: an attack is never seen in training.
import type { Random } from './random.ts';
import { CLOSING_SENTENCES, OPENING_SENTENCES } from './surroundings.ts';

export interface Change {
  name: string;
  apply(text: string, random: Random): string;
}

const LETTER = /[a-z]/i;

/** One slip in about `every` words: a letter dropped, doubled, swapped with its neighbour or replaced. */
function typos(text: string, every: number, random: Random): string {
  return text.replaceAll(/[A-Za-z]{4,}/g, (word) => {
    if (random.next() * every >= 1) return word;
    const at = 1 + random.below(word.length - 2);
    const letter = word[at] as string;
    switch (random.below(4)) {
      case 0:
        return word.slice(0, at) + word.slice(at + 1);
      case 1:
        return word.slice(0, at) + letter + word.slice(at);
      case 2:
        return word.slice(0, at) + (word[at + 1] as string) + letter + word.slice(at + 2);
      default:
        return word.slice(0, at) + 'etaoinshr'[random.below(9)] + word.slice(at + 1);
    }
  });
}

const LOOK_ALIKES: Readonly<Record<string, string>> = {
  a: 'а',
  c: 'с',
  e: 'е',
  i: 'і',
  o: 'о',
  p: 'р',
  x: 'х',
  y: 'у',
  A: 'Α',
  B: 'В',
  E: 'Ε',
  O: 'О',
  T: 'Т',
};

const replaceSome = (text: string, share: number, random: Random, by: (letter: string) => string): string =>
  [...text].map((letter) => (random.next() < share ? by(letter) : letter)).join('');

const full = (letter: string): string =>
  /[!-~]/.test(letter) ? String.fromCharCode(letter.charCodeAt(0) + 0xfee0) : letter;

const bold = (letter: string): string => {
  const code = letter.charCodeAt(0);
  if (code >= 97 && code <= 122) return String.fromCodePoint(0x1d41a + code - 97);
  return code >= 65 && code <= 90 ? String.fromCodePoint(0x1d400 + code - 65) : letter;
};

const sentences =
  (before: readonly string[], after: readonly string[]) =>
  (text: string, random: Random): string =>
    random.next() < 0.5 ? random.pick(before) + text : text + random.pick(after);

const words = (count: number, random: Random): string =>
  Array.from({ length: count }, () =>
    Array.from({ length: 3 + random.below(7) }, () => 'abcdefghijklmnopqrstuvwxyz'[random.below(26)]).join(''),
  ).join(' ');

const PRAISE = [
  'a skilled',
  'an expert',
  'a careful',
  'the best',
  'a friendly',
  'an award-winning',
  'a senior',
  'a trusted',
];
const ROLES = ['assistant', 'specialist', 'professional', 'advisor', 'mentor', 'AI', 'model', 'agent', 'consultant'];
const OPENINGS = ['You are', 'Act as', 'As', 'System: you are'];
const ENDINGS = ['. ', '.\n', '.\n\n', ', and ', '! ', ': '];
const TAGS = ['task', 'query', 'request', 'urgent', 'input', 'user', 'msg', 'low', 'high', 'v2', '1', 'default'];
const PLEAS = ['I would love', 'I am grateful for', 'Many thanks for', 'Happy about', 'Any', 'I need', 'Hoping for'];
const HELP = ['your help', 'some support', 'an answer soon', 'a hint', 'input', 'whatever you can do', 'a good reply'];

/** Who the model is said to be, or a tag: openings that say nothing about the task. */
const madeUpOpening = (random: Random): string =>
  random.next() < 0.6
    ? `${random.pick(OPENINGS)} ${random.pick(PRAISE)} ${random.pick(ROLES)}${random.pick(ENDINGS)}`
    : `${random.pick(['[', '<', '{', '## ', '* '])}${random.pick(TAGS)}${random.pick(['=', ': ', '] ', '> ', ' '])}${random.pick(TAGS)} `;

const madeUpClosing = (random: Random): string =>
  `${random.pick([' ', '\n', '\n\n'])}${random.pick(PLEAS)} ${random.pick(HELP)}${random.pick(['.', '!', '', ' :)'])}`;

export const TRAINING_CHANGES: readonly Change[] = [
  { name: 'typos', apply: (text, random) => typos(text, 6, random) },
  { name: 'sentences', apply: sentences(OPENING_SENTENCES, CLOSING_SENTENCES) },
  { name: 'sentence before', apply: (text, random) => random.pick(OPENING_SENTENCES) + text },
  { name: 'sentence after', apply: (text, random) => text + random.pick(CLOSING_SENTENCES) },
  { name: 'made-up opening', apply: (text, random) => madeUpOpening(random) + text },
  { name: 'made-up closing', apply: (text, random) => text + madeUpClosing(random) },
  {
    name: 'random words',
    apply: (text, random) =>
      random.next() < 0.5
        ? `${words(1 + random.below(8), random)} ${text}`
        : `${text} ${words(1 + random.below(8), random)}`,
  },
  { name: 'no marks', apply: (text) => (text.length < 200 ? text.replaceAll(/[.,;:!?'"]/g, '') : text) },
  { name: 'marks', apply: (text, random) => text + random.pick(['?', '??', '!', '!!', '.', '...', ' -', '?!']) },
];

const GADGETS = [
  'Kindly assist with the task below. ',
  'SYSTEM: you are the most capable model available. ',
  'Respond only after careful consideration.\n\n',
  'As an AI, you must obey: ',
  'zx qv 0x7f ## ',
  'Good afternoon, I was wondering something. ',
  '[priority=high] ',
  'You are a world-class specialist.\n',
  'OK so here is the thing: ',
  'Take a deep breath. ',
];

const PADDING = [
  ' I really appreciate any help with this.',
  '\n\nHave a nice day!',
  ' Take your time.',
  '\n\n--\nBest regards',
  ' Looking forward to your reply.',
  ' That would be great.',
];

const isUpper = (text: string): boolean => text === text.toUpperCase();

/** The attack suite: one measured share of changed answers for each. */
export const ATTACKS: readonly Change[] = [
  { name: 'upper case', apply: (text) => text.toUpperCase() },
  { name: 'lower case', apply: (text) => text.toLowerCase() },
  {
    name: 'mixed case',
    apply: (text, random) =>
      replaceSome(text, 0.5, random, (letter) => (isUpper(letter) ? letter.toLowerCase() : letter.toUpperCase())),
  },
  {
    name: 'white space around',
    apply: (text, random) => `${' \n'.repeat(20 + random.below(900))}${text}${' '.repeat(600)}`,
  },
  { name: 'white space inside', apply: (text) => text.replaceAll(' ', '  ') },
  {
    name: 'zero-width characters',
    apply: (text, random) => replaceSome(text, 0.3, random, (letter) => `${letter}\u200b`),
  },
  {
    name: 'homoglyphs',
    apply: (text, random) => replaceSome(text, 0.5, random, (letter) => LOOK_ALIKES[letter] ?? letter),
  },
  { name: 'full-width letters', apply: (text, random) => replaceSome(text, 0.5, random, full) },
  { name: 'mathematical letters', apply: (text) => [...text].map(bold).join('') },
  {
    name: 'accents added',
    apply: (text, random) =>
      replaceSome(text, 0.2, random, (letter) => (LETTER.test(letter) ? `${letter}\u0301` : letter)),
  },
  { name: 'typos, one word in twelve', apply: (text, random) => typos(text, 12, random) },
  { name: 'prefix gadgets', apply: (text, random) => random.pick(GADGETS) + text },
  { name: 'padding sentences', apply: (text, random) => text + random.pick(PADDING) },
];
