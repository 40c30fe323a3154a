import { describe, expect, it } from 'vitest';
import { createSeededRandom } from '../../lib/seeded-random.ts';
import { mapOf, restoreInPieces } from './test-tokens.ts';
import { noTokenCounts } from './tokenise.ts';

const VALUES = { 'O\'Neil "Bob"\n\\': 'person', 'anna@example.org': 'email', '078-05-1120': 'us_ssn' };
const { map: shared, tokens } = mapOf(VALUES);
/** The same map with nothing counted. */
const made = () => {
  Object.assign(shared.counts, noTokenCounts());
  return { map: shared };
};
const [NAME, MAIL, NUMBER] = tokens as [string, string, string];
const [name, mail, number] = Object.keys(VALUES) as [string, string, string];
const restored = (text: string, mode: 'json' | 'arguments' = 'arguments', cuts: readonly number[] = []) =>
  restoreInPieces(made().map, text, cuts, mode);
const escapedAll = (text: string): string =>
  [...text].map((letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');

describe('arguments of tool calls', () => {
  it('escapes what it puts into strings, so that the arguments stay JSON', () => {
    const { text, fault } = restored(JSON.stringify({ to: MAIL, who: `Dr ${NAME}!`, list: [NAME, { deep: NUMBER }] }));
    expect(fault).toBeNull();
    expect(JSON.parse(text)).toEqual({ to: mail, who: `Dr ${name}!`, list: [name, { deep: number }] });
  });

  it('finds tokens that are written with escapes, also when an escape is cut', () => {
    const text = `{"a":"\\n${escapedAll(MAIL)}\\u00e9","b":"${MAIL.slice(0, 5)}${escapedAll(MAIL.slice(5, 9))}${MAIL.slice(9)}"}`;
    for (let cut = 0; cut <= text.length; cut += 1) {
      expect(JSON.parse(restored(text, 'arguments', [cut]).text)).toEqual({ a: `\n${mail}é`, b: mail });
    }
  });

  it('leaves every other escape as it was written', () => {
    const text = '{"a":"\\u00e9\\ud83d\\ude00\\/\\"\\\\ \\u0022","b":"\\\\u0050II"}';
    expect(restored(text).text).toBe(text);
  });

  it('refuses a token as a name, outside of strings, and one that means nothing', () => {
    expect(restored(`{"${MAIL}":1}`)).toEqual({ text: '', fault: 'token_in_name' });
    expect(restored(`{"a":{"b":[1],"${MAIL}":1}}`).fault).toBe('token_in_name');
    expect(restored(`{"ssn":${NUMBER}}`).fault).toBe('token_outside_string');
    expect(restored(`{"a":"PII_MAIL_0123456789ABC"}`).fault).toBe('unresolved_token');
    expect(restored(`{"a":"${MAIL.slice(0, 20)}"}`).fault).toBe('unresolved_token');
    expect(restored(`{"a":"${mapOf(VALUES, 'another').tokens[0]}"}`).fault).toBe('unresolved_token');
  });

  it('lets nothing out any more once there is a fault', () => {
    const { map } = made();
    const restorer = map.restorer('arguments');
    expect(restorer.push('{"a":"x",')).toBe('{"a":"x",');
    expect(restorer.push(`"${MAIL}":1`)).toBe('');
    expect(restorer.push(',"b":2}')).toBe('');
    expect(restorer.end()).toBe('');
    expect(restorer.fault).toBe('token_in_name');
  });

  it('keeps arguments that are cut off as they are, and counts half a token', () => {
    const { map } = made();
    const half = `{"a":"${MAIL.slice(0, 14)}`;
    expect(restoreInPieces(map, half, [7], 'arguments')).toEqual({ text: half, fault: null });
    expect(map.counts.cut).toBe(1);
  });

  it('takes words about tokens for words', () => {
    const text =
      '{"note":"PII rules, and PII mail handling","p":1,"pii":"P","x":"about PII","code":"PII_NAME_FIELD, PII_MAIL_V2 = PII_DATA_F"}';
    expect(restored(text)).toEqual({ text, fault: null });
  });
});

describe('texts that were asked for as JSON', () => {
  it('escapes inside strings and restores outside of them as it is', () => {
    const { text, fault } = restored(`Here:\n\`\`\`json\n{"who":"${NAME}","${MAIL}":1}\n\`\`\`\n${MAIL}`, 'json');
    expect(fault).toBeNull();
    expect(text).toBe(`Here:\n\`\`\`json\n{"who":${JSON.stringify(name)},"${mail}":1}\n\`\`\`\n${mail}`);
  });
});

it('gives the same in pieces as in one, for every cut into two and three up to 200 units', () => {
  const texts = [
    JSON.stringify({ a: `x${MAIL}`, [`k${'é'}`]: [NAME, 12, `"${NUMBER}"`], p: 'PII_' }),
    `{"a":"${escapedAll(MAIL)}","P":"\\\\\\"${MAIL.toLowerCase()}"}`.slice(0, 200),
    `{"a":"PII_${'NAME'}","b":"\\n${NAME}"`,
  ];
  for (const mode of ['json', 'arguments'] as const) {
    for (const text of texts) {
      const expected = restored(text, mode);
      for (let first = 0; first <= text.length; first += 1) {
        for (let second = first; second <= text.length; second += 1) {
          const got = restored(text, mode, [first, second]);
          if (got.text !== expected.text) expect({ first, second, ...got }).toEqual({ first, second, ...expected });
        }
      }
    }
  }
});

it('gives the same in random pieces as in one, whatever the text, and stays JSON where it was', () => {
  const random = createSeededRandom('json');
  const leaves = [MAIL, NAME, NUMBER, 'P', 'PII', '"', '\\', '\n', 'é', '😀', ` ${MAIL.toLowerCase()} `, 'plain'];
  for (let round = 0; round < 500; round += 1) {
    const value = Object.fromEntries(
      Array.from({ length: 1 + (random.uint32() % 12) }, (_, index) => [
        `k${index}`,
        Array.from({ length: random.uint32() % 6 }, () => leaves[random.uint32() % leaves.length]).join(''),
      ]),
    );
    const text = JSON.stringify(value);
    const cuts = Array.from({ length: random.uint32() % 40 }, () => random.uint32() % text.length).sort(
      (a, b) => a - b,
    );
    const got = restored(text, 'arguments', cuts);
    expect(got).toEqual(restored(text));
    if (got.fault === null) JSON.parse(got.text);
  }
});
