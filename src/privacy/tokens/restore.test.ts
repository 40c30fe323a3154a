import { describe, expect, it } from 'vitest';
import { createSeededRandom } from '../../lib/seeded-random.ts';
import { mapOf, restoreInPieces, testMap } from './test-tokens.ts';
import { TOKEN_LENGTH } from './token-format.ts';
import { noTokenCounts } from './tokenise.ts';

const VALUES = { 'anna@example.org': 'email', 'O’Neil "Bob" 王小明': 'person', '+49 30 901820': 'phone' };
const { map: shared, tokens } = mapOf(VALUES);
/** The same map with nothing counted. */
const made = () => {
  Object.assign(shared.counts, noTokenCounts());
  return { map: shared };
};
const [MAIL, NAME, PHONE] = tokens as [string, string, string];
const [mail, name, phone] = Object.keys(VALUES) as [string, string, string];

function restored(text: string) {
  const { map } = made();
  const out = restoreInPieces(map, text, []);
  return { text: out.text, counts: map.counts };
}

/** The simplest thing that restores tokens as they were made. */
const byReplacing = (text: string): string =>
  text.replaceAll(MAIL, mail).replaceAll(NAME, name).replaceAll(PHONE, phone);

describe('what is held back', () => {
  it('lets everything out at once that begins no token of this request', () => {
    const { map } = made();
    const restorer = map.restorer('text');
    for (const text of [
      'Sure! ',
      'Help',
      ', up',
      ' PI is 3.14',
      'XPIIX',
      'PII_ADDR_',
      'P1',
      ' 王',
      '{"p":1}',
      'PII_MAIL_Z',
    ]) {
      expect(restorer.push(text)).toBe(text);
    }
  });

  it('holds at most one character less than a token, and only while it is the beginning of one', () => {
    const { map } = made();
    const restorer = map.restorer('text');
    for (let length = 1; length < TOKEN_LENGTH; length += 1) {
      expect(restorer.push(MAIL.charAt(length - 1))).toBe('');
    }
    expect(restorer.push(MAIL.charAt(TOKEN_LENGTH - 1))).toBe(mail);
    expect(restorer.push('PII_NA')).toBe('');
    expect(restorer.push('TO.')).toBe('PII_NATO.');
  });

  it('gives back what it held when the text ends, and counts it where it was the beginning of a token', () => {
    const half = restored(`Write to ${MAIL.slice(0, 15)}`);
    expect(half.text).toBe(`Write to ${MAIL.slice(0, 15)}`);
    expect(half.counts).toMatchObject({ cut: 1, restored: 0, mangled: 0 });
    expect(restored('That is up to P').counts).toMatchObject({ cut: 0 });
  });
});

describe('tokens that a model has changed', () => {
  const mangled = {
    'lower case': MAIL.toLowerCase(),
    'without underscores': MAIL.replaceAll('_', ''),
    'with blanks': MAIL.replaceAll('_', ' '),
    'with hyphens': MAIL.replaceAll('_', '-'),
    'with escaped underscores': MAIL.replaceAll('_', '\\_'),
    'with a blank inside': `${MAIL.slice(0, 14)} ${MAIL.slice(14)}`,
    'over two lines': `${MAIL.slice(0, 14)}\n${MAIL.slice(14)}`,
    'with marks inside': `PII_**MAIL**_${MAIL.slice(9)}`,
    'with a zero-width space': `${MAIL.slice(0, 9)}\u200b${MAIL.slice(9)}`,
    'with a translated type': `PII_CORREO_${MAIL.slice(9)}`,
    'with a type in another script': `PII_电子邮件_${MAIL.slice(9)}`,
    'with misread digits': MAIL.replaceAll('0', 'O').replaceAll('1', 'l'),
  };
  for (const [how, text] of Object.entries(mangled)) {
    it(`restores a token ${how}, and says that it was changed`, () => {
      const { text: out, counts } = restored(`Write to ${text}'s box.`);
      expect(out).toBe(`Write to ${mail}'s box.`);
      expect(counts).toMatchObject({ restored: 1, repaired: text === MAIL ? 0 : 1, mangled: 0, unknown: 0 });
    });
  }

  it('restores tokens with anything around them, and tokens that touch', () => {
    expect(restored(`**${MAIL}**, ${MAIL}'s, <b>${MAIL}</b>, x${MAIL}y`).text).toBe(
      `**${mail}**, ${mail}'s, <b>${mail}</b>, x${mail}y`,
    );
    expect(restored(MAIL + PHONE + MAIL.toLowerCase() + NAME).text).toBe(mail + phone + mail + name);
  });

  it('leaves alone what could mean several values or none, and counts it', () => {
    const wrong = `${MAIL.slice(0, 12)}${MAIL.charAt(12) === 'Z' ? 'Y' : 'Z'}${MAIL.slice(13)}`;
    const { text, counts } = restored(`${wrong}, ${MAIL.slice(0, 18)}, ${MAIL.slice(0, 20)}.`);
    expect(text).toBe(`${wrong}, ${MAIL.slice(0, 18)}, ${MAIL.slice(0, 20)}.`);
    expect(counts).toMatchObject({ restored: 0, mangled: 3, unknown: 0 });
  });

  it('never restores tokens of other conversations, and counts them as unknown', () => {
    const theirs = mapOf(VALUES, 'another').tokens.join(' ');
    const { text, counts } = restored(theirs);
    expect(text).toBe(theirs);
    expect(counts).toMatchObject({ restored: 0, unknown: 3, mangled: 0 });
  });

  it('takes no words for tokens', () => {
    const text =
      'const PII_NAME_FIELD = PII_DATA_CLASSIFICATIONS, PII_MAIL_V2 = 1; PII mail protection matters, pii name fields too; PII data is personal. PII_DATABASE_URL PII-ADDRESS';
    expect(restored(text)).toMatchObject({ text, counts: { restored: 0, mangled: 0, unknown: 0, cut: 0 } });
  });
});

describe('oracle', () => {
  const PIECES = [
    MAIL,
    NAME,
    PHONE,
    MAIL.toLowerCase(),
    PHONE.replaceAll('_', '\\_'),
    `PII_CORREO_${MAIL.slice(9)}`,
    MAIL.slice(0, 13),
    'PII_',
    'P',
    'p',
    'PI PII P_',
    ' and ',
    '王小明',
    '😀',
    '\n',
    '**',
    `PII_MAIL_${NAME.slice(9)}`,
    'PII_MAIL_0123456789ABC',
  ];
  const textOf = (random: ReturnType<typeof createSeededRandom>, length: number): string => {
    let text = '';
    while (text.length < length) text += PIECES[random.uint32() % PIECES.length] as string;
    return text;
  };
  const whole = (text: string) => {
    const { map } = made();
    return { ...restoreInPieces(map, text, []), counts: { ...map.counts } };
  };

  it('restores tokens as they were made as replacing them in the whole text would', () => {
    const random = createSeededRandom('exact');
    for (let round = 0; round < 300; round += 1) {
      let text = '';
      while (text.length < 300)
        text += [MAIL, NAME, PHONE, ' and ', 'P', 'PII', '_', '王'][random.uint32() % 8] as string;
      expect(whole(text).text).toBe(byReplacing(text));
    }
  });

  it('gives the same in pieces as in one, for every cut into two and three up to 200 units, and all single units', () => {
    const random = createSeededRandom('splits');
    for (let round = 0; round < 4; round += 1) {
      const text = textOf(random, 170).slice(0, 200);
      const expected = whole(text);
      const check = (cuts: readonly number[]): void => {
        const { map } = made();
        const got = { ...restoreInPieces(map, text, cuts), counts: { ...map.counts } };
        if (got.text !== expected.text || JSON.stringify(got.counts) !== JSON.stringify(expected.counts)) {
          expect({ cuts, ...got }).toEqual({ cuts, ...expected });
        }
      };
      for (let first = 0; first <= text.length; first += 1) {
        for (let second = first; second <= text.length; second += round === 0 ? 1 : 7) check([first, second]);
      }
      check(Array.from({ length: text.length }, (_, index) => index));
    }
  });

  it('gives the same in random pieces as in one, for long texts', () => {
    const random = createSeededRandom('random');
    for (let round = 0; round < 400; round += 1) {
      const text = textOf(random, 2_000);
      const cuts = Array.from({ length: 1 + (random.uint32() % 200) }, () => random.uint32() % text.length).sort(
        (a, b) => a - b,
      );
      const { map } = made();
      const got = { ...restoreInPieces(map, text, cuts), counts: { ...map.counts } };
      expect(got).toEqual(whole(text));
    }
  });
});

it('passes everything of a request without tokens, and still counts foreign ones', () => {
  const map = testMap();
  expect(restoreInPieces(map, `a P PII_MAIL_ ${MAIL}`, [3, 9]).text).toBe(`a P PII_MAIL_ ${MAIL}`);
  expect(map.counts).toMatchObject({ restored: 0, unknown: 1, mangled: 0 });
});
