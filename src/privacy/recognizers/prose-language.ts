import { FLAG } from '../lexicon.ts';
import type { View } from '../view.ts';

/** German writes every noun with a capital, so that capitals say nothing about names there. */
export function isGerman(view: View): boolean {
  let german = 0;
  let english = 0;
  const count = Math.min(view.count, 2_000);
  for (let index = 0; index < count; index += 1) {
    const flag = view.flags[index] as number;
    if ((flag & FLAG.german) !== 0) german += 1;
    if ((flag & FLAG.english) !== 0) english += 1;
  }
  return german >= 2 && german > english;
}
