// Titles and forms of address before names: Mr, Frau Dr., Mme, don.

import type { Sink } from '../finding.ts';
import { FLAG } from '../lexicon.ts';
import type { Guess, NameRun } from '../name-runs.ts';
import { HAS_DIGIT, HAS_LOWER, STARTS_UPPER, type View } from '../view.ts';

/** A name behind a title; the run begins with the name afterwards. */
export function byTitle(view: View, run: NameRun): Guess | null {
  const { text, starts, ends, flags } = view;
  // "Dr" is a street's end too; a title stands before a name.
  let titled = run.first;
  while (titled < run.last && isTitle(view, titled)) titled += 1;
  if (titled === run.first) titled = behindHonorific(view, run);
  if (titled > run.first) {
    run.first = titled;
    return { type: 'person', score: 0.9, source: 'context' };
  }
  const before = run.first - 1;
  if (before < 0 || ((flags[before] as number) & FLAG.title) === 0 || !isTitle(view, before)) return null;
  const gap = text.slice(ends[before], starts[run.first]);
  return gap === ' ' || gap === '. ' ? { type: 'person', score: 0.9, source: 'context' } : null;
}

/** "Kundin Frau Obermüller", "Plaintiff Mr. Roe": where the name begins; the run's first word where no title is inside. */
function behindHonorific(view: View, { first, last }: NameRun): number {
  for (let at = first + 1; at < last; at += 1) {
    if (!isTitle(view, at) || !HONORIFIC.test(view.word(at))) continue;
    while (at < last && isTitle(view, at)) at += 1;
    return at;
  }
  return first;
}

const HONORIFIC =
  /^(?:mr|mrs|ms|miss|dr|prof|frau|herrn?|hr|fr|madame|monsieur|mademoiselle|mme|mlle|señora?|señorita|sra?|srta|doña|signora?)$/i;
/** Letters and syllables that are titles with a full stop only, and not before a word that begins a sentence. */
const WEAK_TITLE = /^(?:Hr|Fr|Hrn|M|D|Me)$/;

export function isTitle(view: View, index: number): boolean {
  if (((view.flags[index] as number) & FLAG.title) === 0 || ((view.kinds[index] as number) & STARTS_UPPER) === 0)
    return false;
  if ((view.ends[index] as number) - (view.starts[index] as number) > 3) return true;
  const word = view.word(index);
  if (!/^(?:hr|fr|hrn|m|d|me)$/i.test(word)) return true;
  return (
    WEAK_TITLE.test(word) &&
    view.text.charCodeAt(view.ends[index] as number) === 46 &&
    ((view.flags[index + 1] as number) & (FLAG.common | FLAG.month)) === 0
  );
}

/** "HALVORSEN/INGRID MS", as carriers write passengers: `index` is the title. */
export function recognizePassenger(view: View, index: number, sink: Sink): void {
  if (index < 2 || !isCapitals(view, index) || !isCapitals(view, index - 1) || !isCapitals(view, index - 2)) return;
  const { text, starts, ends } = view;
  const between = text.slice(ends[index - 2], starts[index - 1]);
  if (between !== '/' || text.slice(ends[index - 1], starts[index]) !== ' ') return;
  sink.add('person', starts[index - 2] as number, ends[index - 1] as number, 0.85, 'context');
}

const isCapitals = ({ kinds, starts, ends }: View, index: number): boolean =>
  ((kinds[index] as number) & (STARTS_UPPER | HAS_LOWER | HAS_DIGIT)) === STARTS_UPPER &&
  (ends[index] as number) - (starts[index] as number) > 1;
