/** More than any model reads or writes at once. Counts that fell below 0 come as 4294967295 and the like. */
const MOST_TOKENS = 1e9;

/** A count of tokens as a vendor reports it; null: it is none. */
export const tokenCount = (value: unknown): number | null =>
  typeof value === 'number' && value >= 0 && value <= MOST_TOKENS ? value : null;
