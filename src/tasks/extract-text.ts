import type { PromptView } from '../contracts/prompt-view.ts';
import { FOLD, hasInvisible, hasRare, normalizeRare, withoutInvisible } from './fold-characters.ts';

/**
 * How much of the last user turn is read at most: instructions stand at its beginning or after a long paste at its end.
 * Both bound what classification costs, whatever the length of the turn.
 */
export const HEAD_CHARACTERS = 1_500;
export const TAIL_CHARACTERS = 500;

/** The last user turn within the two windows, and the same with code and prose apart. */
export interface ExtractedText {
  /** Head and tail as they came; the whole turn where it fits. */
  text: string;
  /** `text` without fenced blocks and inline code. */
  prose: string;
  /** Fenced blocks and inline code, without the fences' own marks but with their language words. */
  code: string;
  /** Length of the whole turn, UTF-16 code units. */
  characters: number;
}

/** Blank characters looked through at either end: padding must not push the ask out of the windows. */
const MOST_PADDING = 65_536;

const isBlank = (unit: number): boolean => unit <= 0x20 || FOLD[unit] === 0 || FOLD[unit] === 0x20 || unit === 0x3000;

/** Without white space and invisible characters at both ends. */
function trimBlank(text: string): string {
  const { length } = text;
  let from = 0;
  while (from < length && from < MOST_PADDING && isBlank(text.charCodeAt(from))) from += 1;
  let to = length;
  while (to > from && length - to < MOST_PADDING && isBlank(text.charCodeAt(to - 1))) to -= 1;
  return from === 0 && to === length ? text : text.slice(from, to);
}

const FENCE = '```';

const isLeadingSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff;
const isTrailingSurrogate = (unit: number): boolean => unit >= 0xdc00 && unit <= 0xdfff;

/** The first `length` code units, one less where that would cut a surrogate pair. */
function firstUnits(text: string, length: number): string {
  if (text.length <= length) return text;
  return text.slice(0, isLeadingSurrogate(text.charCodeAt(length - 1)) ? length - 1 : length);
}

/** The last `length` code units, one less where that would cut a surrogate pair. */
function lastUnits(text: string, length: number): string {
  if (text.length <= length) return text;
  const start = text.length - length;
  return text.slice(isTrailingSurrogate(text.charCodeAt(start)) ? start + 1 : start);
}

/** How much of either end is looked through for what can be seen, as a multiple of its window. */
const SPARSE = 6;

/** Must one of the ends be cleaned before it is cut to its window? */
const isUnclean = (text: string): boolean => hasInvisible(text) || hasRare(text);

const clean = (text: string): string => normalizeRare(withoutInvisible(text));

/** `part` as it is, or, where an end holds characters that are invisible or imitate others, both ends without them. */
function visible(part: string): string {
  const short = part.length <= HEAD_CHARACTERS + TAIL_CHARACTERS;
  if (
    short ? !isUnclean(part) : !isUnclean(part.slice(0, HEAD_CHARACTERS)) && !isUnclean(part.slice(-TAIL_CHARACTERS))
  ) {
    return part;
  }
  const ends = SPARSE * (HEAD_CHARACTERS + TAIL_CHARACTERS);
  if (part.length <= ends) return clean(part);
  return `${clean(firstUnits(part, SPARSE * HEAD_CHARACTERS))}\n${clean(lastUnits(part, SPARSE * TAIL_CHARACTERS))}`;
}

/** Turns of more parts are taken as they are, so that ten thousand of them cost no more than ten. */
const MOST_PARTS = 16;

function visibleParts(parts: readonly string[]): readonly string[] {
  if (parts.length === 1) return [visible(trimBlank(parts[0] as string))];
  return parts.length > MOST_PARTS ? parts : parts.map(visible);
}

function headOf(parts: readonly string[]): string {
  let head = '';
  for (const part of parts) {
    const room = HEAD_CHARACTERS - head.length - 1;
    if (room <= 0) break;
    head = head === '' ? firstUnits(part, HEAD_CHARACTERS) : `${head}\n${firstUnits(part, room)}`;
  }
  return head;
}

function tailOf(parts: readonly string[]): string {
  let tail = '';
  for (let i = parts.length - 1; i >= 0; i -= 1) {
    const room = TAIL_CHARACTERS - tail.length - 1;
    if (room <= 0) break;
    const part = parts[i] as string;
    tail = tail === '' ? lastUnits(part, TAIL_CHARACTERS) : `${lastUnits(part, room)}\n${tail}`;
  }
  return tail;
}

interface Separated {
  prose: string;
  code: string;
  /** A fence is still open at the end. */
  open: boolean;
}

function separate(text: string, startsInCode: boolean): Separated {
  let prose = '';
  let code = '';
  let open = startsInCode;
  let from = 0;
  for (;;) {
    const fence = text.indexOf(FENCE, from);
    const piece = text.slice(from, fence === -1 ? text.length : fence);
    if (open) code += code === '' ? piece : `\n${piece}`;
    else prose += prose === '' ? piece : `\n${piece}`;
    if (fence === -1) break;
    open = !open;
    from = fence + FENCE.length;
  }
  return moveInlineCode({ prose, code, open });
}

/** `a` between single backticks on one line is code; a lone backtick is not. */
function moveInlineCode(separated: Separated): Separated {
  const { prose } = separated;
  let start = prose.indexOf('`');
  if (start === -1) return separated;
  let rest = '';
  let code = separated.code;
  let from = 0;
  while (start !== -1) {
    const end = prose.indexOf('`', start + 1);
    if (end === -1) break;
    const piece = prose.slice(start + 1, end);
    if (piece.includes('\n')) {
      start = end;
      continue;
    }
    rest += `${prose.slice(from, start)} `;
    code += `\n${piece}`;
    from = end + 1;
    start = prose.indexOf('`', from);
  }
  return { prose: rest + prose.slice(from), code, open: separated.open };
}

function countFences(text: string): number {
  let count = 0;
  for (let at = text.indexOf(FENCE); at !== -1; at = text.indexOf(FENCE, at + FENCE.length)) count += 1;
  return count;
}

function fits(parts: readonly string[]): boolean {
  // A line break between parts, none after the last.
  let room = HEAD_CHARACTERS + TAIL_CHARACTERS - (parts.length - 1);
  for (const part of parts) {
    room -= part.length;
    if (room < 0) return false;
  }
  return true;
}

/** Reads at most HEAD_CHARACTERS + TAIL_CHARACTERS of the last user turn; parts are joined by a line break. */
export function extractText(view: PromptView): ExtractedText {
  let characters = 0;
  for (const part of view.lastUserTexts) characters += part.length;
  const parts = visibleParts(view.lastUserTexts);
  if (fits(parts)) {
    const text = parts.length === 1 ? (parts[0] as string) : parts.join('\n');
    if (!text.includes('`')) return { text, prose: text, code: '', characters };
    const { prose, code } = separate(text, false);
    return { text, prose, code, characters };
  }
  const head = headOf(parts);
  const tail = tailOf(parts);
  const text = `${head}\n${tail}`;
  if (!text.includes('`')) return { text, prose: text, code: '', characters };
  const first = separate(head, false);
  // What lies between the windows is not read. A turn seldom ends inside a block, so an odd number of fences in the
  // tail means that the first of them closes one.
  const last = separate(tail, countFences(tail) % 2 === 1);
  return { text, prose: `${first.prose}\n${last.prose}`, code: `${first.code}\n${last.code}`, characters };
}
