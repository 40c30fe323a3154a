import type { IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import type { AppError } from '../contracts/errors.ts';
import { createOpenModeGuard } from './open-mode.ts';

function verdict(headers: Record<string, string>, allowed: readonly string[] = []): string {
  try {
    createOpenModeGuard(allowed)({ headers } as unknown as IncomingMessage);
    return 'allowed';
  } catch (error) {
    return (error as AppError).code;
  }
}

test.each([
  ['localhost', 'allowed'],
  ['localhost:4620', 'allowed'],
  ['LOCALHOST:4620', 'allowed'],
  ['127.0.0.1:4620', 'allowed'],
  ['127.9.8.7', 'allowed'],
  ['[::1]:4620', 'allowed'],
  ['', 'foreign_host'],
  ['evil.example', 'foreign_host'],
  ['localhost.evil.example', 'foreign_host'],
  ['127.0.0.1.evil.example', 'foreign_host'],
  ['evil.example#localhost', 'foreign_host'],
  ['user@localhost', 'foreign_host'],
  ['10.0.0.5:4620', 'foreign_host'],
  ['[::ffff:10.0.0.1]', 'foreign_host'],
])('host %j is %s', (host, expected) => {
  expect(verdict({ host })).toBe(expected);
});

test.each([
  ['http://localhost:3000', 'allowed'],
  ['http://127.0.0.1', 'allowed'],
  ['https://[::1]:8443', 'allowed'],
  ['https://evil.example', 'foreign_origin'],
  ['http://localhost.evil.example', 'foreign_origin'],
  ['null', 'foreign_origin'],
  ['file://', 'foreign_origin'],
])('origin %j is %s', (origin, expected) => {
  expect(verdict({ host: 'localhost', origin })).toBe(expected);
});

test('a configured host is allowed besides the loopback names', () => {
  expect(verdict({ host: 'alidade.internal:80' }, ['alidade.internal'])).toBe('allowed');
});

test('a good host does not open the door for the next request with a bad one', () => {
  const guard = createOpenModeGuard([]);
  guard({ headers: { host: 'localhost' } } as unknown as IncomingMessage);
  expect(() => guard({ headers: { host: 'evil' } } as unknown as IncomingMessage)).toThrow();
});
