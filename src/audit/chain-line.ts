import { hash } from 'node:crypto';
import type { ChainLink } from '../contracts/receipt.ts';

/**
 * The stored line, precisely. A record is serialised as one JSON object without line breaks. Its closing brace is
 * replaced by
 *
 *     ,"chain":"<chain>","seq":<n>,"prev_hash":"<64 hex>"
 *
 * and `hash` is the SHA-256, in lower-case hex, of all bytes (UTF-8) from the opening brace to here. Then follow
 *
 *     ,"hash":"<64 hex>"}
 *
 * and a line feed. So the bytes alone suffice to verify a line, with no rule about key order or number formats.
 */
export const GENESIS_HASH = '0'.repeat(64);

/** What the chain adds to a record at most, line feed included: names, a chain id, 16 digits, two hashes. */
export const MAX_LINK_BYTES = 256;

const HASH_MEMBER = ',"hash":"';
/** `,"hash":"<64 hex>"}` */
const HASH_MEMBER_BYTES = HASH_MEMBER.length + 64 + 2;
const CHAIN_MEMBER = ',"chain":"';
/** Sticky: looked for where the members begin, since a search through every line costs half as much as its hash. */
const LINK =
  /,"chain":"([a-z0-9]{1,32})","seq":([1-9]\d{0,15}),"prev_hash":"([0-9a-f]{64})","hash":"([0-9a-f]{64})"\}$/y;

/** The growing end of a chain. */
export class ChainHead {
  readonly chain: string;
  /** Of the last record; 0 before the first. */
  seq: number;
  hash: string;
  #prefix: string;

  constructor(chain: string, seq: number, lastHash: string) {
    this.chain = chain;
    this.seq = seq;
    this.hash = lastHash;
    this.#prefix = `,"chain":"${chain}","seq":`;
  }

  /**
   * Writes the next line of the chain into `buffer` at `at` and returns where it ends, line feed included.
   * The buffer must have room for 3 bytes a character of `json` and MAX_LINK_BYTES.
   */
  seal(buffer: Buffer, at: number, json: string): number {
    // In place, because joining strings first would copy every record twice more.
    let end = at + buffer.write(json, at) - 1;
    end += buffer.write(`${this.#prefix}${this.seq + 1},"prev_hash":"${this.hash}"`, end, 'latin1');
    const digest = hash('sha256', buffer.subarray(at, end), 'hex');
    end += buffer.write(`${HASH_MEMBER}${digest}"}\n`, end, 'latin1');
    this.seq += 1;
    this.hash = digest;
    return end;
  }
}

/** The chain members of the line `buffer[start, end)` (without its line feed); null when it does not end in them. */
export function readLink(buffer: Buffer, start: number, end: number): ChainLink | null {
  const tail = buffer.toString('latin1', Math.max(start, end - MAX_LINK_BYTES), end);
  LINK.lastIndex = Math.max(0, tail.lastIndexOf(CHAIN_MEMBER));
  const match = LINK.exec(tail);
  if (match === null) return null;
  const [, chain, seq, prevHash, lineHash] = match as unknown as [string, string, string, string, string];
  return { chain, seq: Number(seq), prev_hash: prevHash, hash: lineHash };
}

/** Whether the line's bytes are those that its own `hash` was computed over. */
export function hashMatches(buffer: Buffer, start: number, end: number, link: ChainLink): boolean {
  return hash('sha256', buffer.subarray(start, end - HASH_MEMBER_BYTES), 'hex') === link.hash;
}

/** Why `link` cannot come right after `previous`; null when it can. */
export function linkFault(previous: ChainLink, link: ChainLink): string | null {
  if (link.chain !== previous.chain) return `The records before it belong to chain ${previous.chain}: foreign.`;
  if (link.seq !== previous.seq + 1) {
    return `The record before it has seq ${previous.seq}: records were dropped, inserted or moved.`;
  }
  if (link.prev_hash !== previous.hash) return 'It does not name the record before it: that one was replaced.';
  return null;
}
