import { expect, test } from 'vitest';
import { testDeployment, testEndpoint } from '../routing/test-world.ts';
import { CredentialRests } from './credential-rests.ts';

const endpoint = testEndpoint('vendor', { apiKeys: ['fake-key-a', 'fake-key-b'] });
const chat = testDeployment('chat@vendor', 'maker/chat', { endpoint });
const other = testDeployment('other@vendor', 'maker/other', { endpoint });

test('takes credentials by turns', () => {
  const rests = new CredentialRests();
  const turns = Array.from({ length: 4 }, () => rests.choose(chat, 0).credential);
  expect(turns).toEqual([0, 1, 0, 1]);
});

test('a 429 rests the credential for this deployment alone, for as long as the hint says', () => {
  const rests = new CredentialRests();
  expect(rests.rest(chat, 0, 'rate_limited', 7, 0)).toBe(7_000);
  expect([rests.choose(chat, 0), rests.choose(chat, 6_999)].map(({ credential }) => credential)).toEqual([1, 1]);
  expect(new Set([rests.choose(other, 0).credential, rests.choose(other, 0).credential])).toEqual(new Set([0, 1]));
  expect(new Set([rests.choose(chat, 7_000).credential, rests.choose(chat, 7_000).credential])).toEqual(
    new Set([0, 1]),
  );
});

test('a Retry-After of a day rests for a minute', () => {
  const rests = new CredentialRests();
  expect(rests.rest(chat, 0, 'rate_limited', 86_400, 0)).toBe(60_000);
});

test('a refused credential rests a minute for every deployment of the endpoint', () => {
  const rests = new CredentialRests();
  rests.rest(chat, 1, 'refused', null, 0);
  expect(rests.choose(other, 59_999)).toEqual({ credential: 0, restsForMs: 0 });
  expect(rests.choose(other, 59_999)).toEqual({ credential: 0, restsForMs: 0 });
  expect(rests.resting(other, 10_000)).toEqual([{ credential: 1, cause: 'refused', rests_for_ms: 50_000 }]);
});

test('with all resting, names the one that rests shortest and for how long', () => {
  const rests = new CredentialRests();
  rests.rest(chat, 0, 'rate_limited', 30, 0);
  rests.rest(chat, 1, 'rate_limited', 20, 0);
  expect(rests.choose(chat, 5_000)).toEqual({ credential: 1, restsForMs: 15_000 });
});

test('without a hint the rest doubles from answer to answer, not from call to call under way together', () => {
  const rests = new CredentialRests();
  const single = testDeployment('one@single', 'maker/one', { endpoint: testEndpoint('single', { apiKeys: ['fake'] }) });
  let now = 0;
  const lengths: number[] = [];
  for (let i = 0; i < 8; i += 1) {
    for (let together = 0; together < 5; together += 1) rests.rest(single, 0, 'rate_limited', null, now);
    const { restsForMs } = rests.choose(single, now);
    lengths.push(restsForMs);
    now += restsForMs;
  }
  expect(lengths).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
  rests.answered(single, 0, now);
  rests.rest(single, 0, 'rate_limited', null, now);
  expect(rests.choose(single, now).restsForMs).toBe(1_000);
});

test('survives a reload of the same endpoint and forgets a changed one', () => {
  const rests = new CredentialRests();
  rests.rest(chat, 0, 'rate_limited', 30, 0);
  const reloaded = testDeployment('chat@vendor', 'maker/chat', { endpoint: { ...endpoint } });
  const rekeyed = testDeployment('chat@vendor', 'maker/chat', { endpoint: { ...endpoint, digest: 'new keys' } });
  expect(rests.resting(reloaded, 0)).toHaveLength(1);
  expect(rests.resting(rekeyed, 0)).toHaveLength(0);
});

test('passes over a credential that is at its limit, unless all are', () => {
  const rests = new CredentialRests();
  const turns = Array.from({ length: 3 }, () => rests.choose(chat, 0, (credential) => credential === 0).credential);
  expect(turns).toEqual([1, 1, 1]);
  rests.rest(chat, 1, 'rate_limited', 9, 0);
  expect(rests.choose(chat, 0, (credential) => credential === 0)).toEqual({ credential: 1, restsForMs: 9_000 });
  expect(rests.choose(chat, 0, () => true).restsForMs).toBe(0);
});
