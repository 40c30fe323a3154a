let lastMs = Number.NaN;
let lastText = '';

/**
 * RFC 3339 in UTC with milliseconds, as Date.prototype.toISOString writes it. The last answer is kept, since a request
 * writes the same moment several times and many requests share a millisecond.
 */
export function isoTime(ms: number): string {
  if (ms !== lastMs) {
    lastText = new Date(ms).toISOString();
    lastMs = ms;
  }
  return lastText;
}
