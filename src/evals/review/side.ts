import { sha256Hex } from '../../lib/hash.ts';

/** Whether a reviewer sees an item's texts in the other order. Nobody without the seal's secret can tell. */
export const isTurned = (secret: string, reviewer: string, item: string): boolean =>
  Number.parseInt(sha256Hex(`${secret} ${reviewer} ${item}`).slice(0, 2), 16) % 2 === 1;
