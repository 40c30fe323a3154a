import { withoutMarkdown } from '../../../checks/normalise.ts';
import { type Scorer, unparsed, verdict } from '../scorer.ts';
import { equivalent, lastBoxed } from './equivalence.ts';

const ANNOUNCED = /(?:final answer|the answer|answer|答案)\s*(?:is|are|:|为|是|：)+\s*/giu;

/** The answer that a text concludes with: the last box, else what the last announcement says, else a short text itself. */
export function concludedMath(text: string): string | null {
  const boxed = lastBoxed(text);
  if (boxed !== null) return boxed;
  const marked = /####\s*([^\n]+)\s*$/.exec(text.trim());
  if (marked !== null) return withoutMarkdown(marked[1] as string).trim();
  const plain = text.replace(/\*\*|__/g, '');
  const last = [...plain.matchAll(ANNOUNCED)].at(-1);
  const announced = last === undefined ? null : firstSentence(plain.slice(last.index + last[0].length));
  if (announced !== null && announced !== '') return announced;
  const lines = plain
    .trim()
    .split('\n')
    .filter((line) => line.trim() !== '');
  const end = (lines.at(-1) ?? '').trim();
  return lines.length === 1 && end.length <= 200 ? end : (/^\$\$?([^$]+)\$\$?\.?$/.exec(end)?.[1] ?? null);
}

/** Up to the end of the line or of the sentence; a full stop inside a number ends none. */
function firstSentence(text: string): string {
  const dollars = /^\s*(\$\$?)([\s\S]+?)(?<!\\)\1/.exec(text);
  if (dollars !== null) return (dollars[2] as string).trim();
  return (text.trim().split('\n')[0] ?? '')
    .replace(/\.\s+[A-Z\u4e00-\u9fff][\s\S]*$/u, '')
    .replace(/\.$/, '')
    .trim();
}

/** Mathematical answers by meaning: written forms first, then structure, then values at fixed points. */
export const mathScorer: Scorer = {
  name: 'math',
  version: '1',
  read({ target }, { text }) {
    const said = concludedMath(text);
    return said === null ? unparsed('No final answer was found.') : verdict(equivalent(said, String(target)), said);
  },
};
