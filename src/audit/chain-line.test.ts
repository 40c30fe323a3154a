import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { ChainHead, GENESIS_HASH, hashMatches, readLink } from './chain-line.ts';

function sealed(records: readonly object[]): { lines: string[]; buffer: Buffer } {
  const head = new ChainHead('c0ffee', 0, GENESIS_HASH);
  const buffer = Buffer.alloc(8_192);
  let end = 0;
  for (const record of records) end = head.seal(buffer, end, JSON.stringify(record));
  return { lines: buffer.toString('utf8', 0, end).split('\n').slice(0, -1), buffer };
}

describe('stored line', () => {
  it('is the record with its place in the chain, hashed over exactly the bytes before the hash member', () => {
    const { lines } = sealed([{ kind: 'event', text: 'größer 大' }, { kind: 'event' }]);
    const [first, second] = lines as [string, string];
    const hashed = first.slice(0, first.indexOf(',"hash":"'));
    const hash = createHash('sha256').update(hashed, 'utf8').digest('hex');
    expect(JSON.parse(first)).toEqual({
      kind: 'event',
      text: 'größer 大',
      chain: 'c0ffee',
      seq: 1,
      prev_hash: GENESIS_HASH,
      hash,
    });
    expect(JSON.parse(second)).toMatchObject({ seq: 2, prev_hash: hash });
  });

  it('is read and checked from its bytes alone', () => {
    const { lines } = sealed([{ kind: 'event', text: ',"hash":"' }]);
    const bytes = Buffer.from(lines[0] as string);
    const link = readLink(bytes, 0, bytes.length);
    expect(link).toMatchObject({ chain: 'c0ffee', seq: 1 });
    expect(hashMatches(bytes, 0, bytes.length, link!)).toBe(true);
    bytes[5] = bytes[5]! ^ 1;
    expect(hashMatches(bytes, 0, bytes.length, link!)).toBe(false);
  });

  it('has no link when its end is not exactly that of a chained record', () => {
    const { lines } = sealed([{ kind: 'event' }]);
    const line = lines[0] as string;
    for (const text of ['', '{}', `${line} `, line.slice(0, -1), line.replace('"seq":1', '"seq":01')]) {
      const bytes = Buffer.from(text);
      expect(readLink(bytes, 0, bytes.length), text).toBeNull();
    }
  });
});
