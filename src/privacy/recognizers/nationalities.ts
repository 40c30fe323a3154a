// What somebody is a citizen of: by the list, where it is written with a capital, and behind a label for it.

import type { Sink } from '../finding.ts';
import { FLAG } from '../lexicon.ts';
import { HAS_DIGIT, STARTS_UPPER, type View } from '../view.ts';

const PLACE = FLAG.city | FLAG.region | FLAG.country;

/** Nationalities stand inside sentences and runs alike, in small letters in other languages than English. */
export function recognizeNationalities(view: View, sink: Sink): void {
  const { flags, kinds, starts, ends, spans, count } = view;
  for (let index = 0; index < count; index += 1) {
    if (((flags[index] as number) & FLAG.nationality) === 0) continue;
    const span = spans[index] as number;
    const listed =
      ((kinds[index] as number) & STARTS_UPPER) !== 0 &&
      ((flags[index] as number) & (PLACE | FLAG.common | FLAG.surname)) === 0;
    if (listed) sink.add('nationality', starts[index] as number, ends[index + span - 1] as number, 0.5, 'list');
  }
}

/** "nationalité belge", "Staatsangehörigkeit: kosovarisch": the word behind the label, whatever it is. */
export function recognizeLabelledNationality(view: View, index: number, sink: Sink): void {
  const next = index + 1;
  if (next >= view.count) return;
  const [start, end] = [view.starts[next] as number, view.ends[next] as number];
  if (!/^(?: |: ?)$/.test(view.text.slice(view.ends[index], start)) || end - start < 4) return;
  const flag = view.flags[next] as number;
  if (((view.kinds[next] as number) & HAS_DIGIT) !== 0 || (flag & FLAG.country) !== 0) return;
  const isOther = (flag & (FLAG.common | FLAG.field | FLAG.particle)) !== 0 && (flag & FLAG.nationality) === 0;
  if (!isOther) sink.add('nationality', start, end, 0.6, 'context');
}
