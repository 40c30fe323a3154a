import type { RequestFacts } from '../contracts/request-facts.ts';
import type { Obligation } from '../contracts/vocabulary.ts';
import { dataClassesOf, detect } from '../privacy/detect.ts';
import { MAX_SLICE } from '../privacy/scanner.ts';
import { isMaskedByDefault } from '../privacy/types-of-data.ts';

/**
 * Whether another deployment may be shown what was answered so far, so that it can go on. The answer was no part of what
 * rules have judged: on labelled traffic it may hold nothing that the request did not hold, and where tokens are demanded
 * it goes to nobody, since a client has been sent the values behind them. Answers longer than one slice are not searched.
 */
export function mayCarry(facts: RequestFacts, obligations: readonly Obligation[], carried: string): boolean {
  if (obligations.includes('tokenise')) return false;
  const { attributes } = facts;
  // Nobody looks for personal data where there is no detection.
  if (attributes?.labelled !== true || facts.detection === undefined) return true;
  if (carried.length > MAX_SLICE) return false;
  const found = dataClassesOf(detect(carried).filter(isMaskedByDefault));
  return found.every((name) => attributes.data_classes.includes(name));
}
