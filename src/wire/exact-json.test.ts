import { expect, test } from 'vitest';
import { parseExactJson } from './exact-json.ts';

test('whole numbers that no double holds keep their digits', () => {
  const text = '{"id":12345678901234567890,"list":[-9007199254740993],"small":7,"float":0.1234567890123456789}';
  expect(JSON.stringify(parseExactJson(text))).toBe(
    '{"id":12345678901234567890,"list":[-9007199254740993],"small":7,"float":0.12345678901234568}',
  );
});

test('everything else is what JSON.parse makes of it', () => {
  const text = '{"a":[1,true,null,"1234567890123456"],"b":1e3}';
  expect(parseExactJson(text)).toEqual(JSON.parse(text));
  expect(() => parseExactJson('{"a":12345678901234567')).toThrow(SyntaxError);
});
