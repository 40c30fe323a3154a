import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { extractText, HEAD_CHARACTERS, TAIL_CHARACTERS } from './extract-text.ts';
import { testView } from './test-view.ts';

const extract = (text: string) => extractText(testView(text));

describe('extractText', () => {
  test('takes a turn that fits whole and unchanged', () => {
    const text = 'a'.repeat(HEAD_CHARACTERS + TAIL_CHARACTERS);
    expect(extract(text)).toEqual({ text, prose: text, code: '', characters: text.length });
    const parts = [text.slice(1_000), text.slice(1_001)];
    expect(extractText(testView('', { lastUserTexts: parts })).text).toBe(parts.join('\n'));
  });

  test('reads the beginning and the end of a longer turn and nothing between', () => {
    const text = `${'a'.repeat(HEAD_CHARACTERS)}${'b'.repeat(50_000)}${'c'.repeat(TAIL_CHARACTERS)}`;
    expect(extract(text).text).toBe(`${'a'.repeat(HEAD_CHARACTERS)}\n${'c'.repeat(TAIL_CHARACTERS)}`);
    expect(extract(text).characters).toBe(text.length);
  });

  test('keeps fenced blocks and inline code apart from prose', () => {
    const { prose, code } = extract('Why does `x()` fail?\n```python\nimport os\n```\nThanks');
    expect(prose).toContain('Why does');
    expect(prose).toContain('Thanks');
    expect(prose).not.toContain('import');
    expect(prose).not.toContain('x()');
    expect(code).toContain('import os');
    expect(code).toContain('x()');
  });

  test('takes an unclosed fence for code to its end', () => {
    const { prose, code } = extract('Fix:\n```\nlet a = 1');
    expect(prose).toBe('Fix:\n');
    expect(code).toContain('let a = 1');
  });

  test('leaves a lone backtick and backticks on different lines in the prose', () => {
    expect(extract('it`s\nfine`').prose).toBe('it`s\nfine`');
  });

  test('knows that a tail which closes a fence begins inside a block', () => {
    const text = `Explain this\n\`\`\`js\n${'x = 1;\n'.repeat(2_000)}\`\`\`\nin one sentence`;
    const { prose, code } = extract(text);
    expect(prose).not.toContain('x = 1');
    expect(prose).toContain('Explain this');
    expect(prose).toContain('in one sentence');
    expect(code).toContain('x = 1');
  });

  test('joins the parts of a turn, and cuts windows across them', () => {
    const view = testView('', { lastUserTexts: ['first', 'second'] });
    expect(extractText(view).text).toBe('first\nsecond');
    const long = testView('', { lastUserTexts: ['first', 'x'.repeat(5_000), 'last'] });
    expect(extractText(long).text.startsWith('first\nxxx')).toBe(true);
    expect(extractText(long).text.endsWith('xxx\nlast')).toBe(true);
  });

  test('gives empty texts for a turn without text', () => {
    expect(extract('')).toEqual({ text: '', prose: '', code: '', characters: 0 });
  });

  test('never cuts a surrogate pair', () => {
    for (const shift of ['', 'a']) {
      const { text } = extract(shift + '🎉'.repeat(3_000));
      expect(text.isWellFormed()).toBe(true);
    }
  });

  test('stays within its bounds for any parts, and loses no character of short ones', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: fc.constantFrom('a', '`', '\n', '🎉', ' '), maxLength: 900 })),
        (parts) => {
          const extracted = extractText(testView('', { lastUserTexts: parts }));
          expect(extracted.text.length).toBeLessThanOrEqual(HEAD_CHARACTERS + TAIL_CHARACTERS + 1);
          const letters = (text: string): number => text.split('a').length - 1;
          expect(letters(extracted.prose) + letters(extracted.code)).toBe(letters(extracted.text));
        },
      ),
    );
  });

  test('reads as far where invisible characters stand between the visible ones', () => {
    const words = Array.from({ length: 900 }, (_, at) => `word${at}`).join(' ');
    const laced = [...words].join('\u200b');
    expect(extractText(testView(laced)).text).toBe(extractText(testView(words)).text);
    const short = 'Solve 3x + 4 = 19';
    expect(extractText(testView([...short].join('\u2060'))).prose).toBe(short);
  });

  test('reads as far, and tells code from prose, where letters are dressed up as others', () => {
    const words = Array.from({ length: 900 }, (_, at) => `word${at}`).join(' ');
    const bold = words.replaceAll(/[a-z]/g, (letter) => String.fromCodePoint(0x1d41a + letter.charCodeAt(0) - 97));
    expect(extract(bold).text).toBe(extract(words).text);
    const wide = 'Why? ```let a = 1```'.replaceAll(/[!-~]/g, (c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0));
    expect(extract(wide).code).toBe('let a = 1');
  });

  test('leaves Chinese marks what they are', () => {
    const text = '写一首诗，主题是秋天；不超过四行。🍂';
    expect(extract(text).text).toBe(text);
  });
});
