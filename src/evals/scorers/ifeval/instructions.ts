import { languageOf } from './language-of.ts';

type Arguments = Readonly<Record<string, unknown>>;
type Check = (text: string, given: Arguments) => boolean;

const number = (given: Arguments, name: string): number => {
  const value = given[name];
  // 0 is a bound like any other; the reference drops it and then draws a random one.
  if (typeof value !== 'number') throw new RangeError(`The instruction lacks ${name}`);
  return value;
};
const text = (given: Arguments, name: string): string => {
  const value = given[name];
  if (typeof value !== 'string') throw new RangeError(`The instruction lacks ${name}`);
  return value;
};
const list = (given: Arguments, name: string): string[] => {
  const value = given[name];
  if (!Array.isArray(value)) throw new RangeError(`The instruction lacks ${name}`);
  return value.map(String);
};

function holds(count: number, relation: unknown, bound: number): boolean {
  if (relation === 'less than') return count < bound;
  if (relation === 'at least') return count >= bound;
  throw new RangeError(`Unknown relation ${String(relation)}`);
}

const literally = (literal: string): string => literal.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
const countOf = (value: string, pattern: RegExp): number => value.match(pattern)?.length ?? 0;

/** Words as the reference counts them: runs of letters, digits and underscores. */
export const countWords = (value: string): number => countOf(value, /[\p{L}\p{N}\p{M}_]+/gu);

const ABBREVIATION =
  /\b(?:mr|mrs|ms|dr|prof|sr|jr|st|vs|etc|inc|ltd|co|e\.g|i\.e|p\.s|p\.p\.s|u\.s|a\.m|p\.m|no|vol|fig|[a-z])\.$/i;

/** Sentences: ended by . ! ? or their full-width forms; abbreviations, initials and decimals end none. */
export function countSentences(value: string): number {
  let count = 0;
  for (const block of value.split(/\n\s*\n/)) {
    let pending = '';
    for (const piece of block.split(/(?<=[.!?。！？]["'”’)\]*]*)\s+|(?<=[。！？])/u)) {
      pending = pending === '' ? piece : `${pending} ${piece}`;
      if (ABBREVIATION.test(pending)) continue;
      if (/[\p{L}\p{N}]/u.test(pending)) count += 1;
      pending = '';
    }
    if (/[\p{L}\p{N}]/u.test(pending)) count += 1;
  }
  return count;
}

function paragraphs(value: string): number | null {
  const parts = value.split(/\s?\*\*\*\s?/);
  let count = parts.length;
  for (const [index, part] of parts.entries()) {
    if (part.trim() !== '') continue;
    if (index !== 0 && index !== parts.length - 1) return null;
    count -= 1;
  }
  return count;
}

function nthParagraphFirstWord(value: string, given: Arguments): boolean {
  const all = value.split('\n\n');
  const filled = all.filter((part) => part.trim() !== '').length;
  const nth = number(given, 'nth_paragraph');
  const paragraph = nth <= filled ? (all[nth - 1] ?? '').trim() : '';
  const word = (paragraph.split(/\s+/)[0] ?? '').replace(/^['"]+/, '');
  const first = (/^[^.,?!'"]*/.exec(word)?.[0] ?? '').toLowerCase();
  return (
    filled === number(given, 'num_paragraphs') && paragraph !== '' && first === text(given, 'first_word').toLowerCase()
  );
}

function highlights(value: string): number {
  const single = (value.match(/\*[^\n*]*\*/g) ?? []).filter((mark) => mark.replace(/\*/g, '').trim() !== '').length;
  const double = (value.match(/\*\*[^\n*]*\*\*/g) ?? []).filter((mark) => mark.replace(/\*/g, '').trim() !== '').length;
  return single + double;
}

function isJson(value: string): boolean {
  const bare = value
    .trim()
    .replace(/^```(?:json|Json|JSON)?/, '')
    .replace(/```$/, '')
    .trim();
  try {
    JSON.parse(bare);
    return true;
  } catch {
    // What is not JSON fails the instruction; that is the answer.
    return false;
  }
}

function twoResponses(value: string): boolean {
  const parts = value.split('******');
  const filled: string[] = [];
  for (const [index, part] of parts.entries()) {
    if (part.trim() !== '') filled.push(part.trim());
    else if (index !== 0 && index !== parts.length - 1) return false;
  }
  return filled.length === 2 && filled[0] !== filled[1];
}

function postscript(value: string, marker: string): boolean {
  const lower = value.toLowerCase();
  if (marker === 'P.P.S') return /\s*p\.\s?p\.\s?s.*$/m.test(lower);
  if (marker === 'P.S.') return /\s*p\.\s?s\..*$/m.test(lower);
  return lower.includes(marker.toLowerCase());
}

/** Whether cased letters are all of one case and the text is English, the two halves of the instruction. */
function englishIn(value: string, form: 'upper' | 'lower'): boolean {
  const wanted = form === 'upper' ? value.toUpperCase() : value.toLowerCase();
  const language = languageOf(value);
  return value === wanted && /\p{L}/u.test(value) && (language === 'en' || language === null);
}

/** All 25 instruction types of IFEval by id, as the reference checks them. */
export const INSTRUCTIONS: Readonly<Record<string, Check>> = {
  'keywords:existence': (value, given) =>
    list(given, 'keywords').every((word) => new RegExp(literally(word), 'iu').test(value)),
  'keywords:frequency': (value, given) =>
    holds(
      countOf(value, new RegExp(literally(text(given, 'keyword')), 'giu')),
      given['relation'],
      number(given, 'frequency'),
    ),
  'keywords:forbidden_words': (value, given) =>
    !list(given, 'forbidden_words').some((word) =>
      new RegExp(`(?<![\\p{L}\\p{N}_])${literally(word)}(?![\\p{L}\\p{N}_])`, 'iu').test(value),
    ),
  'keywords:letter_frequency': (value, given) =>
    holds(
      [...value.toLowerCase()].filter((character) => character === text(given, 'letter').toLowerCase()).length,
      given['let_relation'],
      number(given, 'let_frequency'),
    ),
  'language:response_language': (value, given) => languageOf(value) === text(given, 'language'),
  'length_constraints:number_sentences': (value, given) =>
    holds(countSentences(value), given['relation'], number(given, 'num_sentences')),
  'length_constraints:number_paragraphs': (value, given) => paragraphs(value) === number(given, 'num_paragraphs'),
  'length_constraints:number_words': (value, given) =>
    holds(countWords(value), given['relation'], number(given, 'num_words')),
  'length_constraints:nth_paragraph_first_word': nthParagraphFirstWord,
  'detectable_content:number_placeholders': (value, given) =>
    countOf(value, /\[.*?\]/g) >= number(given, 'num_placeholders'),
  'detectable_content:postscript': (value, given) => postscript(value, text(given, 'postscript_marker')),
  'detectable_format:number_bullet_lists': (value, given) =>
    countOf(value, /^\s*\*[^*].*$/gm) + countOf(value, /^\s*-.*$/gm) === number(given, 'num_bullets'),
  'detectable_format:constrained_response': (value) =>
    ['My answer is yes.', 'My answer is no.', 'My answer is maybe.'].some((option) => value.includes(option)),
  'detectable_format:number_highlighted_sections': (value, given) =>
    highlights(value) >= number(given, 'num_highlights'),
  'detectable_format:multiple_sections': (value, given) =>
    value.split(new RegExp(`\\s?${literally(text(given, 'section_spliter'))}\\s?\\d+\\s?`)).length - 1 >=
    number(given, 'num_sections'),
  'detectable_format:json_format': isJson,
  'detectable_format:title': (value) =>
    (value.match(/<<[^\n]+>>/g) ?? []).some((title) => title.replace(/^<+/, '').replace(/>+$/, '').trim() !== ''),
  'combination:two_responses': twoResponses,
  'combination:repeat_prompt': (value, given) =>
    value.trim().toLowerCase().startsWith(text(given, 'prompt_to_repeat').trim().toLowerCase()),
  'startend:end_checker': (value, given) =>
    value
      .trim()
      .replace(/^"+|"+$/g, '')
      .toLowerCase()
      .endsWith(text(given, 'end_phrase').trim().toLowerCase()),
  'startend:quotation': (value) =>
    value.trim().length > 1 && value.trim().startsWith('"') && value.trim().endsWith('"'),
  'change_case:capital_word_frequency': (value, given) =>
    holds(
      (value.match(/[\p{L}\p{N}'’-]+/gu) ?? []).filter((word) => /\p{Lu}/u.test(word) && word === word.toUpperCase())
        .length,
      given['capital_relation'],
      number(given, 'capital_frequency'),
    ),
  'change_case:english_capital': (value) => englishIn(value, 'upper'),
  'change_case:english_lowercase': (value) => englishIn(value, 'lower'),
  'punctuation:no_comma': (value) => !value.includes(','),
};
