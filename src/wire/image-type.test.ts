import { Buffer } from 'node:buffer';
import { expect, test } from 'vitest';
import { imageTypeOf } from './image-type.ts';

const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0];
const JPEG = [0xff, 0xd8, 0xff, 0xe0, 0, 0x10];
const gif = (version: string) => [...Buffer.from(`GIF${version}`), 1, 0];
const webp = (length: number) => [...Buffer.from('RIFF'), length, 1, 2, 3, ...Buffer.from('WEBPVP8 ')];
const base64 = (bytes: readonly number[]) => Buffer.from(bytes).toString('base64');

test.each([
  ['image/png', PNG],
  ['image/jpeg', JPEG],
  ['image/gif', gif('87a')],
  ['image/gif', gif('89a')],
  ['image/webp', webp(0)],
  ['image/webp', webp(255)],
])('quirk 23: bytes of %s are that, whatever was said of them', (type, bytes) => {
  for (const said of ['image/png', 'image/jpg', 'image/bmp', '', 'application/octet-stream']) {
    expect(imageTypeOf(said, base64(bytes))).toBe(type);
  }
});

test('quirk 23: bytes that tell nothing are what was said of them, in the word that vendors know', () => {
  expect(imageTypeOf('image/heic', 'AAAA')).toBe('image/heic');
  expect(imageTypeOf('IMAGE/PNG', 'AAAA')).toBe('image/png');
  expect(imageTypeOf('image/jpg', 'AAAA')).toBe('image/jpeg');
  expect(imageTypeOf('image/pjpeg', '')).toBe('image/jpeg');
});

test('other kinds of RIFF are no images', () => {
  expect(imageTypeOf('audio/wav', base64([...Buffer.from('RIFF'), 1, 1, 2, 3, ...Buffer.from('WAVEfmt ')]))).toBe(
    'audio/wav',
  );
});
