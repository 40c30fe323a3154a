import { describe, expect, it } from 'vitest';
import { detect } from '../detect.ts';

const typesIn = (text: string): string[] => detect(text).map(({ type }) => type);

describe('what programs write', () => {
  it.each([
    '550e8400-e29b-41d4-a716-446655440000',
    '12345678-1234-1234-1234-123456789012',
    '00000000-0000-0000-0000-000000000000',
  ])('holds nobody’s number in %s', (uuid) => {
    expect(typesIn(`{"passport":"${uuid}"}`)).toEqual([]);
  });

  it('still has the date of a time', () => {
    expect(typesIn('{"at":"2026-03-04T05:06:07.089Z"}')).toEqual(['date']);
    expect(typesIn('{"date_of_birth":"1980-03-04T00:00:00Z"}')).toEqual(['date_of_birth']);
  });

  it('hides nothing that stands beside it', () => {
    const beside = '550e8400-e29b-41d4-a716-446655440000 4012 8888 8888 1881 2026-03-04T05:06:07 a@b.example';
    expect(typesIn(beside)).toEqual(expect.arrayContaining(['credit_card', 'email']));
  });

  it.each(['550e8400-e29b-41d4-a716-44665544000', '550e8400 e29b 41d4 a716 446655440000', '4012-8888-8888-1881'])(
    'does not take %s for one',
    (text) => {
      expect(typesIn(text)).toEqual(typesIn(` ${text} `));
    },
  );
});
