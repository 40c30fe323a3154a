import { UNITS } from './code-units.ts';
import { UNIT, unitClass } from './scan-scripts.ts';

/** What one line of a prompt looks like, whatever it says. `prose` is everything not recognised. */
const LINE = {
  empty: 0,
  prose: 1,
  bullet: 2,
  numbered: 3,
  header: 4,
  quote: 5,
  code: 6,
  markup: 7,
  sql: 8,
  json: 9,
  diff: 10,
  stack: 11,
  log: 12,
  table: 13,
} as const;

export const LINE_SHAPES = 14;

/** Lines of these shapes are material, not words of the asker. */
export const isMaterial = (shape: number): boolean => shape >= LINE.code;

const CODE_START =
  /^(?:import |from \w+ import|def \w|class \w+|const |let |var |function\b|public |private |protected |static |return\b|if ?\(|else\b|elif |for ?\(|while ?\(|switch ?\(|#include|#!\/|using |package |namespace |struct |enum |try\b|catch ?\(|@\w+|\$ ?\w|sudo |npm |pip |docker |kubectl |git |curl |echo |print\(|console\.|async |await |export |interface |type \w+ =|fn |func |impl |pub |use \w+::|end$|begin$|\/\/|\/\*|--$)/;
const SQL_START =
  /^(?:select\b.*(?:[,*=]|\bfrom\b)|insert into|update \w+ set|delete from|create (?:table|index|view|or)|alter table|drop table|where\b.*[=<>]|(?:inner |left |right |outer )?join\b.*\bon\b|group by|order by|with \w+ as)/i;
const STACK_LINE =
  /^(?:at [\w$.<>]+ ?\(|at .*:\d+|file ".*", line|traceback|caused by:|\w+(?:\.\w+)*(?:error|exception)\b[: ])|\.(?:java|py|js|ts|go|rb|cs):\d+/i;
const ERROR_NAME = /^[\w.]+(?:ror|ion) /i;
const LOG_LINE =
  /^\[?(?:\d{4}-\d\d-\d\d[ t]\d\d:\d\d|\d\d[/-]\w{2,3}[/-]\d{4}|\w{3} +\d{1,2} \d\d:\d\d:\d\d|\d\d:\d\d(?::\d\d)?\b|\d{1,3}(?:\.\d{1,3}){3}\b|(?:error|warn(?:ing)?|info|debug|fatal)\b[\]:])/i;
const DIFF_LINE = /^(?:diff --git|@@ |\+\+\+ |--- [ab]\/|index [0-9a-f]{7})/;
const HEADER_LINE =
  /^(?:from|to|cc|subject|date|re|fw|fwd|von|an|betreff|de|objet|para|asunto|发件人|收件人|主题|件名|宛先|제목) ?[:：]/i;
const BULLET_LINE = /^[-*•·–]\s/;
const NUMBERED_LINE = /^(?:\d{1,2}|[a-z])[.)、]\s?\S/i;

/** Longest piece of a line that is looked at; long lines are prose or data in one line. */
const LOOKED_AT = 240;

interface Tally {
  marks: number;
  spaces: number;
  commas: number;
  pipes: number;
}

const tally: Tally = { marks: 0, spaces: 0, commas: 0, pipes: 0 };

/** Characters that are frequent in programs and rare in prose. */
const CODE_MARKS = '{}();=<>[]\\|&$#_/*+^~';

/**
 * What a unit of ASCII adds to a sum of four counters of eight bits each, marks, spaces, commas and pipes: at most LOOKED_AT
 * units are counted, so that none overflows.
 */
const SUM = new Int32Array(128);
for (const mark of CODE_MARKS) SUM[mark.charCodeAt(0)] = 1;
SUM[0x20] = 1 << 8;
SUM[0x2c] = 1 << 16;
SUM[0x7c] = 1 + (1 << 24);

const units = UNITS;

function count(from: number, to: number): void {
  let sum = 0;
  for (let i = from; i < to; i += 1) {
    const unit = units[i] as number;
    if (unit < 128) sum = (sum + (SUM[unit] as number)) | 0;
  }
  tally.marks = sum & 0xff;
  tally.spaces = (sum >>> 8) & 0xff;
  tally.commas = (sum >>> 16) & 0xff;
  tally.pipes = (sum >>> 24) & 0xff;
}

function hasLetter(line: string): boolean {
  for (let i = 0; i < line.length; i += 1) if (unitClass(line.charCodeAt(i)) >= UNIT.lower) return true;
  return false;
}

const hasTwoTabs = (line: string): boolean => {
  const first = line.indexOf('\t');
  return first !== -1 && line.includes('\t', first + 1);
};

const SPACE = 0x20;

/** Shape of `text`, whose code units were copied last, between two offsets, which hold no line break. Reads at most LOOKED_AT code units. */
export function lineShape(text: string, from: number, to: number): number {
  let start = from;
  while (start < to && (units[start] as number) <= SPACE) start += 1;
  let end = to;
  while (end > start && (units[end - 1] as number) <= SPACE) end -= 1;
  if (start === end) return LINE.empty;
  const last = units[end - 1] as number;
  const seen = Math.min(end, start + LOOKED_AT);
  count(start, seen);
  const line = text.slice(start, seen);
  const first = units[start] as number;
  // Sentences that mention a bracket or two are still sentences.
  const wordy = tally.spaces >= 7 && tally.marks * 12 < seen - start;
  return startShape(line, first, wordy) ?? markShape(first, last, line, wordy);
}

/** Which expressions can match a line, as bits, by its first unit: most lines are prose and match none of them. */
const MAY = { diff: 1, log: 2, bullet: 4, numbered: 8, header: 16, sql: 32, code: 64, stack: 128 } as const;

function mayTable(): Uint8Array {
  const table = new Uint8Array(128);
  const mark = (units: string, bit: number): void => {
    for (const unit of units) table[unit.charCodeAt(0)] = (table[unit.charCodeAt(0)] as number) | bit;
  };
  const digits = '0123456789';
  const letters = 'abcdefghijklmnopqrstuvwxyz';
  mark('d@+-i', MAY.diff);
  mark(`[_${digits}${letters}${letters.toUpperCase()}`, MAY.log);
  mark('-*', MAY.bullet);
  mark(`${digits}${letters}${letters.toUpperCase()}`, MAY.numbered);
  mark('ftcsdrvabopFTCSDRVABOP', MAY.header);
  mark('siudcawlrojgSIUDCAWLROJG', MAY.sql);
  mark('ifdclvpsrewunktagbj#@$/-', MAY.code);
  mark('atfcATFC', MAY.stack);
  return table;
}

const MAY_OF = mayTable();
const MAY_BEYOND_ASCII = MAY.bullet | MAY.header;
const COLON = 0x3a;
const WIDE_COLON = 0xff1a;
const BRACKET = 0x5b;

/** A dated line has a digit early; the others name a level before a bracket or a colon. */
function mayBeLog(line: string, first: number): boolean {
  if (line.length <= 14) return false;
  if (first === BRACKET || (first >= 0x30 && first <= 0x39)) return true;
  return line.charCodeAt(3) === SPACE || hasWithin(line, 8, COLON, 0x5d);
}

function hasWithin(line: string, units: number, one: number, other: number): boolean {
  const to = Math.min(units, line.length);
  for (let at = 0; at < to; at += 1) {
    const unit = line.charCodeAt(at);
    if (unit === one || unit === other) return true;
  }
  return false;
}

function isNumbered(line: string): boolean {
  const second = line.charCodeAt(1);
  const digit = second >= 0x30 && second <= 0x39;
  const mark = digit ? line.charCodeAt(2) : second;
  return (mark === 0x2e || mark === 0x29 || mark === 0x3001) && NUMBERED_LINE.test(line);
}

/** A file and its line hold a colon; what begins with the name of an error has `ror` or `ion` before its end. */
const mayNameAnError = (line: string): boolean => line.includes(':') || ERROR_NAME.test(line);

/** The longest name of a header has 7 letters. */
const HEADER_UNITS = 9;

function startShape(line: string, first: number, wordy: boolean): number | null {
  const may = first < 128 ? (MAY_OF[first] as number) : MAY_BEYOND_ASCII;
  if ((may & MAY.diff) !== 0 && DIFF_LINE.test(line)) return LINE.diff;
  if ((may & MAY.log) !== 0 && mayBeLog(line, first) && LOG_LINE.test(line)) return LINE.log;
  if ((may & MAY.bullet) !== 0 && BULLET_LINE.test(line)) return LINE.bullet;
  if ((may & MAY.numbered) !== 0 && isNumbered(line)) return LINE.numbered;
  const header = (may & MAY.header) !== 0 && hasWithin(line, HEADER_UNITS, COLON, WIDE_COLON);
  if (header && HEADER_LINE.test(line)) return LINE.header;
  if (wordy) return null;
  if (((may & MAY.stack) !== 0 || mayNameAnError(line)) && STACK_LINE.test(line)) return LINE.stack;
  if ((may & MAY.sql) !== 0 && SQL_START.test(line)) return LINE.sql;
  const code = (may & MAY.code) !== 0 && (tally.marks > 0 || tally.spaces < 4);
  if (code && CODE_START.test(line)) return LINE.code;
  return first === 0x3e ? LINE.quote : null;
}

const isOneOf = (unit: number, marks: string): boolean => unit < 128 && marks.includes(String.fromCharCode(unit));

function markShape(first: number, last: number, line: string, wordy: boolean): number {
  if (wordy) return LINE.prose;
  const { length } = line;
  if (first === 0x3c && last === 0x3e) return LINE.markup;
  if (isOneOf(first, '{["') && isOneOf(last, '{[}],"') && (tally.marks > 1 || length < 4)) return LINE.json;
  if (isOneOf(last, '{};') || isOneOf(first, '})')) return LINE.code;
  if (tally.pipes >= 2 || hasTwoTabs(line)) return LINE.table;
  if (tally.commas >= 3 && tally.spaces <= tally.commas) return LINE.table;
  return tally.marks * 7 > length && length > 5 && hasLetter(line) ? LINE.code : LINE.prose;
}
