import type { ConfigurationFinding } from '../contracts/configuration-problem.ts';
import type { TokenHandling } from '../contracts/tokens.ts';
import { nearestNames } from '../lib/edit-distance.ts';
import { TYPES } from '../privacy/types-of-data.ts';

/** Types of `privacy.types` that nobody can find: a slip of the hand there would send what was to be held back. */
export function unknownTypes(types: Readonly<Record<string, TokenHandling>>): ConfigurationFinding[] {
  return Object.keys(types).flatMap((type) => {
    if (TYPES.has(type)) return [];
    const near = nearestNames(type, TYPES.keys(), 3);
    return {
      severity: 'error',
      path: ['privacy', 'types', type],
      message: `There is no type ${JSON.stringify(type)}.`,
      hint: near.length === 0 ? 'alidade pii types lists them.' : `Did you mean ${near.join(', ')}?`,
    };
  });
}
