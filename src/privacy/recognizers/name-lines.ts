// Names that have a line to themselves: blocks of short lines begin with a person, then come the organisation and the place.

import { FLAG } from '../lexicon.ts';
import { type Guess, isWholeLine, type NameRun } from '../name-runs.ts';
import type { View } from '../view.ts';
import { isNameShaped } from './person-evidence.ts';

/** In blocks of short lines the first is a person, then come the organisation and the place. */
export function byLine(view: View, run: NameRun): Guess | null {
  if (run.last - run.first > 4 || !isWholeLine(view, run)) return null;
  const before = lineBefore(view, run.first);
  const behind = lineBehind(view, run.last);
  if (isAddressLine(before) || isPlaceLine(view, run.last, behind))
    return { type: 'city', score: 0.5, source: 'context' };
  if (((view.flags[run.last] as number) & FLAG.job) !== 0) return null;
  const many = run.last > run.first;
  const labelLine = /^[\p{L} ,&'().-]{2,48}$/u.test(before) && !/[.]$/.test(before);
  if (many && isAddressLine(behind) && !labelLine)
    return { type: 'person', score: isNameShaped(view, run.first, run.last) ? 0.8 : 0.6, source: 'context' };
  if (many && isListItem(view, run)) return { type: 'person', score: 0.6, source: 'context' };
  if (before.trim() === '')
    return many && behind.trim() !== '' ? { type: 'person', score: 0.6, source: 'context' } : null;
  return labelLine && behind !== '' ? { type: 'organization', score: 0.5, source: 'context' } : null;
}

/** A short line with a number that is no sentence. */
const isAddressLine = (line: string): boolean => line.length <= 48 && /\d/.test(line) && !/[.!?:]$/.test(line);

const isListItem = (view: View, run: NameRun): boolean =>
  /^[-*•] $/.test(view.text.slice((view.starts[run.first] as number) - 2, view.starts[run.first]));

function lineBefore(view: View, index: number): string {
  const { text } = view;
  const start = view.starts[index] as number;
  const head = text.slice(Math.max(0, start - 160), start);
  const lines = head.split('\n').map((line) => line.replace(/^[\s>?*|]+/, '').trimEnd());
  lines.pop();
  return lines.findLast((line) => line !== '') ?? '';
}

function lineBehind(view: View, index: number): string {
  const { text } = view;
  const end = view.ends[index] as number;
  const lines = text
    .slice(end, end + 120)
    .split('\n')
    .map((line) => line.replace(/^[\s>?*|]+/, '').trimEnd());
  lines.shift();
  return lines.find((line) => line !== '') ?? '';
}

/** The next line is a country, or ends in a postal code. */
function isPlaceLine(view: View, last: number, line: string): boolean {
  if (line === '' || line.length > 48) return false;
  if (/^[\p{L} .,'-]{2,40}[ ,]\d{3,6}(?:-\d{3,4})?$/u.test(line)) return true;
  const next = last + 1;
  if (next >= view.count) return false;
  return (
    ((view.flags[next] as number) & FLAG.country) !== 0 &&
    line.startsWith(view.word(next)) &&
    line.split(' ').length <= 5
  );
}
