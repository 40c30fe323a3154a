import type { RestoreMode, TokenCounts, TokenFault, TokenRestorer } from '../../contracts/tokens.ts';
import { JsonRestorer } from './json-restorer.ts';
import type { LiveTokens } from './live-tokens.ts';
import { TextRestorer } from './text-restorer.ts';

/** Restores a text that comes in pieces: a synchronous transducer. */
export function createRestorer(live: LiveTokens, counts: TokenCounts, mode: RestoreMode): TokenRestorer {
  return mode === 'text' ? new PlainRestorer(live, counts) : new JsonRestorer(live, counts, mode === 'arguments');
}

/** A text of its own. */
class PlainRestorer implements TokenRestorer {
  readonly fault: TokenFault | null = null;
  readonly #restorer: TextRestorer;

  constructor(live: LiveTokens, counts: TokenCounts) {
    const encode = (value: string): string => value;
    this.#restorer = new TextRestorer({ live, counts, encode, isEscaped: false, onUnresolved: () => undefined });
  }

  push(text: string): string {
    return this.#restorer.push(text);
  }

  end(): string {
    return this.#restorer.end(false);
  }
}
