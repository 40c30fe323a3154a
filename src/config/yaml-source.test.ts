import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { parseYaml } from './yaml-source.ts';

describe('parseYaml', () => {
  it('reads what the YAML library reads', () => {
    const name = fc.stringMatching(/^[a-z][a-z_]{0,8}$/);
    const leaf = fc.oneof(fc.string({ maxLength: 10 }), fc.integer(), fc.boolean(), fc.constant(null));
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 3 },
        leaf,
        fc.array(tie('tree'), { maxLength: 3 }),
        fc.dictionary(name, tie('tree'), { maxKeys: 3 }),
      ),
    }));
    fc.assert(
      fc.property(tree, (value) => {
        const text = stringify(value);
        const read = parseYaml(text, 'x.yaml');
        expect(read.findings).toEqual([]);
        expect(read.value).toEqual(parse(text));
      }),
    );
  });

  it('never throws, whatever the text, and gives every finding a place', () => {
    const pieces = fc.constantFrom(
      'a',
      ':',
      ' ',
      '\n',
      '[',
      ']',
      '{',
      '}',
      '&a',
      '*a',
      '<<',
      '-',
      '"',
      "'",
      '|',
      '#',
      '!',
      '\t',
      '?',
      ',',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 20 }), (parts) => {
        const read = parseYaml(parts.join(''), 'x.yaml');
        for (const finding of read.findings) expect([finding.line, finding.column].every((n) => n >= 1)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  it('locates values, names, list items and what is around something absent', () => {
    const { source } = parseYaml('a:\n  b: [1, { c: 2 }]\n', 'x.yaml');
    const at = (place: { line: number; column: number }) => `${place.line}:${place.column}`;
    expect(at(source.locate(['a', 'b', 1, 'c']))).toBe('2:15');
    expect(at(source.locateName(['a', 'b', 1, 'c']))).toBe('2:12');
    expect(at(source.locate(['a', 'b', 0]))).toBe('2:7');
    expect(at(source.locate(['a', 'b', 1, 'nothing', 'here']))).toBe('2:10');
    expect(at(source.locate(['nothing']))).toBe('1:1');
  });

  it('lets members written beside a merge win, whatever the order', () => {
    const text =
      'base: &base { x: 1, y: 1 }\nother: &other { y: 2, z: 2 }\na: { x: 3, <<: *base }\nb: { <<: [*base, *other] }\n';
    expect(parseYaml(text, 'x.yaml').value).toMatchObject({ a: { x: 3, y: 1 }, b: { x: 1, y: 1, z: 2 } });
  });

  it('says of bytes that are not UTF-8 where the first of them is, and nothing else', () => {
    const text = Buffer.from('data_dir: data\nuse_cases: [{ id: Verträge, nmae: Müller }]\n', 'latin1').toString(
      'utf8',
    );
    expect(parseYaml(text, 'a.yaml').findings).toMatchObject([
      { severity: 'error', message: 'The file is not UTF-8 from here on: save it as UTF-8.', line: 2, column: 24 },
    ]);
    expect(parseYaml(Buffer.from('\ufeffdata_dir: a\n', 'utf16le').toString('utf8'), 'a.yaml').findings).toHaveLength(
      1,
    );
  });

  it('reads one document without tags', () => {
    const messages = (text: string) => parseYaml(text, 'x.yaml').findings.map((finding) => finding.message);
    expect(messages('a: 1\n---\nb: 2\n')).toEqual(['The file holds several documents; a configuration is one.']);
    expect(messages('a: !!js/function x\n')).toHaveLength(1);
    expect(messages('? [a]\n: 1\n')).toEqual(['A member name must be plain text.']);
  });
});
