import type { RequestFacts } from '../contracts/request-facts.ts';
import { factsUnder } from './apply-detection.ts';
import { currentKey, type Surroundings } from './current-facts.ts';
import type { Detection, RequestDetector } from './detection.ts';
import type { PreparedRequest } from './prepare.ts';

/**
 * What was answered so far, as another deployment would see it that goes on with it: it was no part of what rules have
 * judged, so it is searched like a request and decided together with it.
 */
export interface CarriedText {
  search(answered: string): Detection | Promise<Detection>;
  /** The facts of this moment with what was found. null: nobody may be shown it. */
  factsWith(found: Detection): RequestFacts | null;
}

type Tokenise = (answered: string) => Promise<void>;

/** A class: most requests never ask, and functions would be made for each of them. */
export class AnswerSoFar implements CarriedText {
  readonly #prepared: PreparedRequest;
  readonly #detector: RequestDetector;
  readonly #surroundings: Surroundings;
  readonly #tokenise: Tokenise | null;

  /** @param tokenise puts tokens in what was answered, for those that may see nothing else; null: nobody may */
  constructor(
    prepared: PreparedRequest,
    detector: RequestDetector,
    surroundings: Surroundings,
    tokenise: Tokenise | null,
  ) {
    this.#prepared = prepared;
    this.#detector = detector;
    this.#surroundings = surroundings;
    this.#tokenise = tokenise;
  }

  search(answered: string): Detection | Promise<Detection> {
    if (this.#tokenise === null) return this.#search(answered);
    return this.#tokenise(answered).then(() => this.#search(answered));
  }

  factsWith(found: Detection): RequestFacts | null {
    const key = currentKey(this.#prepared, this.#surroundings.keyNow);
    return key === 'gone' ? null : factsUnder(this.#prepared, this.#surroundings.world(), key, found);
  }

  #search(answered: string): Detection | Promise<Detection> {
    return this.#detector.detect({ texts: [answered], characters: answered.length, unscannable: false });
  }
}
