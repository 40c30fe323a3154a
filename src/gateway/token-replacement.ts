import type { ChatRequest } from '../contracts/chat-request.ts';
import type { Decision } from '../contracts/decision.ts';
import { AppError } from '../contracts/errors.ts';
import type { Spoken, SpokenText, TextSpan } from '../contracts/tokens.ts';
import type { TokenMap } from '../privacy/tokens/tokenise.ts';
import { chatTexts, type RequestTexts, requestTexts } from '../wire/request-texts.ts';
import { refusalOfSearch } from './apply-detection.ts';
import type { CarriedTokens, FoundValue } from './carried-tokens.ts';
import type { Detection, RequestDetector } from './detection.ts';
import { halfSaidAt } from './half-said.ts';
import { inTurns } from './in-turns.ts';
import type { PreparedRequest } from './prepare.ts';
import type { BegunText } from './seam.ts';
import {
  blocked,
  spokenChat,
  spokenRequestInPieces,
  type TokenisedChat,
  type TokenisedRequest,
  type TokenSettings,
  tokeniseChat,
  tokeniseRequestInTurns,
} from './tokenised-request.ts';

/** Named where personal data stand in a place that must come out as it went in: an id, an address, a name of a tool. */
const LEFT_OVER = 'personal_data_cannot_be_tokenised';

/** A token, or the placeholder of a type that is masked for good. */
const MADE_BY_US = /PII_[A-Z]{4}_[0-9A-Z]{13}|\[[A-Z_]+\]/g;

/** Whose tokens they are. */
export interface TokenScope {
  /** Id of the key. */
  key: string | null;
  /** The caller's own name for the conversation. */
  session: string | null;
}

/** Whether any deployment of a plan may only be shown tokens. */
export const demandsTokens = ({ plan }: Decision): boolean =>
  plan.some(({ obligations }) => obligations.includes('tokenise'));

/** Puts tokens in place of what is found in requests, and looks whether it is gone. */
export class TokenReplacer {
  readonly #detector: RequestDetector | null;

  /** null: nobody can say what would have to be replaced, so there are no tokens. */
  constructor(detector: RequestDetector | null) {
    this.#detector = detector;
  }

  offers(settings: TokenSettings | undefined): settings is TokenSettings {
    return this.#detector !== null && settings !== undefined;
  }

  /** The request as deployments may see it that get tokens, or why there is no such thing. Never rejects. */
  async ofRequest(
    prepared: PreparedRequest,
    body: Buffer,
    scope: TokenScope,
    settings: TokenSettings | undefined,
  ): Promise<TokenisedRequest | AppError> {
    const { read, texts, detection } = prepared;
    return settled(async () => {
      if (!this.offers(settings)) throw new AppError('internal', 'There are no tokens.');
      const spoken = await inTurns(spokenRequestInPieces(read, body, scope.key, scope.session));
      const findings = await this.#search(spoken.texts);
      const extra = knownElsewhere(texts.texts, detection, valuesOf(spoken.texts, findings), settings);
      const whole = { ...spoken, spoken: withTexts(spoken.spoken, extra) };
      const tokenised = await tokeniseRequestInTurns(whole, [...findings, ...extra.map(wholeText)], settings, read);
      await this.#lookAgain(requestTexts(tokenised.read.request.body), settings);
      return tokenised;
    });
  }

  /**
   * The same of a conversation inside this process. `shared`: of the request on whose behalf it is made; each of its calls
   * gets the same token for the same value, and what was found in one is replaced in all that follow.
   */
  async ofChat(
    chat: ChatRequest,
    scope: TokenScope,
    settings: TokenSettings | undefined,
    shared: CarriedTokens | null = null,
  ): Promise<TokenisedChat | AppError> {
    return settled(async () => {
      if (!this.offers(settings)) throw new AppError('internal', 'There are no tokens.');
      const spoken = spokenChat(chat, scope.key, scope.session, shared?.beginning ?? chat);
      const findings = await this.#search(spoken.texts);
      const extra = shared === null ? [] : shared.carryOver(spoken.texts, findings, settings);
      const whole = { ...spoken, spoken: withTexts(spoken.spoken, extra) };
      const tokenised = tokeniseChat(whole, [...findings, ...extra.map(wholeText)], settings);
      await this.#lookAgain(chatTexts(tokenised.chat), settings);
      return tokenised;
    });
  }

  /**
   * What a client has of an answer to a request with tokens, values for tokens, as deployments may see it that go on with
   * it: with tokens again. What ends in the midst of a value is shown up to there. Never rejects.
   */
  async ofAnswer(
    { tokens }: TokenisedRequest,
    answered: string,
    settings: TokenSettings | undefined,
  ): Promise<BegunText | AppError> {
    return settled(async () => {
      if (!this.offers(settings)) throw new AppError('internal', 'There are no tokens.');
      const shown = answered.slice(0, await this.#endOfShown(tokens, answered)).trimEnd();
      const texts = [{ text: shown, from: 0 }];
      const [replaced] = tokens.tokenise(texts, await this.#search(texts));
      if (tokens.blocked.length > 0) throw blocked(tokens);
      const prefix = (replaced as string).trimEnd();
      if (prefix === '') throw new AppError('denied_by_policy', 'Nothing of the answer can be shown.');
      await this.#lookAgain({ texts: [prefix], characters: prefix.length, unscannable: false }, settings);
      return { prefix, said: tokens.spoken(prefix), unseen: answered.slice(shown.length) };
    });
  }

  /** Up to where nothing is half said. */
  async #endOfShown(tokens: TokenMap, answered: string): Promise<number> {
    const openAt = tokens.openAt(answered);
    if (openAt < answered.length) return openAt;
    const [found] = await this.#search([{ text: answered, from: 0 }]);
    return halfSaidAt(answered, Math.max(0, ...(found ?? []).map(({ end }) => end)));
  }

  /** Findings of each text; a search that does not end is no search. @throws AppError */
  async #search(spoken: readonly SpokenText[]): Promise<readonly (readonly TextSpan[])[]> {
    const texts = spoken.map(({ text }) => text);
    const characters = texts.reduce((sum, text) => sum + text.length, 0);
    const { findings } = await this.#look({ texts, characters, unscannable: false });
    return texts.map((_, index) => findings[index] ?? []);
  }

  async #look(texts: RequestTexts): Promise<Detection> {
    if (this.#detector === null) throw new AppError('internal', 'There is no detection.');
    const found = await this.#detector.detect(texts);
    if (found.incomplete !== null) throw refusalOfSearch(found.incomplete);
    return found;
  }

  /** What is found once more stands where nothing may be replaced, and must not leave. @throws AppError */
  async #lookAgain(after: RequestTexts, { handling }: TokenSettings): Promise<void> {
    const found = await this.#look(after);
    const left = found.findings.flatMap((ofText, index) =>
      ofText.filter((finding) => handling(finding) !== 'keep' && !isMadeByUs(after.texts[index] as string, finding)),
    );
    if (left.length === 0) return;
    const types = [...new Set(left.map(({ type }) => type))].sort().join(', ');
    const text = `Personal data (${types}) stand where they cannot be replaced by tokens: ids, addresses, names of tools.`;
    throw new AppError('denied_by_policy', text, { rules: [LEFT_OVER] });
  }
}

const valuesOf = (texts: readonly SpokenText[], findings: readonly (readonly TextSpan[])[]): ReadonlySet<string> =>
  new Set(
    findings.flatMap((ofText, index) => ofText.map(({ start, end }) => texts[index]?.text.slice(start, end) ?? '')),
  );

/**
 * Values that detection found in the request as a whole and not in its texts one by one: a label far away may have given
 * them away. A value that is known is replaced wherever it stands.
 */
function knownElsewhere(
  texts: readonly string[],
  detection: Detection | null,
  found: ReadonlySet<string>,
  { handling }: TokenSettings,
): FoundValue[] {
  const values = new Map<string, FoundValue>();
  for (const [index, ofText] of (detection?.findings ?? []).entries()) {
    for (const finding of ofText) {
      const text = texts[index]?.slice(finding.start, finding.end) ?? '';
      if (handling(finding) !== 'keep' && !found.has(text)) values.set(text, { text, ...finding });
    }
  }
  return [...values.values()];
}

/** Values as further texts, which nothing is made of. */
const withTexts = <T>(spoken: Spoken<T>, values: readonly FoundValue[]): Spoken<T> => ({
  ...spoken,
  texts: [...spoken.texts, ...values.map(({ text }) => ({ text, from: 0 }))],
});

const wholeText = ({ text, type, score }: FoundValue): TextSpan[] => [{ type, score, start: 0, end: text.length }];

/** A finding that overlaps a token or a placeholder is what became of another. */
function isMadeByUs(text: string, { start, end }: TextSpan): boolean {
  for (const { 0: made, index } of text.matchAll(MADE_BY_US)) {
    if (index >= end) return false;
    if (index + made.length > start) return true;
  }
  return false;
}

async function settled<T>(work: () => Promise<T>): Promise<T | AppError> {
  try {
    return await work();
  } catch (error) {
    return error instanceof AppError ? error : new AppError('internal', 'Tokens could not be made.', { cause: error });
  }
}
