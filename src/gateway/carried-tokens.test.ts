import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { chatRequest } from '../../test/support/chat-requests.ts';
import { createHandling } from '../privacy/tokens/handling.ts';
import { CarriedTokens } from './carried-tokens.ts';

const settings = { tenantKey: new Uint8Array(32), handling: createHandling({}) };
const MAIL = 'quillon@quimby.example';
const spoken = (text: string) => [{ text, from: 0 }];
const mailIn = (text: string) => {
  const start = text.indexOf(MAIL);
  return [[{ type: 'email', score: 1, start, end: start + MAIL.length }]];
};

test('a value that one call found is known in those that follow, and only where it stands', () => {
  const shared = new CarriedTokens(chatRequest());
  const asked = `Mail ${MAIL}.`;
  expect(shared.carryOver(spoken(asked), mailIn(asked), settings)).toEqual([]);
  expect(shared.carryOver(spoken(`It is ${MAIL}`), [[]], settings)).toEqual([{ text: MAIL, type: 'email', score: 1 }]);
  expect(shared.carryOver(spoken('Nothing here.'), [[]], settings)).toEqual([]);
  expect(shared.carryOver(spoken(asked), mailIn(asked), settings)).toEqual([]);
});

test('shows no value to whoever looks at it', () => {
  const shared = new CarriedTokens(chatRequest());
  shared.carryOver(spoken(`Mail ${MAIL}.`), mailIn(`Mail ${MAIL}.`), settings);
  expect(inspect(shared, { depth: 9 }) + JSON.stringify(shared)).not.toContain('quillon');
});
