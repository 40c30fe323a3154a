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

/** @param tokenise puts tokens in what was answered, for those that may see nothing else; null: nobody may */
export function carriedText(
  prepared: PreparedRequest,
  detector: RequestDetector,
  { world, keyNow }: Surroundings,
  tokenise: ((answered: string) => Promise<void>) | null,
): CarriedText {
  const search = (answered: string): Detection | Promise<Detection> =>
    detector.detect({ texts: [answered], characters: answered.length, unscannable: false });
  return {
    search: (answered) => (tokenise === null ? search(answered) : tokenise(answered).then(() => search(answered))),
    factsWith: (found) => {
      const key = currentKey(prepared, keyNow);
      return key === 'gone' ? null : factsUnder(prepared, world(), key, found);
    },
  };
}
