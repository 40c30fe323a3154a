import { describe, expect, it } from 'vitest';
import { findAll } from './test-find.ts';

describe('e-mail addresses', () => {
  it.each([
    ['Write to jane.roe+news@mail.example.co.uk.', 'jane.roe+news@mail.example.co.uk'],
    ['<mailto:o.neil_7@example.com>', 'o.neil_7@example.com'],
    ['user@xn--80ak6aa92e.com', 'user@xn--80ak6aa92e.com'],
    ['to=jane@example.org&cc=none', 'jane@example.org'],
    ['jürgen@müller.example', 'jürgen@müller.example'],
    ['(a@b.example)', 'a@b.example'],
  ])('are found exactly in %j', (text, address) => {
    expect(findAll(text, 'email')).toEqual([`email ${address}`]);
  });

  it.each([
    'jane@localhost',
    'jane@example.',
    '@example.com',
    'jane.@example.com',
    'a@b',
    'x@-example.com',
    'npm i @scope/name@1.2.3',
  ])('are not seen in %j', (text) => {
    expect(findAll(text, 'email')).toEqual([]);
  });
});
