const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const TIME_LENGTH = 10;
const ULID_LENGTH = 26;

/** Milliseconds since 1970 that an id of `createIds` carries; null for anything else. */
export function ulidTime(id: string): number | null {
  const start = id.length - ULID_LENGTH;
  if (start < 0) return null;
  let ms = 0;
  for (let i = start; i < id.length; i += 1) {
    const digit = ALPHABET.indexOf(id[i] as string);
    if (digit === -1) return null;
    if (i < start + TIME_LENGTH) ms = ms * 32 + digit;
  }
  return ms;
}
