import type { Screen } from '../../contracts/ensemble.ts';
import { AppError } from '../../contracts/errors.ts';
import type { RequestDetector } from '../detection.ts';

/**
 * Searches what a member said before anybody else sees it. `decides`: whether what may be in it decides anything, so that
 * an answer that could not be searched to its end is seen by nobody else.
 */
export function screenWith(detector: RequestDetector | null, decides: () => boolean): Screen {
  return async (text) => {
    if (detector === null) return { text, dataClasses: [] };
    const { incomplete, classes } = await detector.detect({
      texts: [text],
      characters: text.length,
      unscannable: false,
    });
    if (incomplete !== null && decides()) {
      throw new AppError('detection_incomplete', 'The answer could not be searched for personal data.');
    }
    return { text, dataClasses: classes };
  };
}
