import { createHash } from 'node:crypto';
import { NO_LABEL, type Sink } from '../finding.ts';
import type { View } from '../view.ts';
import { topicOf } from '../vocabulary.ts';

const TOPIC = topicOf('crypto');
const BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
const BECH32 = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';
/** First byte of addresses of Bitcoin, Litecoin, Dogecoin, Dash, Zcash and Tron. */
const VERSIONS = new Set([0x00, 0x05, 0x30, 0x32, 0x1e, 0x16, 0x4c, 0x10, 0x41]);

const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();

/** Base58Check: a version, twenty bytes of hash and four bytes of the double SHA-256 of both. */
function isBase58Check(text: string): boolean {
  let number = 0n;
  for (const letter of text) {
    const value = BASE58.indexOf(letter);
    if (value < 0) return false;
    number = number * 58n + BigInt(value);
  }
  const bytes = Buffer.from(number.toString(16).padStart(50, '0'), 'hex');
  if (bytes.length !== 25 || !VERSIONS.has(bytes[0] as number)) return false;
  return sha256(sha256(bytes.subarray(0, 21)))
    .subarray(0, 4)
    .equals(bytes.subarray(21));
}

const GENERATORS = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];

/** BIP 173 and BIP 350: a BCH code over the prefix and the data; its remainder is 1 or the constant of bech32m. */
function isBech32(text: string): boolean {
  const lower = text.toLowerCase();
  if (text !== lower && text !== text.toUpperCase()) return false;
  const split = lower.lastIndexOf('1');
  const prefix = lower.slice(0, split);
  let check = 1;
  const add = (value: number): void => {
    const top = check >>> 25;
    check = ((check & 0x1ffffff) << 5) ^ value;
    for (let bit = 0; bit < 5; bit += 1) if (((top >>> bit) & 1) === 1) check ^= GENERATORS[bit] as number;
  };
  for (const letter of prefix) add(letter.charCodeAt(0) >>> 5);
  add(0);
  for (const letter of prefix) add(letter.charCodeAt(0) & 31);
  for (const letter of lower.slice(split + 1)) {
    const value = BECH32.indexOf(letter);
    if (value < 0) return false;
    add(value);
  }
  return check === 1 || check === 0x2bc830a3;
}

/** Addresses of wallets, by their check sums; those of Ethereum and Monero by their shape alone. */
export function recognizeCryptoAddress(view: View, index: number, sink: Sink): void {
  const [start, end] = [view.starts[index] as number, view.ends[index] as number];
  const length = end - start;
  if (length < 26 || length > 95) return;
  const word = view.word(index);
  if (length <= 35 && /^[13LMDXt9AT7]/.test(word)) {
    if (isBase58Check(word)) sink.add('crypto_address', start, end, 0.99, 'checksum');
  } else if (/^(?:bc1|tb1|ltc1)/i.test(word)) {
    if (isBech32(word)) sink.add('crypto_address', start, end, 0.99, 'checksum');
  } else if (length === 42 && /^0x[0-9a-fA-F]{40}$/.test(word)) {
    const labelled = view.labelDistance(TOPIC, start, end) < NO_LABEL;
    sink.add('crypto_address', start, end, labelled ? 0.9 : 0.6, labelled ? 'context' : 'pattern');
  } else if (length === 95 && /^[48][0-9AB][1-9A-HJ-NP-Za-km-z]{93}$/.test(word)) {
    sink.add('crypto_address', start, end, 0.9, 'pattern');
  }
}
