import { describe, expect, test } from 'vitest';
import { plainTextBytes } from '../plain-event.ts';
import { plainChunkOf, plainEventOf } from './plain-chunk.ts';

const chunkOf = (text: string): string =>
  `{"id":"c","choices":[{"index":0,"delta":{"content":"${text}"}}],"usage":null}`;

describe('what stands around the text of a chunk', () => {
  test('is all but the text', () => {
    expect(plainChunkOf(chunkOf('Hi'), 'Hi')).toEqual({
      head: '{"id":"c","choices":[{"index":0,"delta":{"content":"',
      tail: '"}}],"usage":null}',
    });
  });

  test.each([
    ['the same words are the text of another member', '{"x":{"content":"Hi"},"choices":[{"delta":{"content":"Hi"}}]}'],
    ['the member comes twice', '{"choices":[{"delta":{"content":"Hi","content":"Hi"}}]}'],
    ['there are two answers', '{"choices":[{"delta":{"content":"Hi"}},{"delta":{"content":"Ho"}}]}'],
    ['it is written otherwise', '{"choices":[{"delta":{"content": "Hi"}}]}'],
    ['it is a whole message', '{"choices":[{"message":{"content":"Hi"}}]}'],
  ])('is not told where %s', (_name, data) => {
    expect(plainChunkOf(data, 'Hi')).toBeNull();
  });

  test('is not told where the text is written with escapes', () => {
    expect(plainChunkOf(chunkOf('a\\n'), 'a\n')).toBeNull();
    expect(plainChunkOf(chunkOf('a\\"b'), 'a"b')).toBeNull();
  });
});

describe('an event like one before', () => {
  const eventOf = (text: string): Buffer => Buffer.from(`id: 1\ndata: ${chunkOf(text)}\r\n\r\n`);
  const plain = plainEventOf(eventOf('Hi'), chunkOf('Hi'), 'Hi');
  if (plain === null) throw new Error('not learned');

  test('has a text of so many bytes', () => {
    expect(plainTextBytes(eventOf('H'), plain)).toBe(1);
    expect(plainTextBytes(eventOf('Grüezi 🌍'), plain)).toBe(12);
  });

  test.each([
    ['no text', eventOf('')],
    ['a quotation mark', eventOf('a"b')],
    ['an escape', eventOf('a\\n')],
    ['a line break', eventOf('a\nb')],
    ['another head', Buffer.from(eventOf('Hi').toString().replace('"c"', '"d"'))],
    ['another tail', Buffer.from(eventOf('Hi').toString().replace('null', 'true'))],
    ['nothing between head and tail but one quotation mark', Buffer.concat([plain.head, plain.tail.subarray(1)])],
    ['nothing', Buffer.alloc(0)],
  ])('is none with %s', (_name, raw) => {
    expect(plainTextBytes(raw, plain)).toBe(0);
  });
});
