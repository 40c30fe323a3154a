import { isWithinClass } from '../contracts/data-classes.ts';
import type { Obligation } from '../contracts/vocabulary.ts';

/** Named where `policy.unlabelled_personal: deny` refuses a request. */
export const UNLABELLED_PERSONAL_DENIED = 'unlabelled_personal_denied';

export type UnlabelledPersonal = 'record' | 'tokenise' | 'deny';

export type UnlabelledOutcome =
  | { permitted: true; obligations: readonly Obligation[] }
  | { permitted: false; rules: readonly string[] };

const NOTHING_TO_DO: UnlabelledOutcome = Object.freeze({ permitted: true, obligations: Object.freeze([]) });

/**
 * What personal data in traffic without a data class lead to: `record` nothing, `tokenise` an obligation for every
 * deployment, `deny` a refusal. Labelled traffic is left to the rules.
 */
export function unlabelledPersonal(
  mode: UnlabelledPersonal,
  labelled: boolean,
  detectedClasses: readonly string[],
): UnlabelledOutcome {
  if (labelled || mode === 'record') return NOTHING_TO_DO;
  if (!detectedClasses.some((name) => isWithinClass(name, 'personal'))) return NOTHING_TO_DO;
  if (mode === 'deny') return { permitted: false, rules: [UNLABELLED_PERSONAL_DENIED] };
  return { permitted: true, obligations: ['tokenise'] };
}
