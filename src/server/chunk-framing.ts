const CARRIAGE_RETURN = 0x0d;
const LINE_FEED = 0x0a;
export const LAST_CHUNK = '0\r\n\r\n';
/** A whole answer up to this size goes out as one string together with its head. */
export const ONE_WRITE_BYTES = 16_384;

/** Bytes of one chunk as HTTP/1.1 frames them (RFC 9112, 7.1). Byte by byte: a call of `write` costs more than they do. */
export function framed(bytes: Buffer): Buffer {
  const size = bytes.length.toString(16);
  const begin = size.length + 2;
  const end = begin + bytes.length;
  const chunk = Buffer.allocUnsafe(end + 2);
  for (let i = 0; i < size.length; i += 1) chunk[i] = size.charCodeAt(i);
  chunk[begin - 2] = CARRIAGE_RETURN;
  chunk[begin - 1] = LINE_FEED;
  chunk.set(bytes, begin);
  chunk[end] = CARRIAGE_RETURN;
  chunk[end + 1] = LINE_FEED;
  return chunk;
}
