import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countTypes, dataClassesOf, detect } from './detect.ts';
import { createScanner, MAX_SLICE } from './scanner.ts';
import { isMaskedByDefault, MASKED_BY_DEFAULT, TYPES } from './types-of-data.ts';

const values = (text: string): string[] => detect(text).map(({ start, end }) => text.slice(start, end));

describe('detect', () => {
  it('finds nothing in an empty text and in plain prose', () => {
    expect(detect('')).toEqual([]);
    expect(detect('The committee considers how to explain the results to a wider audience.')).toEqual([]);
  });

  it('sorts findings, keeps them apart and inside the text, whatever the text', () => {
    const piece = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 12 }),
      fc.constantFrom(
        '@',
        '+1 415 555 0132',
        'DE89 3704 0044 0532 0130 00',
        '14 Main Street, ',
        ':',
        '::',
        '4012 8888 8888 1881',
        '\n',
        'a@b.example',
        'My name is ',
        'Zorblax ',
      ),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 24 }), (pieces) => {
        const text = pieces.join('');
        let last = 0;
        for (const { type, start, end, score } of detect(text, { leastScore: 0 })) {
          expect(TYPES.has(type)).toBe(true);
          expect(start).toBeGreaterThanOrEqual(last);
          expect(end).toBeGreaterThan(start);
          expect(end).toBeLessThanOrEqual(text.length);
          expect(score).toBeGreaterThan(0);
          expect(score).toBeLessThanOrEqual(1);
          last = end;
        }
      }),
      { numRuns: 300 },
    );
  });

  it('counts types, and knows their classes in the order of the tree', () => {
    const findings = detect('Mail a@b.example and c@d.example, card 4012888888881881, in Lisbon.');
    expect(countTypes(findings)).toEqual({ email: 2, credit_card: 1, city: 1 });
    expect(dataClassesOf(findings)).toEqual(['personal.contact.email', 'personal.location', 'personal.financial.card']);
  });

  it('lets the check digit win over a guess, and the longer over the shorter', () => {
    expect(detect('Visit http://203.0.113.7/x').map(({ type }) => type)).toEqual(['ip_address']);
    expect(detect('see https://example.com/a@b').map(({ type }) => type)).toEqual(['url']);
    expect(detect('phone or card 4012 8888 8888 1881').map(({ type }) => type)).toEqual(['credit_card']);
  });

  it('masks what is proven or labelled, and neither guesses nor places', () => {
    const masked = (text: string): string[] =>
      detect(text, { leastScore: 0 })
        .filter(isMaskedByDefault)
        .map(({ type }) => type);
    expect(masked('SSN 536-90-4399')).toEqual(['us_ssn']);
    expect(masked('Counter 536904399 of 44051401359')).toEqual([]);
    expect(masked('Why would Quillon go to Lisbon?')).toEqual([]);
    expect(MASKED_BY_DEFAULT.has('email')).toBe(true);
    expect(MASKED_BY_DEFAULT.has('organization')).toBe(false);
  });
});

describe('normalisation', () => {
  it.each([
    ['full width digits', 'Karte ４０１２８８８８８８８８１８８１ ok', '４０１２８８８８８８８８１８８１'],
    ['zero-width signs', 'card 4012\u200b8888\u200d8888\u20601881 ok', '4012\u200b8888\u200d8888\u20601881'],
    ['soft hyphens', 'card 4012\u00ad888888881881', '4012\u00ad888888881881'],
    ['non-breaking blanks', 'card 4012\u00a08888\u00a08888\u00a01881', '4012\u00a08888\u00a08888\u00a01881'],
    ['typographic dashes', 'SSN 536–90–4399', '536–90–4399'],
    ['Arabic-Indic digits', 'card ٤٠١٢٨٨٨٨٨٨٨٨١٨٨١', '٤٠١٢٨٨٨٨٨٨٨٨١٨٨١'],
    ['Devanagari digits', 'card ४०१२८८८८८८८८१८८१', '४०१२८८८८८८८८१८८१'],
    ['mathematical digits', `card ${'𝟒𝟎𝟏𝟐𝟖𝟖𝟖𝟖𝟖𝟖𝟖𝟖𝟏𝟖𝟖𝟏'}`, '𝟒𝟎𝟏𝟐𝟖𝟖𝟖𝟖𝟖𝟖𝟖𝟖𝟏𝟖𝟖𝟏'],
    ['Cyrillic look-alikes', 'IBAN DЕ89370400440532013000', 'DЕ89370400440532013000'],
    ['line breaks as JSON writes them', '{"text": "My account:\\nDE89370400440532013000"}', 'DE89370400440532013000'],
    [
      'tabs as JSON writes them twice',
      '{\\"text\\": \\"IBAN:\\\\tDE89370400440532013000\\"}',
      'DE89370400440532013000',
    ],
    ['characters by their numbers', '{"mail": "j\\u00fcrgen\\u0040example.com"}', 'j\\u00fcrgen\\u0040example.com'],
    ['digits by their numbers', 'card 4012\\u0038888\\u00388881881 ok', '4012\\u0038888\\u00388881881'],
    ['HTML by number', 'Write to <b>rene&#64;example.com</b>', 'rene&#64;example.com'],
    ['HTML by number, all of it', 'to &#114;ene&#x40;example&#46;com now', '&#114;ene&#x40;example&#46;com'],
    ['HTML by name', 'Write to rene&commat;example&period;com', 'rene&commat;example&period;com'],
    ['the at sign of web addresses', 'https://x.example/?to=rene%40example.com&x=1', 'rene%40example.com'],
    ['digits struck through', 'card 4\u03360\u03361\u03362888888881881 ok', '4\u03360\u03361\u03362888888881881'],
    ['digits in frames', 'card 4\ufe0f\u20e3012888888881881', '4\ufe0f\u20e3012888888881881'],
    ['joiners of graphemes', 'card 4012\u034f888888881881 ok', '4012\u034f888888881881'],
    [
      'signs of direction',
      'card \u202e4012\u200f8888\u20678888\u20691881\u202c ok',
      '4012\u200f8888\u20678888\u20691881',
    ],
    ['selectors of variants', `card 4012${'\u{e0101}'}888888881881 ok`, `4012${'\u{e0101}'}888888881881`],
    ['Khmer digits', 'card ៤០១២៨៨៨៨៨៨៨៨១៨៨១', '៤០១២៨៨៨៨៨៨៨៨១៨៨១'],
    ['Myanmar digits', 'card ၄၀၁၂၈၈၈၈၈၈၈၈၁၈၈၁', '၄၀၁၂၈၈၈၈၈၈၈၈၁၈၈၁'],
    ['Adlam digits', 'card 𞥔𞥐𞥑𞥒𞥘𞥘𞥘𞥘𞥘𞥘𞥘𞥘𞥑𞥘𞥘𞥑', '𞥔𞥐𞥑𞥒𞥘𞥘𞥘𞥘𞥘𞥘𞥘𞥘𞥑𞥘𞥘𞥑'],
    ['full width letters and signs', 'Mail ａｎｎａ＠ｅｘａｍｐｌｅ．ｏｒｇ ok', 'ａｎｎａ＠ｅｘａｍｐｌｅ．ｏｒｇ'],
    ['combining accents', 'mail rene\u0301@example.com', 'rene\u0301@example.com'],
  ])('sees through %s and keeps the offsets of the input', (_name, text, value) => {
    expect(values(text)).toEqual([value]);
  });

  it('keeps offsets behind letters that become several', () => {
    const text = 'ﬃ ㎏ ½ … a@b.example';
    expect(values(text)).toEqual(['a@b.example']);
  });

  it('does not carry invisible signs behind a finding into it', () => {
    expect(values('a@b.example\u200b\u200b.')).toEqual(['a@b.example']);
  });
});

describe('slices', () => {
  const sentence = 'Ask Mrs. Quarmby, a@b.example, card 4012 8888 8888 1881, about 14 Quimby Crescent, Lisbon. ';

  it('end at blanks, never take more than the limit, and lose nothing', () => {
    const count = Math.ceil((3.5 * MAX_SLICE) / sentence.length);
    const text = sentence.repeat(count);
    const scanner = createScanner(text, {});
    let before = 0;
    do {
      expect(scanner.position - before).toBeLessThanOrEqual(MAX_SLICE);
      before = scanner.position;
    } while (scanner.step());
    expect(scanner.position).toBe(text.length);
    expect(countTypes(scanner.findings)).toEqual({ person: count, email: count, credit_card: count, address: count });
    for (const [index, { start }] of scanner.findings.entries()) {
      expect(start).toBe(detect(sentence)[index % 4]!.start + Math.floor(index / 4) * sentence.length);
    }
  });

  it('find what lies across their border once and whole', () => {
    for (let shift = 0; shift < 120; shift += 7) {
      const text = `${'word '.repeat(Math.floor(MAX_SLICE / 5) - 12)}${' '.repeat(shift)}DE89 3704 0044 0532 0130 00 ${'more '.repeat(100)}`;
      expect(values(text)).toEqual(['DE89 3704 0044 0532 0130 00']);
    }
  });
});

describe('hostile text', () => {
  /** Thread time, least of three, since other work on the machine only adds. */
  const cost = (text: string): number => {
    const times = [0, 1, 2].map(() => {
      const before = process.threadCpuUsage();
      detect(text, { leastScore: 0 });
      const { user, system } = process.threadCpuUsage(before);
      return user + system;
    });
    return Math.min(...times);
  };

  it.each([
    ['at signs', '@'],
    ['addresses without end', 'a@'],
    ['dots', 'a.'],
    ['colons', ':a'],
    ['double colons', '::'],
    ['short groups', '1-'],
    ['digit groups', '123 456 '],
    ['plus signs', '+1'],
    ['brackets', '(1'],
    ['dashes', '-----BEGIN '],
    ['schemes', 'a://'],
    ['credentials', '://a:b'],
    ['capitals', 'Aa '],
    ['capitals in one word', 'Aa-'],
    ['street words', '1 Aa '],
    ['invisible signs', '\u200b1'],
    ['marks', 'e\u0301'],
    ['look-alikes', 'аa'],
    ['ideographs', '路1'],
    ['surnames', '王'],
    ['Hangul', '김씨 '],
    ['key words', 'password is '],
    ['tokens', 'eyJa.'],
    ['one digit', '1'],
    ['commas', '1,'],
    ['labels', 'ssn '],
    ['lines of one capital', 'Zorb\n'],
    ['speakers', 'jonas: wer kommt heute\n'],
    ['holders of addresses', 'Jane Roe <j@x.org>, '],
    ['addresses in a row', 'Calle Mayor 15, 3o B, '],
    ['codes and cities', '1070 Wien, '],
    ['numbers of houses', 'No: 7 '],
    ['titles without a name', '部長'],
    ['strokes', '7\u0336'],
  ])('costs its length: %s', (_name, unit) => {
    const make = (length: number): string => unit.repeat(Math.ceil(length / unit.length));
    detect(make(20_000), { leastScore: 0 });
    // Quadratic work would make it sixteen times as much.
    expect(cost(make(400_000))).toBeLessThan(Math.max(9 * cost(make(100_000)), 40_000));
  });
});
