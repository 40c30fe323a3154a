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

/** Some 20 us a hundred. */
const FINDINGS_A_TURN = 4_096;

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
      const searched = new SearchedTexts();
      if (detection?.incomplete === null) searched.add(texts.texts, detection.findings);
      const findings = await this.#search(spoken.texts, searched);
      const found = await inTurns(valuesOf(spoken.texts, findings));
      const extra = await inTurns(knownElsewhere(texts.texts, detection, found, settings));
      const whole = { ...spoken, spoken: withTexts(spoken.spoken, extra) };
      const tokenised = await tokeniseRequestInTurns(whole, [...findings, ...extra.map(wholeText)], settings, read);
      await this.#lookAgain(requestTexts(tokenised.read.request.body), settings, searched);
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
      const searched = new SearchedTexts();
      const findings = await this.#search(spoken.texts, searched);
      const extra = shared === null ? [] : shared.carryOver(spoken.texts, findings, settings);
      const whole = { ...spoken, spoken: withTexts(spoken.spoken, extra) };
      const tokenised = tokeniseChat(whole, [...findings, ...extra.map(wholeText)], settings);
      await this.#lookAgain(chatTexts(tokenised.chat), settings, searched);
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

  /**
   * Findings of each text; a search that does not end is no search. Only texts that are not among the searched ones are
   * searched, and they are afterwards. @throws AppError
   */
  async #search(
    spoken: readonly SpokenText[],
    searched = new SearchedTexts(),
  ): Promise<readonly (readonly TextSpan[])[]> {
    return this.#look(
      spoken.map(({ text }) => text),
      searched,
    );
  }

  async #look(all: readonly string[], searched: SearchedTexts): Promise<readonly (readonly TextSpan[])[]> {
    if (this.#detector === null) throw new AppError('internal', 'There is no detection.');
    const texts = searched.lacks(all);
    if (texts.length > 0) {
      const characters = texts.reduce((sum, text) => sum + text.length, 0);
      const { incomplete, findings } = await this.#detector.detect({ texts, characters, unscannable: false });
      if (incomplete !== null) throw refusalOfSearch(incomplete);
      searched.add(texts, findings);
    }
    return all.map((text) => searched.of(text));
  }

  /** What is found once more stands where nothing may be replaced, and must not leave. @throws AppError */
  async #lookAgain(after: RequestTexts, { handling }: TokenSettings, searched = new SearchedTexts()): Promise<void> {
    const left = await inTurns(typesLeftIn(after.texts, await this.#look(after.texts, searched), handling));
    if (left.size === 0) return;
    const types = [...left].sort().join(', ');
    const text = `Personal data (${types}) stand where they cannot be replaced by tokens: ids, addresses, names of tools.`;
    throw new AppError('denied_by_policy', text, { rules: [LEFT_OVER] });
  }
}

/**
 * Findings by text, since a request is searched as a whole, then as what is said in it, then once more with tokens, and
 * most of its texts are the same each time. Lives as long as one replacement.
 */
class SearchedTexts {
  readonly #findings = new Map<string, readonly TextSpan[]>();

  /** @param findings of each text; fewer where nothing was found in any */
  add(texts: readonly string[], findings: readonly (readonly TextSpan[])[]): void {
    for (const [index, text] of texts.entries()) this.#findings.set(text, findings[index] ?? []);
  }

  /** Those that have not been searched, each once. */
  lacks(texts: readonly string[]): string[] {
    return [...new Set(texts.filter((text) => !this.#findings.has(text)))];
  }

  of(text: string): readonly TextSpan[] {
    return this.#findings.get(text) ?? [];
  }
}

/** Each finding with its text, and a rest for others now and then. */
function* eachFinding<T extends TextSpan>(
  findings: readonly (readonly T[])[],
  look: (finding: T, index: number) => void,
): Generator<void, void> {
  let looked = 0;
  for (const [index, ofText] of findings.entries()) {
    for (const finding of ofText) {
      look(finding, index);
      looked += 1;
      if (looked % FINDINGS_A_TURN === 0) yield;
    }
  }
}

function* valuesOf(
  texts: readonly SpokenText[],
  findings: readonly (readonly TextSpan[])[],
): Generator<void, ReadonlySet<string>> {
  const values = new Set<string>();
  yield* eachFinding(findings, ({ start, end }, index) => values.add(texts[index]?.text.slice(start, end) ?? ''));
  return values;
}

/**
 * Values that detection found in the request as a whole and not in its texts one by one: a label far away may have given
 * them away. A value that is known is replaced wherever it stands.
 */
function* knownElsewhere(
  texts: readonly string[],
  detection: Detection | null,
  found: ReadonlySet<string>,
  { handling }: TokenSettings,
): Generator<void, FoundValue[]> {
  const values = new Map<string, FoundValue>();
  yield* eachFinding(detection?.findings ?? [], (finding, index) => {
    const text = texts[index]?.slice(finding.start, finding.end) ?? '';
    if (handling(finding) !== 'keep' && !found.has(text)) values.set(text, { text, ...finding });
  });
  return [...values.values()];
}

/** Types of what is found and was not made by us. */
function* typesLeftIn(
  texts: readonly string[],
  findings: readonly (readonly TextSpan[])[],
  handling: TokenSettings['handling'],
): Generator<void, Set<string>> {
  const left = new Set<string>();
  let places = new PlacesMade('');
  yield* eachFinding(findings, (finding, index) => {
    if (left.has(finding.type) || handling(finding) === 'keep') return;
    const text = texts[index] as string;
    if (places.text !== text) places = new PlacesMade(text);
    if (!places.touch(finding)) left.add(finding.type);
  });
  return left;
}

/** Values as further texts, which nothing is made of. */
const withTexts = <T>(spoken: Spoken<T>, values: readonly FoundValue[]): Spoken<T> => ({
  ...spoken,
  texts: [...spoken.texts, ...values.map(({ text }) => ({ text, from: 0 }))],
});

const wholeText = ({ text, type, score }: FoundValue): TextSpan[] => [{ type, score, start: 0, end: text.length }];

/** Tokens and placeholders of a text, looked for once, from its start to its end, as findings are asked about. */
class PlacesMade {
  readonly text: string;
  #places: Iterator<RegExpExecArray>;
  #at: RegExpExecArray | undefined;
  #askedTo = 0;

  constructor(text: string) {
    this.text = text;
    this.#places = text.matchAll(MADE_BY_US);
    this.#next();
  }

  /** Whether a finding overlaps one: then it is what became of another. */
  touch({ start, end }: TextSpan): boolean {
    // Findings come in order, nearly always.
    if (start < this.#askedTo) {
      this.#places = this.text.matchAll(MADE_BY_US);
      this.#next();
    }
    this.#askedTo = start;
    while (this.#at !== undefined && this.#at.index + this.#at[0].length <= start) this.#next();
    return this.#at !== undefined && this.#at.index < end;
  }

  #next(): void {
    this.#at = this.#places.next().value;
  }
}

async function settled<T>(work: () => Promise<T>): Promise<T | AppError> {
  try {
    return await work();
  } catch (error) {
    return error instanceof AppError ? error : new AppError('internal', 'Tokens could not be made.', { cause: error });
  }
}
