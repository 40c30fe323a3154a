import { expect, test } from 'vitest';
import { chatRequest } from '../../../test/support/chat-requests.ts';
import { AnswerCallIds } from './client-ids.ts';

const call = (id: string) => ({ type: 'tool-call', id, name: 'f', arguments: '{}' }) as const;

test('quirk 9: a call never gets an id that the conversation or its own answer has already', () => {
  const request = chatRequest({
    turns: [
      { role: 'assistant', parts: [call('f:0'), call('f:0_2')] },
      { role: 'user', parts: [] },
    ],
  });
  const ids = new AnswerCallIds(request);
  expect(['f:0', 'f:1', 'f:1'].map((id) => ids.distinct(id))).toEqual(['f:0_3', 'f:1', 'f:1_2']);
});
