import { describe, expect, it } from 'vitest';
import { findSure } from './test-find.ts';

/** Put together here, so that no scanner of repositories takes the fixtures for real. */
const made = (...parts: readonly string[]): string => parts.join('');
const RANDOM = 'q7Zt2mXw9RkV4nBc8LpD3sHf6JyG1aEu5TiO';

describe('secrets', () => {
  it.each([
    ['api_key', made('sk', '-proj-', RANDOM)],
    ['api_key', made('sk', '-ant-api03-', RANDOM, RANDOM, RANDOM)],
    ['api_key', made('AKIA', 'Q3EGRZTT5UWV7YXN')],
    ['api_key', made('AIza', RANDOM.slice(0, 35))],
    ['api_key', made('ghp', '_', RANDOM)],
    ['api_key', made('sk', '_live_', RANDOM.slice(0, 24))],
    ['token', made('xoxb', '-123456789012-', RANDOM.slice(0, 24))],
    ['token', made('eyJhbGciOiJIUzI1NiJ9', '.', 'eyJzdWIiOiIxMjM0NTY3ODkwIn0', '.', RANDOM)],
  ])('%s is found by its mark', (type, secret) => {
    expect(findSure(`use ${secret} here`, 'api_key', 'token')).toEqual([`${type} ${secret}`]);
  });

  it('a private key is found to its end, and as far as it goes where the end is missing', () => {
    const body = `${RANDOM}\n${RANDOM}\n`;
    const key = made('-----BEGIN RSA PRIVATE', ' KEY-----\n', body, '-----END RSA PRIVATE', ' KEY-----');
    expect(findSure(`a\n${key}\nb`)).toEqual([`private_key ${key}`]);
    const cut = made('-----BEGIN PRIVATE', ' KEY-----\n', body.trim());
    expect(findSure(`${cut}`)).toEqual([`private_key ${cut}`]);
    expect(findSure(made('-----BEGIN PUBLIC', ' KEY-----\n', body))).toEqual([]);
  });

  it.each([
    ['password: "hunter2!Xy"', 'password hunter2!Xy'],
    ['My password is Tr0ub4dor&3.', 'password Tr0ub4dor&3'],
    ['password: hunter2fake, and so on', 'password hunter2fake'],
    ['mot de passe : Soleil#99', 'password Soleil#99'],
    ['pw is Tr0ub4dor&3 for now', 'password Tr0ub4dor&3'],
    ['hat das Passwort gegeben: Sommer2026!', 'password Sommer2026!'],
    ['the password was changed to Hunter2!x', 'password Hunter2!x'],
    ['DB_PASSWORD=hunter42!', 'password hunter42!'],
    ['my password: Welcome!', 'password Welcome!'],
    [`api_key = ${RANDOM}`, `api_key ${RANDOM}`],
    [`"client_secret": "${RANDOM}"`, `api_key ${RANDOM}`],
    ['Passwort für das Portal: Kr4nich!Nest#88, danke', 'password Kr4nich!Nest#88'],
    ['mon mot de passe est Soleil2024!xy et voilà', 'password Soleil2024!xy'],
    ['the password for our server is Kr4nich!Nest', 'password Kr4nich!Nest'],
    ['postgres://app:s3cretPw@db.internal/main', 'connection_string postgres://app:s3cretPw@db.internal/main'],
  ])('%j holds one', (text, expected) => {
    expect(findSure(text, 'password', 'api_key', 'connection_string')).toEqual([expected]);
  });

  it.each([
    'password: string',
    'password: userpass2',
    'password = passwordHash',
    'passwords: enabled2024',
    'const password = options.password;',
    'password = process.env.PASSWORD',
    'password: "********"',
    'token: number, secret: boolean',
    'api_key = YOUR_API_KEY_HERE',
    'postgres://user:password@localhost/db',
    'sk-learn-and-more is a library',
    'the secret is out',
    'Das Passwort ist Pflicht.',
    'the password for the test: string',
    `commit ${'0123456789abcdef'.repeat(2)}01234567`,
  ])('%j holds none', (text) => {
    expect(findSure(text, 'password', 'api_key', 'token', 'connection_string', 'private_key')).toEqual([]);
  });
});
