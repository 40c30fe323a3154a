import type { IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import type { ApiKey } from '../contracts/api-key.ts';
import type { AppError } from '../contracts/errors.ts';
import { authenticate, type KeyLookup, requireRole } from './authenticate.ts';

const key = (id: string, revokedAt: string | null = null): ApiKey => ({
  id,
  hash: '',
  prefix: '',
  roles: ['app'],
  useCases: null,
  defaultUseCase: null,
  models: null,
  labels: [],
  limits: null,
  defaultJurisdictions: null,
  createdAt: '',
  revokedAt,
});

class Keys implements KeyLookup {
  generation = 1;
  lookUps = 0;
  known: Record<string, ApiKey> = {
    'secret-a': key('a'),
    'secret-b': key('b'),
    'secret-old': key('old', '2026-11-01'),
  };
  find(secret: string): ApiKey | null {
    this.lookUps += 1;
    return this.known[secret] ?? null;
  }
}

const request = (headers: Record<string, string>, socket: object = {}): IncomingMessage =>
  ({ headers, socket }) as unknown as IncomingMessage;

function outcome(headers: Record<string, string>, keys = new Keys(), socket: object = {}): string {
  try {
    return authenticate(request(headers, socket), keys).actor;
  } catch (error) {
    return (error as AppError).code;
  }
}

test.each([
  [{ authorization: 'Bearer secret-a' }, 'a'],
  [{ authorization: 'bearer secret-a' }, 'a'],
  [{ 'x-api-key': 'secret-b' }, 'b'],
  [{ 'api-key': 'secret-b' }, 'b'],
  [{ 'x-api-key': '', 'api-key': 'secret-b' }, 'b'],
  [{ 'x-api-key': 'secret-a', 'api-key': 'secret-b' }, 'a'],
  [{ authorization: 'Bearer secret-a', 'api-key': 'secret-b' }, 'a'],
  [{ 'api-key': 'nobody' }, 'invalid_api_key'],
  [{ authorization: 'Bearer secret-a', 'x-api-key': 'secret-b' }, 'a'],
  [{}, 'missing_api_key'],
  [{ authorization: 'secret-a' }, 'missing_api_key'],
  [{ authorization: 'Basic c2VjcmV0' }, 'missing_api_key'],
  [{ authorization: 'Bearer ' }, 'missing_api_key'],
  [{ 'x-api-key': '' }, 'missing_api_key'],
  [{ authorization: 'Bearer nobody' }, 'invalid_api_key'],
  [{ authorization: 'Bearer secret-old' }, 'invalid_api_key'],
])('%j is %s', (headers, expected) => {
  expect(outcome(headers as Record<string, string>)).toBe(expected);
});

test('a connection that repeats its headers is looked up once', () => {
  const keys = new Keys();
  const socket = {};
  for (let i = 0; i < 3; i += 1) expect(outcome({ authorization: 'Bearer secret-a' }, keys, socket)).toBe('a');
  expect(keys.lookUps).toBe(1);
});

test('another credential on the same connection is looked up, a wrong one is refused and not remembered', () => {
  const keys = new Keys();
  const socket = {};
  expect(outcome({ authorization: 'Bearer secret-a' }, keys, socket)).toBe('a');
  expect(outcome({ authorization: 'Bearer nobody' }, keys, socket)).toBe('invalid_api_key');
  expect(outcome({ authorization: 'Bearer secret-b' }, keys, socket)).toBe('b');
  expect(outcome({}, keys, socket)).toBe('missing_api_key');
  expect(outcome({ 'api-key': 'secret-a' }, keys, socket)).toBe('a');
  expect(outcome({ 'api-key': 'secret-b' }, keys, socket)).toBe('b');
  expect(outcome({ 'api-key': 'nobody' }, keys, socket)).toBe('invalid_api_key');
});

test('a key revoked between two requests of one connection is refused at the second', () => {
  const keys = new Keys();
  const socket = {};
  expect(outcome({ authorization: 'Bearer secret-a' }, keys, socket)).toBe('a');
  keys.known['secret-a'] = key('a', '2026-11-21');
  keys.generation += 1;
  expect(outcome({ authorization: 'Bearer secret-a' }, keys, socket)).toBe('invalid_api_key');
});

test('a role is needed, any of those allowed will do', () => {
  const caller = authenticate(request({ authorization: 'Bearer secret-a' }), new Keys());
  expect(() => requireRole(caller, ['admin', 'app'])).not.toThrow();
  expect(() => requireRole(caller, ['admin'])).toThrow(/role admin/);
});
