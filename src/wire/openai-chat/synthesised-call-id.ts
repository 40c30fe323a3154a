import { sha256Hex } from '../../lib/hash.ts';

/** An id for a call that came without: the same for the same answer and place, other in every other answer. */
export const synthesisedCallId = (seed: string, position: number): string =>
  `call_${sha256Hex(`${seed}:${position}`).slice(0, 24)}`;
