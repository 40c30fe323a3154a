import type { ChatRequest } from '../contracts/chat-request.ts';
import type { SpokenText, TextSpan } from '../contracts/tokens.ts';
import type { TokenSettings } from './tokenised-request.ts';

/** A value that was found somewhere. */
export interface FoundValue {
  text: string;
  type: string;
  score: number;
}

/**
 * What calls on behalf of one request share of their tokens. Tokens are made of tenant, conversation, type and value, so one
 * conversation for all of them is one map; each call keeps counts of its own. Lives as long as its request, in memory only.
 */
export class CarriedTokens {
  /** The chat that tells the conversation. */
  readonly beginning: ChatRequest;
  /** Private, so that nothing of which it is a part shows a value. */
  readonly #values = new Map<string, FoundValue>();

  constructor(beginning: ChatRequest) {
    this.beginning = beginning;
  }

  /**
   * Values that other calls found and this one did not, although they stand in it: an answer that repeats a name without
   * what gave it away. Those that this one found are noted for the others.
   */
  carryOver(
    texts: readonly SpokenText[],
    findings: readonly (readonly TextSpan[])[],
    { handling }: TokenSettings,
  ): FoundValue[] {
    const found = new Set<string>();
    for (const [index, ofText] of findings.entries()) {
      for (const finding of ofText) {
        const text = texts[index]?.text.slice(finding.start, finding.end) ?? '';
        found.add(text);
        if (handling(finding) === 'keep' || this.#values.has(text)) continue;
        this.#values.set(text, { text, type: finding.type, score: finding.score });
      }
    }
    const stands = (value: string): boolean => texts.some(({ text }) => text.includes(value));
    return [...this.#values.values()].filter(({ text }) => !found.has(text) && stands(text));
  }
}
