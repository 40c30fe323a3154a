import type { TextSpan, TokenHandling } from '../../contracts/tokens.ts';
import { isMaskedByDefault, TYPES } from '../types-of-data.ts';

/** From this score on a finding counts whose type is never masked by default. */
const SURE = 0.5;

/** What is done with each finding. */
export type Handling = (finding: TextSpan) => TokenHandling;

/**
 * @param types what configuration says of types by name; a type it does not name is handled as `otherwise` where it is
 *   masked by default, and kept where it is not
 */
export function createHandling(
  types: Readonly<Record<string, TokenHandling>> = {},
  otherwise: TokenHandling = 'tokenise',
): Handling {
  const said = new Map(Object.entries(types));
  return (finding) => {
    const handling = said.get(finding.type);
    if (handling === undefined) return isMaskedByDefault(finding) ? otherwise : 'keep';
    return finding.score >= (TYPES.get(finding.type)?.maskedFrom ?? SURE) ? handling : 'keep';
  };
}
