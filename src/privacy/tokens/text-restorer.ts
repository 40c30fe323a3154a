import type { TokenCounts } from '../../contracts/tokens.ts';
import type { LiveTokens } from './live-tokens.ts';
import { BODY_LENGTH, canonicalText, isMeantAsToken, isTypeCode, isWellFormed, TOKEN_LIKE } from './token-format.ts';

/** One less than the longest text before a body: so much of a text may still become something that looks like one. */
const TAIL = 13;
/** So much of a token of ours stands in no text by accident: three characters of its hash. */
const LEAST_CUT = 12;
const IN_WORD = /[\p{L}\p{N}]/u;
/** Last letters of escapes of a JSON string that stand for white space. */
const BLANK_ESCAPE = /\\[nrtbf]$/;

export interface TextRestorerOptions {
  live: LiveTokens;
  counts: TokenCounts;
  /** How a value is written where a token stood. */
  encode(value: string): string;
  /** The text is inside of a JSON string, its escapes unresolved. */
  isEscaped: boolean;
  /** A token was left as it is because nobody can tell what it means. */
  onUnresolved(): void;
}

/** The core: one run of text, tokens out, values in. What is put in is never searched again. */
export class TextRestorer {
  readonly #options: TextRestorerOptions;
  /** What may be the beginning of a token, as it came. */
  #held = '';
  /** The last two units that went out, to know where a word begins; '' at the start and behind a token. */
  #context = '';
  /** What has gone out and may still turn out to look like a token. */
  #tail = '';

  constructor(options: TextRestorerOptions) {
    this.#options = options;
  }

  push(text: string): string {
    if (this.#held === '' && !mayHoldToken(text)) return this.#pass(text);
    const base = this.#context.length;
    const input = this.#context + this.#held + text;
    this.#held = '';
    let out = '';
    let from = base;
    // Where a word begins whatever stands before: at the start of the text, and behind a token.
    let first = 0;
    for (let at = nextP(input, base); at >= 0; at = nextP(input, at + 1)) {
      const verdict = this.#options.live.matchAt(input, at, this.#isAtWord(input, at, first));
      if (verdict === null) continue;
      out += this.#pass(input.slice(from, at));
      if (verdict === 'partial') {
        this.#held = input.slice(at);
        return out;
      }
      this.#options.counts.restored += 1;
      if (verdict.repaired) this.#options.counts.repaired += 1;
      out += this.#options.encode(verdict.value);
      this.#settleTail();
      this.#context = '';
      from = verdict.end;
      first = from;
      at = verdict.end - 1;
    }
    return out + this.#pass(input.slice(from));
  }

  /** @param closed the text is known to be whole, so that half a token is no token and not one that was cut off */
  end(closed: boolean): string {
    const rest = this.#held;
    this.#held = '';
    const out = this.#pass(rest);
    const like = lastLike(this.#tail);
    this.#tail = '';
    this.#context = '';
    if (!closed) this.#options.counts.cut += like !== null && isTypeCode(like.code.toUpperCase()) ? 1 : 0;
    else if (rest.length >= LEAST_CUT) this.#countUnresolved('mangled');
    else if (like !== null) this.#judge(like.code, like.body);
    return out;
  }

  #isAtWord(input: string, at: number, first: number): boolean {
    if (at <= first || !IN_WORD.test(input.charAt(at - 1))) return true;
    return this.#options.isEscaped && BLANK_ESCAPE.test(input.slice(Math.max(first, at - 2), at));
  }

  /** Text that goes out as it came. */
  #pass(text: string): string {
    if (text === '') return text;
    this.#context = (this.#context + text.slice(-2)).slice(-2);
    if (this.#tail !== '' || mayHoldToken(text)) this.#observe(this.#tail + text);
    return text;
  }

  #observe(text: string): void {
    let end = 0;
    for (const { 0: like, 1: code, 2: body, index } of text.matchAll(TOKEN_LIKE)) {
      end = index + like.length;
      if ((body as string).length < BODY_LENGTH && end === text.length) {
        this.#tail = text.slice(index);
        return;
      }
      this.#judge(code as string, body as string);
    }
    const tail = text.slice(Math.max(end, text.length - TAIL));
    this.#tail = mayHoldToken(tail) ? tail : '';
  }

  /** A token or the end of the text follows, so what looked like one so far is all there is of it. */
  #settleTail(): void {
    const like = lastLike(this.#tail);
    this.#tail = '';
    if (like !== null) this.#judge(like.code, like.body);
  }

  #judge(code: string, body: string): void {
    if (!isMeantAsToken(code, body)) return;
    this.#countUnresolved(isWellFormed(code.toUpperCase(), canonicalText(body)) ? 'unknown' : 'mangled');
  }

  #countUnresolved(kind: 'unknown' | 'mangled'): void {
    this.#options.counts[kind] += 1;
    this.#options.onUnresolved();
  }
}

const mayHoldToken = (text: string): boolean => text.includes('P') || text.includes('p');

function nextP(text: string, from: number): number {
  for (let index = from; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit === 0x50 || unit === 0x70) return index;
  }
  return -1;
}

function lastLike(text: string): { code: string; body: string } | null {
  const like = [...text.matchAll(TOKEN_LIKE)].at(-1);
  return like === undefined ? null : { code: like[1] as string, body: like[2] as string };
}
