import { describe, expect, it } from 'vitest';
import { findAll, findSure } from './test-find.ts';

describe('phone numbers', () => {
  it.each([
    '+1 415 555 0132',
    '+44 20 7946 0958',
    '+49 (0)30 901820',
    '+33 1 42 68 53 00',
    '+8613812345678',
    '(415) 555-0132',
    '415-555-0132',
    '001-415-555-0132x77',
    '030 901820',
    '090-1234-5678',
    '5551234567',
  ])('%s is found exactly beside a label', (number) => {
    expect(findAll(`My phone is ${number}, thanks`, 'phone')).toEqual([`phone ${number}`]);
  });

  it.each(['+1 415 555 0132', '(415) 555-0132', '415-555-0132', '+49 30 901820', '0049 30 901820'])(
    '%s is sure without a label, by the way it is written',
    (number) => {
      expect(findSure(`We met at ${number} then`, 'phone')).toEqual([`phone ${number}`]);
    },
  );

  it.each([
    '2021-05-21',
    '21.05.2021',
    '1,415,555',
    '3.14159265',
    '550e8400-e29b-41d4-a716-446655440000',
    '+1',
    '1700000000',
    '192.168.1.1.1',
    '10.0.0.0/123',
  ])('%s is no phone number for sure', (text) => {
    expect(findSure(`value ${text} here`, 'phone')).toEqual([]);
  });

  it.each(['09181234567', '05359876543', '13812345678'])('%s is a guess without a label, never sure', (number) => {
    expect(findAll(`Second: ${number}`, 'phone')).toEqual([`phone ${number}`]);
    expect(findSure(`Second: ${number}`, 'phone')).toEqual([]);
  });

  it('a label does not make a card, a decimal or a social security number one', () => {
    for (const text of ['call me: 4012 8888 8888 1881', 'call took 165.617888', 'phone or SSN 536-90-4399']) {
      expect(findAll(text, 'phone'), text).toEqual([]);
    }
  });
});
