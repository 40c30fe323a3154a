import type { TokenCounts, TokenFault, TokenRestorer } from '../../contracts/tokens.ts';
import type { LiveTokens } from './live-tokens.ts';
import { TextRestorer } from './text-restorer.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const LOWER_U = 0x75;
const ESCAPE_LENGTH = 6;
const HEXADECIMAL = /^[0-9a-fA-F]{4}$/;
/** Characters of tokens: written plainly, an escape of one of them means the same. */
const TOKEN_CHARACTER = /^[0-9A-Za-z_]$/;

const escaped = (value: string): string => JSON.stringify(value).slice(1, -1);

/**
 * Restores inside a JSON text that comes in pieces, perhaps cut off, perhaps (where it is not strict) not quite JSON:
 * knows strings, names and the rest, resolves escapes that a token could be written with, and escapes what it puts in.
 */
export class JsonRestorer implements TokenRestorer {
  fault: TokenFault | null = null;
  readonly #live: LiveTokens;
  readonly #counts: TokenCounts;
  readonly #strict: boolean;
  readonly #outside: TextRestorer;
  /** The string that is being read; null outside of strings. */
  #string: TextRestorer | null = null;
  /** An escape that has not come whole. */
  #carry = '';
  /** For each open container, whether it is an object. */
  readonly #containers: boolean[] = [];
  #expectsName = false;

  constructor(live: LiveTokens, counts: TokenCounts, strict: boolean) {
    this.#live = live;
    this.#counts = counts;
    this.#strict = strict;
    this.#outside = this.#restorer('token_outside_string', false);
  }

  push(text: string): string {
    if (this.fault !== null) return '';
    const input = this.#carry + text;
    this.#carry = '';
    let out = '';
    for (let at = 0; at < input.length; ) {
      if (this.#string === null) {
        const quote = input.indexOf('"', at);
        const end = quote < 0 ? input.length : quote;
        out += this.#readOutside(input.slice(at, end));
        if (quote >= 0) out += `${this.#outside.end(true)}"`;
        if (quote >= 0) this.#string = this.#restorer(this.#expectsName ? 'token_in_name' : null, true);
        at = end + 1;
      } else {
        const { content, end, closed } = this.#readString(input, at);
        out += this.#string.push(content);
        if (closed) {
          out += `${this.#string.end(true)}"`;
          this.#string = null;
        }
        at = end;
      }
    }
    return this.fault === null ? out : '';
  }

  end(): string {
    const rest = this.#carry;
    this.#carry = '';
    if (this.fault !== null) return '';
    const out = this.#string === null ? this.#outside.end(false) : this.#string.push(rest) + this.#string.end(false);
    this.#string = null;
    return this.fault === null ? out : '';
  }

  #restorer(forbids: TokenFault | null, isEscaped: boolean): TextRestorer {
    return new TextRestorer({
      live: this.#live,
      counts: this.#counts,
      isEscaped,
      encode: (value) => {
        if (this.#strict && forbids !== null) this.fault ??= forbids;
        return isEscaped ? escaped(value) : value;
      },
      onUnresolved: () => {
        if (this.#strict) this.fault ??= 'unresolved_token';
      },
    });
  }

  #readOutside(text: string): string {
    for (let index = 0; index < text.length; index += 1) {
      const character = text.charAt(index);
      if (character === '{' || character === '[') this.#containers.push(character === '{');
      else if (character === '}' || character === ']') this.#containers.pop();
      if (character === '{' || character === ',') this.#expectsName = this.#containers.at(-1) === true;
      else if (character === ':' || character === '[') this.#expectsName = false;
    }
    return this.#outside.push(text);
  }

  /** The string's content up to its end or that of the input, without an escape that is not whole: it is carried over. */
  #readString(input: string, start: number): { content: string; end: number; closed: boolean } {
    let content = '';
    let from = start;
    let at = start;
    while (at < input.length) {
      const unit = input.charCodeAt(at);
      if (unit === QUOTE) return { content: content + input.slice(from, at), end: at + 1, closed: true };
      if (unit !== BACKSLASH) {
        at += 1;
        continue;
      }
      const isUnicode = input.charCodeAt(at + 1) === LOWER_U;
      if (at + (isUnicode ? ESCAPE_LENGTH : 2) > input.length) {
        this.#carry = input.slice(at);
        return { content: content + input.slice(from, at), end: input.length, closed: false };
      }
      if (!isUnicode) {
        at += 2;
        continue;
      }
      const digits = input.slice(at + 2, at + ESCAPE_LENGTH);
      const plain = HEXADECIMAL.test(digits) ? String.fromCharCode(Number.parseInt(digits, 16)) : '';
      if (TOKEN_CHARACTER.test(plain)) {
        content += input.slice(from, at) + plain;
        from = at + ESCAPE_LENGTH;
      }
      at += HEXADECIMAL.test(digits) ? ESCAPE_LENGTH : 2;
    }
    return { content: content + input.slice(from), end: input.length, closed: false };
  }
}
