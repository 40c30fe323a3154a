import { expect, test } from 'vitest';
import { chatRequest } from '../../../../test/support/chat-requests.ts';
import { comparison, DEFAULT_RUBRIC, type Question, readVerdict, synthesis } from '../../../ensemble/questions.ts';
import { SANDBOX_NOTICE } from '../notice.ts';
import { answerComparison } from './comparison.ts';

const NONCE = '0a1b2c3d';
const chat = chatRequest({ turns: [{ role: 'user', parts: [{ type: 'text', text: 'Which clause is risky?' }] }] });

function answered({ request }: Question): string {
  const turn = request.turns.at(-1);
  const part = turn?.role === 'user' ? turn.parts[0] : undefined;
  return answerComparison(part?.type === 'text' ? part.text : '') ?? '';
}

const verdictOn = (first: string, second: string) => {
  const text = answered(comparison(chat, first, second, DEFAULT_RUBRIC, NONCE));
  expect(text).toContain(SANDBOX_NOTICE);
  return readVerdict(text, NONCE);
};

test('the verdict names the same answer in either order, and says what it is', () => {
  for (const [a, b] of [
    ['Clause 4 is risky.', 'Nothing.'],
    ['Seven.', 'Eight.'],
  ] as const) {
    expect([verdictOn(a, b), verdictOn(b, a)].sort()).toEqual(['first', 'second']);
  }
  expect(verdictOn('Clause 4 is risky.', 'Nothing.')).toBe('first');
  expect(verdictOn('The same.', 'The same.')).toBe('tie');
});

test('of drafts one is given, under the name of what it is', () => {
  const drafts = ['Nothing.', 'Clause 4 is risky.', 'Hm.'];
  expect(answered(synthesis(chat, drafts, DEFAULT_RUBRIC, NONCE))).toBe(`${SANDBOX_NOTICE}. Clause 4 is risky.`);
});

test('nothing else is taken for such a question', () => {
  for (const prompt of ['Compare these.', '<<REQUEST 1>>', `<<REQUEST ${NONCE}>>\nx\n<<END REQUEST ${NONCE}>>`]) {
    expect(answerComparison(prompt)).toBeNull();
  }
});
