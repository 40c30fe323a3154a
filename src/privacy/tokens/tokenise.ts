// privacy/tokens/: tokens in place of personal data in a request, and the data back in its answer.
// May import: what privacy/ may; the tenant's key and the conversation's name come in as arguments. Nothing is kept.
// Start here: createTokenMap() makes the map of one request, tokenise() replaces, restorer() restores (restore.ts).
// token-format.ts says what a token is, live-tokens.ts how one is recognised in what a model wrote, known-values.ts how
// a value is found again where detection was silent. docs/privacy.md has the rules and their limits.
// Whoever applies it: gateway/tokenised-request.ts, for attempts whose plan entry is obliged to `tokenise`.

import type {
  AnswerTokens,
  RestoreMode,
  SpokenText,
  TextSpan,
  TokenCounts,
  TokenHandling,
  TokenRestorer,
} from '../../contracts/tokens.ts';
import { atOnce } from '../../lib/at-once.ts';
import { createHmacSha256 } from '../../lib/hash.ts';
import type { Handling } from './handling.ts';
import { KnownValues, LONGEST } from './known-values.ts';
import { LiveTokens } from './live-tokens.ts';
import { normalFormOf } from './normal-form.ts';
import { createRestorer } from './restore.ts';
import { isMeantAsToken, LITERAL_CODE, TOKEN_LIKE, tokenOf, typeCodeOf } from './token-format.ts';

export interface TokenMapOptions {
  /** 32 bytes that all replicas of one tenant share and nobody else has. */
  tenantKey: Uint8Array;
  /** The same for all requests of a conversation, another for others. */
  conversation: string;
  handling: Handling;
}

/** Every place, since what begins in what looks like a token may be one. */
const ANY_TOKEN_LIKE = new RegExp(`(?=(${TOKEN_LIKE.source}))`, 'gi');
const MAY_BE_TOKEN = /PII/gi;
const ANY_PII = /PII/i;
const IN_WORD = /[\p{L}\p{N}]/u;
/** Looked through at once, UTF-16 units: a millisecond, and a few where it is full of beginnings of tokens. */
const WINDOW = 64 * 1024;
const FINDINGS_A_TURN = 4_096;
/** Longer than TOKEN_LIKE can match. */
const LONGEST_TOKEN_LIKE = 32;
/** So much of the beginning of a long value, a key or an address, is in no text by accident. */
const LEAST_CUT = 3;
/** New tokens can look like older text only by a guess at a hash of 60 bits; more rounds than this are an attack. */
const MOST_ROUNDS = 4;

interface Replacement {
  readonly text: string;
  readonly counted: 'tokenised' | 'masked' | 'dropped' | 'escaped';
}

/** A stretch of a text that is replaced. */
interface Segment {
  readonly type: string;
  readonly handling: Exclude<TokenHandling, 'keep'>;
  readonly start: number;
  readonly end: number;
}

export const noTokenCounts = (): TokenCounts => ({
  tokenised: 0,
  masked: 0,
  dropped: 0,
  escaped: 0,
  restored: 0,
  repaired: 0,
  unknown: 0,
  mangled: 0,
  cut: 0,
});

/** The map of one request: from values to tokens, and back for its answer. */
export function createTokenMap(options: TokenMapOptions): TokenMap {
  return new TokenMap(options);
}

/**
 * Lives as long as its request and in memory only: every member is private, so that neither a log line nor a JSON text
 * nor an inspected object of which it is a part shows a value.
 */
export class TokenMap implements AnswerTokens {
  readonly counts = noTokenCounts();
  readonly #options: TokenMapOptions;
  /** Keyed by tenant and conversation. */
  readonly #mac: (text: string) => Uint8Array;
  readonly #byValue = new Map<string, Replacement>();
  readonly #byNormalForm = new Map<string, Replacement>();
  readonly #known = new KnownValues<Replacement>();
  readonly #live = new LiveTokens();
  readonly #blocked = new Set<string>();

  constructor(options: TokenMapOptions) {
    this.#options = options;
    this.#mac = createHmacSha256(createHmacSha256(options.tenantKey)(options.conversation));
  }

  /** Types that were found and forbid that the request is sent where tokens are demanded; sorted. */
  get blocked(): readonly string[] {
    return [...this.#blocked].sort();
  }

  /** How many values have tokens. */
  get size(): number {
    return this.#live.size;
  }

  /**
   * Texts with replacements where findings are and wherever the same values stand again. All texts of a request at once,
   * since a value may stand before the place that gives it away.
   * @param findings for each text; their offsets count from the text's start, and what lies before `from` is only context
   * @returns for each text, what stands from `from` on
   */
  tokenise(texts: readonly SpokenText[], findings: readonly (readonly TextSpan[])[]): string[] {
    return atOnce(this.tokeniseInPieces(texts, findings));
  }

  /** The same, and yields wherever somebody else may have a turn. */
  *tokeniseInPieces(
    texts: readonly SpokenText[],
    findings: readonly (readonly TextSpan[])[],
  ): Generator<void, string[]> {
    const segments: Segment[][] = [];
    for (const [index, { from }] of texts.entries())
      segments.push(yield* this.#segmentsOf(from, findings[index] ?? []));
    for (const [index, { text }] of texts.entries()) yield* this.#note(text, segments[index] as Segment[]);
    yield* this.#noteLookAlikes(texts);
    const replaced: string[] = [];
    for (const [index, text] of texts.entries())
      replaced.push(yield* this.#replace(text, segments[index] as Segment[]));
    return replaced;
  }

  /** One text by itself. */
  replace(text: string, findings: readonly TextSpan[]): string {
    return this.tokenise([{ text, from: 0 }], [findings])[0] as string;
  }

  restorer(mode: RestoreMode): TokenRestorer {
    return createRestorer(this.#live, this.counts, mode);
  }

  /** A text with tokens as somebody would say it who gets values for them. Counts nothing: nobody answered with it. */
  spoken(text: string): string {
    const restorer = createRestorer(this.#live, noTokenCounts(), 'text');
    return restorer.push(text) + restorer.end();
  }

  /** Where the end of a text begins with which a value of this map begins that is not whole; its length: nowhere. */
  openAt(text: string): number {
    let openAt = this.#known.openAt(text);
    for (const value of this.#byValue.keys()) if (value.length > LONGEST) openAt = Math.min(openAt, cutAt(text, value));
    return openAt;
  }

  *#note(text: string, segments: readonly Segment[]): Generator<void, void> {
    for (const [index, { type, handling, start, end }] of segments.entries()) {
      if (index % FINDINGS_A_TURN === FINDINGS_A_TURN - 1) yield;
      if (handling === 'block') this.#blocked.add(type);
      const value = text.slice(start, end);
      if (!this.#byValue.has(value)) this.#register(value, this.#replacementFor(type, value, handling));
    }
  }

  /** What is to be replaced, in order and without overlaps: what is covered by one finding is taken from the next. */
  *#segmentsOf(from: number, findings: readonly TextSpan[]): Generator<void, Segment[]> {
    const segments: Segment[] = [];
    let position = from;
    for (const [index, finding] of inOrder(findings).entries()) {
      if (index % FINDINGS_A_TURN === FINDINGS_A_TURN - 1) yield;
      const handling = this.#options.handling(finding);
      const start = Math.max(finding.start, position);
      if (handling === 'keep' || finding.end <= start) continue;
      segments.push({ type: finding.type, handling, start, end: finding.end });
      position = finding.end;
    }
    return segments;
  }

  #replacementFor(type: string, value: string, handling: Segment['handling']): Replacement {
    // What blocks is replaced as well: should it be sent by mistake, it is not sent in clear.
    if (handling === 'mask') return { text: `[${type.toUpperCase()}]`, counted: 'masked' };
    if (handling === 'drop') return { text: '', counted: 'dropped' };
    return this.#tokenFor(typeCodeOf(type), normalFormOf(type, value), value, 'tokenised');
  }

  /** Two spellings of a value share a token, which is restored to the one that came first. */
  #tokenFor(code: string, normalForm: string, value: string, counted: Replacement['counted']): Replacement {
    const key = `${code}\0${normalForm}`;
    const known = this.#byNormalForm.get(key);
    if (known !== undefined) return known;
    let token = tokenOf(code, this.#mac(key));
    // Two values whose hashes agree in 60 bits: by the order of the conversation the later one gets another token.
    for (let again = 1; this.#live.has(token); again += 1) token = tokenOf(code, this.#mac(`${key}\0${again}`));
    const made: Replacement = { text: token, counted };
    this.#byNormalForm.set(key, made);
    this.#live.add(token, value);
    return made;
  }

  #register(value: string, replacement: Replacement): void {
    this.#byValue.set(value, replacement);
    this.#known.add(value, replacement);
  }

  /**
   * Texts that a model could repeat and that would then be taken for a token of ours get tokens themselves: so they come
   * back as they were, and never as somebody's value.
   */
  *#noteLookAlikes(texts: readonly SpokenText[]): Generator<void, void> {
    for (let round = 0; round < MOST_ROUNDS; round += 1) {
      const literals = new Set<string>();
      for (const text of texts) yield* this.#addLookAlikes(text, literals);
      if (literals.size === 0) return;
      for (const literal of literals) this.#escape(literal);
    }
    throw new RangeError('A request holds text that looks like the tokens made for it.');
  }

  #escape(literal: string): void {
    if (this.#byValue.has(literal)) return;
    this.#register(literal, this.#tokenFor(LITERAL_CODE, literal, literal, 'escaped'));
  }

  *#addLookAlikes({ text, from }: SpokenText, literals: Set<string>): Generator<void, void> {
    const add = (literal: string): void => {
      if (!this.#byValue.has(literal)) literals.add(literal);
    };
    for (let start = from; start < text.length; start += WINDOW) {
      // What begins in the window may end behind it.
      const window = text.slice(start, start + WINDOW + LONGEST_TOKEN_LIKE);
      // Both searches below begin with it, and hardly any text holds it.
      if (ANY_PII.test(window)) this.#addLookAlikesIn(text, start, window, add);
      if (start + WINDOW < text.length) yield;
    }
  }

  #addLookAlikesIn(text: string, start: number, window: string, add: (literal: string) => void): void {
    for (const { index, 1: literal, 2: code, 3: body } of window.matchAll(ANY_TOKEN_LIKE)) {
      if (index < WINDOW && isMeantAsToken(code as string, body as string)) add(literal as string);
    }
    for (const { index } of window.matchAll(MAY_BE_TOKEN)) {
      const at = start + index;
      if (index >= WINDOW) break;
      const match = this.#live.matchAt(text, at, at === 0 || !IN_WORD.test(text.charAt(at - 1)));
      if (match !== null && match !== 'partial') add(text.slice(at, match.end));
    }
  }

  *#replace({ text, from }: SpokenText, segments: readonly Segment[]): Generator<void, string> {
    let replaced = '';
    let position = from;
    const put = (start: number, end: number, { text: instead, counted }: Replacement): void => {
      replaced += text.slice(position, start) + instead;
      this.counts[counted] += 1;
      position = end;
    };
    let windowEnd = from + WINDOW;
    const known = this.#known;
    function* replaceKnown(to: number): Generator<void, void> {
      for (let at = position; at < to; ) {
        const found = known.find(text, at, to, windowEnd);
        if (found !== null) put(found.start, found.end, found.payload);
        at = found === null ? Math.min(to, windowEnd) : found.end;
        if (at < windowEnd) continue;
        windowEnd = at + WINDOW;
        yield;
      }
    }
    for (const { start, end } of segments) {
      yield* replaceKnown(start);
      put(start, end, this.#byValue.get(text.slice(start, end)) as Replacement);
    }
    yield* replaceKnown(text.length);
    return replaced + text.slice(position);
  }
}

const byPlace = (a: TextSpan, b: TextSpan): number => a.start - b.start || b.end - a.end;

/** Whoever searches finds them in order, nearly always; to sort a hundred thousand takes as long as to find them. */
function inOrder(findings: readonly TextSpan[]): readonly TextSpan[] {
  for (let index = 1; index < findings.length; index += 1) {
    if (byPlace(findings[index - 1] as TextSpan, findings[index] as TextSpan) > 0) return [...findings].sort(byPlace);
  }
  return findings;
}

/** Where a text's end begins that is the beginning of a value, and not all of it; its length: nowhere. */
function cutAt(text: string, value: string): number {
  for (let at = Math.max(0, text.length - value.length + 1); text.length - at >= LEAST_CUT; at += 1) {
    if (value.startsWith(text.slice(at))) return at;
  }
  return text.length;
}
