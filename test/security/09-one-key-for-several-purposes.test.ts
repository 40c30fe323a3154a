import { createHmac, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { commitmentOf, newKey, openBody, sealBody, unwrapKey, wrapKey } from '../../src/store/body-seal.ts';
import { repositoryRoot } from '../support/repository.ts';

// Elsewhere one salt did for encryption, sessions and signatures, so that what one of them gave away opened the others.

const record = { request_id: 'req_1', at: '', use_case: 'hr', request: 'text', answer: 'answer', truncated: false };

test('what one purpose of a key has made, no other purpose takes', () => {
  const key = newKey();
  const sealed = sealBody(key, record);
  const wrapped = wrapKey(key, 'req_1', newKey());
  expect(openBody(key, 'req_1', sealed)).toEqual(record);
  expect(() => unwrapKey(key, 'req_1', Buffer.from(sealed, 'base64'))).toThrow();
  expect(() => openBody(key, 'req_1', wrapped.toString('base64'))).toThrow();
});

test('a commitment is not made with the key itself, nor are its two halves alike', () => {
  const key = newKey();
  const { request, answer } = commitmentOf(key, { ...record, answer: 'text' });
  expect(request).not.toBe(answer);
  for (const text of ['text', 'request\ntext']) {
    expect(createHmac('sha256', key).update(text).digest('hex')).not.toBe(request);
  }
});

test('what was sealed for one request is not taken for another', () => {
  const [master, key] = [newKey(), newKey()];
  expect(() => openBody(key, 'req_2', sealBody(key, record))).toThrow();
  expect(() => unwrapKey(master, 'req_2', wrapKey(master, 'req_1', key))).toThrow();
  expect(() => unwrapKey(randomBytes(32), 'req_1', wrapKey(master, 'req_1', key))).toThrow();
});

test('every derived key has a purpose of its own in words', () => {
  const text = readFileSync(join(repositoryRoot, 'src/store/body-seal.ts'), 'utf8');
  const purposes = [...text.matchAll(/derive\(\w+, '([^']+)'\)/g)].map((match) => match[1]);
  expect([...new Set(purposes)].sort()).toEqual(['body commitment', 'body encryption', 'body key wrapping']);
});
