import type { Identifier } from '../identifier.ts';
import { CREDIT_CARD } from './credit-card.ts';
import { IDENTIFIERS } from './identifiers/all-identifiers.ts';

/** All that is recognised by its groups of letters and digits. */
export const NUMBERS: readonly Identifier[] = [...CREDIT_CARD, ...IDENTIFIERS];
