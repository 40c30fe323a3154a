// contracts/: what wire/ must know of tokens that stand for personal data: how texts of a request are given to be
// replaced, and how texts of an answer are restored. privacy/tokens/ implements it, gateway/tokenised-request.ts joins
// the two, and a token map never leaves the request that it was made for.

/** What is done with a finding of a type. `keep`: nothing. */
export const TOKEN_HANDLINGS = ['tokenise', 'mask', 'drop', 'block', 'keep'] as const;
/**
 * `tokenise`: a token stands for it and the answer gets it back. `mask`: its type stands for it, for good. `drop`: nothing
 * stands for it. `block`: a request that holds it is not sent where tokens are demanded. `keep`: it is sent as it is.
 */
export type TokenHandling = (typeof TOKEN_HANDLINGS)[number];

/** A finding, as far as replacing it depends on it. Offsets are UTF-16 units of the text, the end exclusive. */
export interface TextSpan {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly score: number;
}

/** One text of a request in which findings are looked for. */
export interface SpokenText {
  /** What is searched: the text itself, or a member's name, `: ` and its value, since a name may say what the value is. */
  readonly text: string;
  /** Where in `text` that begins which may be replaced. */
  readonly from: number;
}

/** All texts of something that can be said, and the same thing with others in their place. */
export interface Spoken<T> {
  readonly texts: readonly SpokenText[];
  /** @param replaced for each of `texts`, what stands from `from` on; the same text where nothing changes */
  rewrite(replaced: readonly string[]): T;
  /** The same, and yields wherever somebody else may have a turn. Absent: it is never large. */
  rewriteInPieces?(replaced: readonly string[]): Generator<void, T>;
}

/**
 * How restored values are written. `text`: as they are. `json`: inside the strings of a JSON text that a person or
 * program will parse, so escaped; outside of strings as they are. `arguments`: arguments of a tool call, as `json`, but a
 * token that cannot be resolved, or stands in a name or outside of strings, is a fault.
 */
export type RestoreMode = 'text' | 'json' | 'arguments';

/** Why arguments of a tool call must not reach whoever would carry them out. */
export type TokenFault = 'unresolved_token' | 'token_in_name' | 'token_outside_string';

/** What became of tokens; numbers only, so that it may be stored. */
export interface TokenCounts {
  /** Places in the request where a token stands. */
  tokenised: number;
  masked: number;
  dropped: number;
  /** Texts of the request that look like tokens and are none: hidden behind tokens of their own. */
  escaped: number;
  /** Places in the answer where a value was put back. */
  restored: number;
  /** Of those, tokens that the model had changed and that could mean one value only. */
  repaired: number;
  /** Well-formed tokens of the answer that this request never made; left as they are. */
  unknown: number;
  /** Tokens of the answer that were changed beyond recognition; left as they are. */
  mangled: number;
  /** Beginnings of tokens with which an answer ended or broke off. */
  cut: number;
}

/** Restores one text that comes in pieces. Holds back only what may be the beginning of a token. */
export interface TokenRestorer {
  push(text: string): string;
  /** What was held back; the text is over. */
  end(): string;
  /** Once set, nothing more comes out. */
  readonly fault: TokenFault | null;
}

/** The tokens of one request, for its answer. */
export interface AnswerTokens {
  restorer(mode: RestoreMode): TokenRestorer;
  readonly counts: TokenCounts;
}
