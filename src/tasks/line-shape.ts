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
  letters: number;
  spaces: number;
  commas: number;
  pipes: number;
  tabs: number;
}

const tally: Tally = { marks: 0, letters: 0, spaces: 0, commas: 0, pipes: 0, tabs: 0 };

/** Characters that are frequent in programs and rare in prose. */
const CODE_MARKS = new Uint8Array(128);
for (const mark of '{}();=<>[]\\|&$#_/*+^~') CODE_MARKS[mark.charCodeAt(0)] = 1;

function count(text: string, from: number, to: number): void {
  tally.marks = tally.letters = tally.spaces = tally.commas = tally.pipes = tally.tabs = 0;
  for (let i = from; i < to; i += 1) {
    const unit = text.charCodeAt(i);
    if (unit === 0x20) tally.spaces += 1;
    else if (unit < 128) {
      if (CODE_MARKS[unit] === 1) tally.marks += 1;
      if (unit === 0x2c) tally.commas += 1;
      else if (unit === 0x7c) tally.pipes += 1;
      else if (unit === 0x09) tally.tabs += 1;
      else if (unitClass(unit) >= UNIT.lower) tally.letters += 1;
    } else if (unitClass(unit) >= UNIT.lower) tally.letters += 1;
  }
}

const SPACE = 0x20;

/** Shape of `text` between two offsets, which hold no line break. Reads at most LOOKED_AT code units. */
export function lineShape(text: string, from: number, to: number): number {
  let start = from;
  while (start < to && text.charCodeAt(start) <= SPACE) start += 1;
  let end = to;
  while (end > start && text.charCodeAt(end - 1) <= SPACE) end -= 1;
  if (start === end) return LINE.empty;
  const last = text.charCodeAt(end - 1);
  const seen = Math.min(end, start + LOOKED_AT);
  count(text, start, seen);
  const line = text.slice(start, seen);
  const first = text.charCodeAt(start);
  // Sentences that mention a bracket or two are still sentences.
  const wordy = tally.spaces >= 7 && tally.marks * 12 < seen - start;
  return startShape(line, first, wordy) ?? markShape(first, last, seen - start, wordy);
}

function startShape(line: string, first: number, wordy: boolean): number | null {
  if (DIFF_LINE.test(line)) return LINE.diff;
  if (LOG_LINE.test(line) && line.length > 14) return LINE.log;
  if (BULLET_LINE.test(line)) return LINE.bullet;
  if (NUMBERED_LINE.test(line)) return LINE.numbered;
  if (HEADER_LINE.test(line)) return LINE.header;
  if (wordy) return null;
  if (STACK_LINE.test(line)) return LINE.stack;
  if (SQL_START.test(line)) return LINE.sql;
  if (CODE_START.test(line) && (tally.marks > 0 || tally.spaces < 4)) return LINE.code;
  return first === 0x3e ? LINE.quote : null;
}

const isOneOf = (unit: number, marks: string): boolean => marks.includes(String.fromCharCode(unit));

function markShape(first: number, last: number, length: number, wordy: boolean): number {
  if (wordy) return LINE.prose;
  if (first === 0x3c && last === 0x3e) return LINE.markup;
  if (isOneOf(first, '{["') && isOneOf(last, '{[}],"') && (tally.marks > 1 || length < 4)) return LINE.json;
  if (isOneOf(last, '{};') || isOneOf(first, '})')) return LINE.code;
  if (tally.pipes >= 2 || tally.tabs >= 2) return LINE.table;
  if (tally.commas >= 3 && tally.spaces <= tally.commas) return LINE.table;
  return tally.marks * 7 > length && tally.letters > 0 && length > 5 ? LINE.code : LINE.prose;
}
