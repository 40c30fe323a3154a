import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { SpokenText } from '../../contracts/tokens.ts';
import { detect } from '../detect.ts';
import { createHandling } from './handling.ts';
import { mapOf, spansOf, TENANT_KEY, testMap } from './test-tokens.ts';
import { TOKEN_LENGTH } from './token-format.ts';
import { createTokenMap } from './tokenise.ts';

const TOKEN = /PII_[A-Z]{4}_[0-9A-Z]{13}/g;
const plain = (texts: readonly string[]): SpokenText[] => texts.map((text) => ({ text, from: 0 }));
const restored = (map: ReturnType<typeof testMap>, text: string): string => {
  const restorer = map.restorer('text');
  return restorer.push(text) + restorer.end();
};

describe('texts of many megabytes', () => {
  const values = { 'anna@example.org': 'email' };
  const CODE = 'PII_MAIL_0123456789ABC';

  it('are replaced alike wherever the pieces end in which they are looked through', () => {
    const known = 'Write to anna@example.org, ';
    // Found once; later it is only known. What looks like a token gets one, too.
    for (let shift = 0; shift < 60; shift += 1) {
      const filler = '. '.repeat(32_768).slice(0, 65_536 - known.length - shift);
      const map = testMap();
      const text = `${known}${filler}anna@example.org and ${CODE}; 'anna@example.org'`;
      const out = map.replace(text, spansOf(known, values));
      expect(out).not.toContain('anna');
      expect(out).not.toContain(CODE);
      expect(out.match(TOKEN)).toHaveLength(4);
      expect(restored(map, out)).toBe(text);
    }
  });

  it('let others have their turn', () => {
    const text = `anna@example.org ${'. '.repeat(500_000)}`;
    const pieces = testMap().tokeniseInPieces(plain([text]), [spansOf(text, values)]);
    let turns = 0;
    while (pieces.next().done !== true) turns += 1;
    expect(turns).toBeGreaterThan(20);
  });
});

describe('values and tokens', () => {
  it('gives one value one token and other values others, over all texts of a conversation', () => {
    const texts = [
      'Write to anna@example.org.',
      'From bob@example.org to anna@example.org',
      '{"to":"anna@example.org"}',
    ];
    const values = { 'anna@example.org': 'email', 'bob@example.org': 'email' };
    const map = testMap();
    const out = map.tokenise(
      plain(texts),
      texts.map((text) => spansOf(text, values)),
    );
    const tokens = out.map((text) => text.match(TOKEN));
    expect(tokens[0]?.[0]).toBe(tokens[1]?.[1]);
    expect(tokens[0]?.[0]).toBe(tokens[2]?.[0]);
    expect(tokens[1]?.[0]).not.toBe(tokens[1]?.[1]);
    expect(out.join()).not.toContain('example.org');
    expect(out.map((text) => restored(map, text))).toEqual(texts);
  });

  it('gives resent history and other replicas the same tokens, and other conversations and tenants others', () => {
    const text = 'Anna Schmidt, +49 30 901820';
    const values = { 'Anna Schmidt': 'person', '+49 30 901820': 'phone' };
    const first = testMap().replace(text, spansOf(text, values));
    expect(testMap().replace(text, spansOf(text, values))).toBe(first);
    expect(testMap('two').replace(text, spansOf(text, values))).not.toBe(first);
    const tenant = { tenantKey: Buffer.alloc(32, 8), conversation: 'one', handling: createHandling() };
    expect(createTokenMap(tenant).replace(text, spansOf(text, values))).not.toBe(first);
  });

  it('gives two spellings of a number one token and restores the one that came first', () => {
    const values = { 'DE89 3704 0044 0532 0130 00': 'iban', DE89370400440532013000: 'iban' };
    const { map, tokens } = mapOf(values);
    expect(tokens[0]).toBe(tokens[1]);
    expect(restored(map, `${tokens[1]}`)).toBe('DE89 3704 0044 0532 0130 00');
  });

  it('tells names apart that differ in case, and secrets that differ in anything', () => {
    const { map, tokens } = mapOf({
      'ANNA SCHMIDT': 'person',
      'Anna Schmidt': 'person',
      'sk-fake-ABC': 'api_key',
      'sk-fake-abc': 'api_key',
    });
    expect(new Set(tokens).size).toBe(4);
    expect(restored(map, tokens.join(' '))).toBe('ANNA SCHMIDT Anna Schmidt sk-fake-ABC sk-fake-abc');
  });

  it('keeps ten thousand values apart and gives each one back', () => {
    const values = Array.from({ length: 10_000 }, (_, index) => `user${index}@example.org`);
    const text = values.join('\n');
    let start = 0;
    const spans = values.map((value) => {
      const span = { type: 'email', start, end: start + value.length, score: 1 };
      start += value.length + 1;
      return span;
    });
    const map = testMap();
    const out = map.replace(text, spans);
    expect(new Set(out.match(TOKEN)).size).toBe(10_000);
    expect(out).toHaveLength(10_000 * (TOKEN_LENGTH + 1) - 1);
    expect(restored(map, out)).toBe(text);
    // Found in the next text without anybody pointing at them.
    expect(map.replace(text, [])).toBe(out);
  });
});

describe('values beyond findings', () => {
  it('replaces a value everywhere once it was found somewhere, before that place too', () => {
    const texts = ['Schmidt called.', 'Dear Ms Schmidt,', 'Schmidt! Schmidtstadt is a town.'];
    const map = testMap();
    const out = map.tokenise(plain(texts), [[], [{ type: 'person', start: 8, end: 15, score: 1 }], []]);
    expect(out[0]).toMatch(/^PII_NAME_\w{13} called\.$/);
    expect(out[2]).toMatch(/^PII_NAME_\w{13}! Schmidtstadt is a town\.$/);
  });

  it('takes the longest of values that lie in one another', () => {
    const text = 'Anna Schmidt and Anna; anna.schmidt@example.org';
    const values = {
      'Anna Schmidt': 'person',
      Anna: 'person',
      'anna.schmidt@example.org': 'email',
      'anna.schmidt': 'person',
    };
    const map = testMap();
    const out = map.replace(text, spansOf(text, values));
    expect(out).toMatch(/^PII_NAME_\w{13} and PII_NAME_\w{13}; PII_MAIL_\w{13}$/);
    expect(restored(map, out)).toBe(text);
  });

  it('replaces what is left of a finding that another one overlaps', () => {
    const map = testMap();
    const text = 'Anna Maria Schmidt';
    const out = map.replace(text, [
      { type: 'person', start: 0, end: 10, score: 1 },
      { type: 'person', start: 5, end: 18, score: 1 },
    ]);
    expect(out).toMatch(/^(PII_NAME_\w{13}){2}$/);
    expect(restored(map, out)).toBe(text);
  });

  it('looks at the context before a value and replaces only the value', () => {
    const map = testMap();
    const [out] = map.tokenise(
      [{ text: 'phone: 030 901820', from: 7 }],
      [[{ type: 'phone', start: 0, end: 17, score: 1 }]],
    );
    expect(out).toMatch(/^PII_TELE_\w{13}$/);
  });
});

describe('text that looks like a token', () => {
  const somebody = mapOf({ 'secret@example.org': 'email' }).tokens[0] as string;

  it('hides tokens in the user text behind tokens of their own, so that they come back as they were', () => {
    const text = `What is ${somebody}? And ${somebody.toLowerCase()}, PII\\_MAIL\\_0123456789ABC?`;
    const map = testMap();
    const out = map.replace(text, []);
    expect(out).not.toContain(somebody);
    expect(out.match(/PII_TEXT_/g)).toHaveLength(3);
    expect(restored(map, out)).toBe(text);
    expect(map.counts).toMatchObject({ escaped: 3, restored: 3, unknown: 0, mangled: 0 });
  });

  it('finds what looks like a token also where another one seems to begin before it', () => {
    const text = `PII_MAIL_WKYR53K8RRH${somebody} ${somebody.slice(0, 20)}`;
    const map = testMap();
    const out = map.replace(text, [{ type: 'password', start: 0, end: 1, score: 1 }]);
    expect(out).not.toContain(somebody);
    expect(restored(map, out)).toBe(text);
    expect(map.counts).toMatchObject({ unknown: 0, mangled: 0 });
  });

  it('leaves words of programs alone that begin as tokens do', () => {
    const text = 'const PII_NAME_FIELD = PII_DATA_CLASSIFICATIONS; PII_MAIL_V2; pii_mail_hash';
    const map = testMap();
    expect(map.replace(text, [])).toBe(text);
    expect(restored(map, text)).toBe(text);
    expect(map.counts).toMatchObject({ escaped: 0, unknown: 0, mangled: 0 });
  });

  it('never restores a token of the user text to the value that has it in this conversation', () => {
    const text = `secret@example.org is not ${somebody}, nor ${somebody.replaceAll('_', ' ')}, nor ${somebody.toLowerCase()}`;
    const map = testMap();
    const out = map.replace(text, spansOf(text, { 'secret@example.org': 'email' }));
    expect(out.startsWith(`${somebody} is not PII_TEXT_`)).toBe(true);
    expect(out.split(somebody)).toHaveLength(2);
    expect(restored(map, out)).toBe(text);
  });

  it('does not search what it has put in', () => {
    const { map, tokens } = mapOf({ 'Ms PII_MAIL_0123456789ABC': 'person' });
    expect(restored(map, `${tokens[0]}!`)).toBe('Ms PII_MAIL_0123456789ABC!');
  });
});

describe('handling', () => {
  it('masks, drops, keeps and blocks by type, wherever the value stands', () => {
    const map = testMap('one', { email: 'mask', phone: 'drop', iban: 'block', person: 'keep' });
    const text = 'Anna Schmidt, a@example.org, 030 901820, DE89370400440532013000; a@example.org';
    const values = { 'Anna Schmidt': 'person', '030 901820': 'phone', DE89370400440532013000: 'iban' };
    const spans = [...spansOf(text, values), { type: 'email', start: 14, end: 27, score: 1 }];
    const out = map.replace(text, spans);
    expect(out).toMatch(/^Anna Schmidt, \[EMAIL\], , PII_BANK_\w{13}; \[EMAIL\]$/);
    expect(map.blocked).toEqual(['iban']);
    expect(map.counts).toMatchObject({ masked: 2, dropped: 1, tokenised: 1 });
  });

  it('leaves alone what is not masked by default, unless the configuration names it', () => {
    const text = 'Anna Schmidt lives in Berlin';
    const span = { type: 'city', start: 22, end: 28, score: 0.9 };
    expect(testMap().replace(text, [span])).toBe(text);
    expect(testMap('one', { city: 'mask' }).replace(text, [span])).toBe('Anna Schmidt lives in [CITY]');
  });

  it('takes what detection finds as it is', () => {
    const text = 'Mail anna.schmidt@example.org or call +49 30 901820.';
    const map = testMap();
    const out = map.replace(text, detect(text));
    expect(out).toMatch(/^Mail PII_MAIL_\w{13} or call PII_TELE_\w{13}\.$/);
    expect(restored(map, out)).toBe(text);
  });
});

it('shows no value and no key when it is printed, logged or written as JSON', () => {
  const { map, tokens } = mapOf({ 'secret@example.org': 'email' });
  restored(map, tokens[0] as string);
  const shown = [inspect(map, { depth: 9, showHidden: true }), JSON.stringify({ map }), String(map)].join();
  expect(shown).not.toContain('secret@example.org');
  expect(shown).not.toContain(TENANT_KEY.toString('hex'));
  expect(shown).not.toContain(TENANT_KEY.toString('base64'));
});
