import type { IfevalTarget } from '../scorers/ifeval/ifeval-scorer.ts';
import { INSTRUCTIONS } from '../scorers/ifeval/instructions.ts';

/** IFEval publishes no answers, so right ones are built from the instructions: dull texts that follow all of them. */

type Given = Readonly<Record<string, unknown>>;

const PHRASES: Readonly<Record<string, string>> = {
  en: 'it is the one that we have',
  de: 'das ist nicht der Weg und ich bin es',
  fr: 'je ne sais pas que les deux sont avec nous',
  it: 'questo non è il modo che ci sono delle cose',
  pt: 'não é uma das que você está com os seus',
  es: 'los dos no son muy buenos para el',
  vi: 'và của những người này là không được',
  fi: 'se on hyvä ja tämä ei ole niin',
  sw: 'hii ni ya watu wa kwa na katika',
  ru: 'это не то что он был для вас',
  bg: 'това е за да се може и при него',
  ar: 'هذا من على التي كان في',
  fa: 'این است که را برای آن می',
  ur: 'یہ ہے اور اس کے لیے میں',
  hi: 'यह है और हम में से एक',
  mr: 'हे आहे आणि ते नाही',
  ne: 'यो छ र हामी पनि छन्',
  kn: 'ಇದು ಒಳ್ಳೆಯದು',
  pa: 'ਇਹ ਚੰਗਾ ਹੈ',
  gu: 'આ સારું છે',
  te: 'ఇది మంచిది',
  ta: 'இது நல்லது',
  th: 'นี่ดี',
  bn: 'এটা ভালো',
  ko: '이것은 좋습니다',
};
const ENGLISH = [
  PHRASES['en'] as string,
  'there was a dog on his way',
  'you can do this by that',
  'all they do at any time',
];

const text = (given: Given, name: string): string => String(given[name] ?? '');
const number = (given: Given, name: string): number => Number(given[name] ?? 0);
const times = (piece: string, count: number): string =>
  Array.from({ length: Math.max(0, count) }, () => piece).join(' ');
/** So many words and no more, since some prompts bound them from both sides. */
const words = (phrase: string, count: number): string => times(phrase, count).split(' ').slice(0, count).join(' ');
const atLeast = (given: Given): boolean =>
  ['relation', 'let_relation', 'capital_relation'].some((name) => given[name] === 'at least');

/** What one instruction adds to the text, on a line of its own. */
const PIECES: Readonly<Record<string, (given: Given, phrase: string) => string>> = {
  'keywords:existence': (given) => (given['keywords'] as string[]).join(' '),
  'keywords:frequency': (given) => (atLeast(given) ? times(text(given, 'keyword'), number(given, 'frequency')) : ''),
  'keywords:letter_frequency': (given) =>
    atLeast(given) ? `it ${text(given, 'letter').repeat(number(given, 'let_frequency'))}` : '',
  'length_constraints:number_sentences': (given, phrase) =>
    atLeast(given) ? times(`${phrase}.`, number(given, 'num_sentences')) : '',
  'length_constraints:number_words': (given, phrase) =>
    atLeast(given) ? words(phrase, number(given, 'num_words')) : '',
  'detectable_content:number_placeholders': (given) => times('[a]', number(given, 'num_placeholders')),
  'detectable_format:number_bullet_lists': (given, phrase) =>
    Array.from({ length: number(given, 'num_bullets') }, () => `- ${phrase}`).join('\n'),
  'detectable_format:constrained_response': () => 'My answer is yes.',
  'detectable_format:number_highlighted_sections': (given, phrase) =>
    `${phrase} ${times('*it*', number(given, 'num_highlights'))}`,
  'detectable_format:multiple_sections': (given, phrase) =>
    Array.from(
      { length: number(given, 'num_sections') },
      (_, index) => `${text(given, 'section_spliter')} ${index + 1}\n${phrase}`,
    ).join('\n'),
  'detectable_format:title': (_, phrase) => `<<${phrase}>>`,
  'change_case:capital_word_frequency': (given) =>
    atLeast(given) ? times('YES', number(given, 'capital_frequency')) : '',
  'detectable_content:postscript': (given, phrase) => `${text(given, 'postscript_marker')} ${phrase}`,
};

/** Instructions that the text to be repeated already breaks: such a prompt cannot be followed strictly by anybody. */
export function contradicts({ instructions }: IfevalTarget): boolean {
  const repeat = instructions.find(({ id }) => id === 'combination:repeat_prompt');
  if (repeat === undefined) return false;
  const repeated = text(repeat.arguments, 'prompt_to_repeat');
  return instructions.some(({ id, arguments: own }) => {
    const bounded = id === 'keywords:frequency' && !atLeast(own);
    if (!bounded && id !== 'punctuation:no_comma' && id !== 'keywords:forbidden_words') return false;
    return INSTRUCTIONS[id]?.(repeated, own) === false;
  });
}

/** A phrase of the demanded language that holds nothing of what is to be avoided. */
function phraseFor({ instructions }: IfevalTarget): string {
  const language = instructions.find(({ id }) => id === 'language:response_language');
  const candidates = language === undefined ? ENGLISH : [PHRASES[text(language.arguments, 'language')] ?? ''];
  const avoided = instructions.filter(
    ({ id, arguments: own }) =>
      id === 'keywords:forbidden_words' ||
      ((id === 'keywords:letter_frequency' || id === 'keywords:frequency') && !atLeast(own)),
  );
  // Three times: some texts hold the phrase more than once.
  const holds = (phrase: string): boolean =>
    avoided.every(({ id, arguments: own }) => INSTRUCTIONS[id]?.(times(phrase, 3), own));
  return candidates.find(holds) ?? 'dog';
}

/** A text that follows every instruction; the certification counts those that the scorer does not accept. */
export function followInstructions(target: IfevalTarget): string {
  const given = new Map(target.instructions.map(({ id, arguments: own }) => [id, own]));
  const language = given.get('language:response_language');
  const phrase = phraseFor(target);
  // The postscript comes last, as people write it; a phrase stands first, so that there is text in any case.
  const pieces = Object.entries(PIECES).flatMap(([id, piece]) =>
    target.instructions.filter((instruction) => instruction.id === id).map(({ arguments: own }) => piece(own, phrase)),
  );
  // Where words of other languages are demanded, the language itself must still prevail.
  const weight = language === undefined ? 1 : 60;
  let body = [...Array.from({ length: weight }, () => phrase), ...pieces].filter((piece) => piece !== '').join('\n');
  const repeat = given.get('combination:repeat_prompt');
  if (repeat !== undefined) body = `${text(repeat, 'prompt_to_repeat')}\n${body}`;
  return finish(shape(body, phrase, given), given);
}

function shape(body: string, phrase: string, given: ReadonlyMap<string, Given>): string {
  const paragraphs = given.get('length_constraints:number_paragraphs');
  const nth = given.get('length_constraints:nth_paragraph_first_word');
  if (paragraphs !== undefined) {
    return [body, ...Array.from({ length: number(paragraphs, 'num_paragraphs') - 1 }, () => phrase)].join('\n***\n');
  }
  if (nth !== undefined) {
    const all = Array.from({ length: number(nth, 'num_paragraphs') }, () => phrase);
    const place = number(nth, 'nth_paragraph') - 1;
    all[place] = `${text(nth, 'first_word')} ${all[place]}`;
    all[all.length - 1] += `\n${body}`;
    return all.join('\n\n');
  }
  return given.has('combination:two_responses') ? `${body}\n******\n${body}\n${phrase}` : body;
}

function finish(body: string, given: ReadonlyMap<string, Given>): string {
  let result = body;
  const end = given.get('startend:end_checker');
  if (end !== undefined) result += `\n${text(end, 'end_phrase')}`;
  if (given.has('change_case:english_capital')) result = result.toUpperCase();
  if (given.has('change_case:english_lowercase')) result = result.toLowerCase();
  if (given.has('startend:quotation')) result = `"${result}"`;
  return given.has('detectable_format:json_format') ? JSON.stringify({ answer: result }) : result;
}

const without = (value: string, words: readonly string[]): string =>
  words.reduce(
    (rest, word) => rest.replaceAll(new RegExp(word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), 'giu'), ''),
    value,
  );

/** How one instruction is broken in a text that follows it. */
const BREAKERS: Readonly<Record<string, (value: string, given: Given) => string>> = {
  'punctuation:no_comma': (value) => `${value}, it is`,
  'keywords:existence': (value, given) => without(value, given['keywords'] as string[]),
  'keywords:frequency': (value, given) =>
    atLeast(given)
      ? without(value, [text(given, 'keyword')])
      : `${value} ${times(text(given, 'keyword'), number(given, 'frequency'))}`,
  'keywords:forbidden_words': (value, given) => `${value} ${(given['forbidden_words'] as string[])[0]}`,
  'keywords:letter_frequency': (value, given) =>
    atLeast(given)
      ? without(value, [text(given, 'letter')])
      : `${value} ${times(text(given, 'letter'), number(given, 'let_frequency'))}`,
  'language:response_language': (_, given) =>
    given['language'] === 'en' ? (PHRASES['fr'] as string) : (PHRASES['en'] as string),
  'length_constraints:number_sentences': (value, given) =>
    atLeast(given)
      ? value.replace(/[.!?]/g, '').replace(/\n+/g, ' ')
      : `${value}\n${times('It is.', number(given, 'num_sentences'))}`,
  'length_constraints:number_paragraphs': (value) => `${value}\n***\nit is`,
  'length_constraints:number_words': (value, given) =>
    atLeast(given) ? 'it is' : `${value} ${times('it', number(given, 'num_words'))}`,
  'length_constraints:nth_paragraph_first_word': (value) => `it\n\n${value}`,
  'detectable_content:number_placeholders': (value) => value.replace(/[[\]]/g, ''),
  'detectable_content:postscript': (value, given) => without(value, [text(given, 'postscript_marker')]),
  'detectable_format:number_bullet_lists': (value) => `${value}\n- it is`,
  'detectable_format:constrained_response': (value) => without(value, ['My answer is yes.']),
  'detectable_format:number_highlighted_sections': (value) => value.replaceAll('*', ''),
  'detectable_format:multiple_sections': (value, given) => without(value, [text(given, 'section_spliter')]),
  'detectable_format:json_format': (value) => `${value} it`,
  'detectable_format:title': (value) => value.replaceAll('<<', '<'),
  'combination:two_responses': (value) => value.replaceAll('******', ''),
  'combination:repeat_prompt': (value) => `Well. ${value}`,
  'startend:end_checker': (value) => `${value} and more`,
  'startend:quotation': (value) => `${value} it`,
  'change_case:capital_word_frequency': (value, given) =>
    atLeast(given) ? value.toLowerCase() : `${value} ${times('YES', number(given, 'capital_frequency'))}`,
  'change_case:english_capital': (value) => value.toLowerCase(),
  'change_case:english_lowercase': (value) => value.toUpperCase(),
};

/** The same text with its first instruction broken; null where that cannot be done (a bound of 0 cannot be missed). */
export function breakInstruction(target: IfevalTarget): string | null {
  const first = target.instructions.find(
    ({ arguments: own }) => number(own, 'let_frequency') !== 0 || own['let_frequency'] === undefined,
  );
  const breaker = first === undefined ? undefined : BREAKERS[first.id];
  return first === undefined || breaker === undefined ? null : breaker(followInstructions(target), first.arguments);
}
