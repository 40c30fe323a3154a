import type { Scorer } from '../scorer.ts';
import { INSTRUCTIONS } from './instructions.ts';

export interface IfevalTarget {
  instructions: readonly { id: string; arguments: Readonly<Record<string, unknown>> }[];
}

/** The eight readings of the loose verdict: with and without first line, last line and asterisks. */
function looseForms(text: string): string[] {
  const lines = text.split('\n');
  const cuts = [
    text,
    lines.slice(1).join('\n').trim(),
    lines.slice(0, -1).join('\n').trim(),
    lines.slice(1, -1).join('\n').trim(),
  ];
  return cuts.flatMap((cut) => [cut, cut.replaceAll('*', '')]);
}

/**
 * Verifiable instructions (IFEval). The state is the strict prompt-level verdict; `value` and `strict_instructions` are the
 * share of instructions followed, `loose_prompt` and `loose_instructions` the loose readings. Instructions of one prompt
 * belong together: intervals over instructions must be clustered by prompt.
 */
export const ifevalScorer: Scorer = {
  name: 'ifeval',
  version: '1',
  read({ target }, { text }) {
    const { instructions } = target as IfevalTarget;
    const loose = looseForms(text);
    let strictly = 0;
    let loosely = 0;
    const failed: string[] = [];
    for (const { id, arguments: given } of instructions) {
      const check = Object.hasOwn(INSTRUCTIONS, id) ? INSTRUCTIONS[id] : undefined;
      if (check === undefined) throw new RangeError(`There is no instruction ${id}`);
      if (check(text, given)) strictly += 1;
      else failed.push(id);
      if (loose.some((form) => form.trim() !== '' && check(form, given))) loosely += 1;
    }
    const count = instructions.length;
    return {
      state: strictly === count ? 'correct' : 'wrong',
      value: strictly / count,
      explanation: failed.length === 0 ? '' : `Not followed: ${failed.join(', ')}`,
      details: {
        strict_instructions: strictly / count,
        loose_instructions: loosely / count,
        loose_prompt: loosely === count ? 1 : 0,
        instructions: count,
      },
    };
  },
};
