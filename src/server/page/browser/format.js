/**
 * Dollars with as many places as the amount needs, never in powers of ten. A price that nobody knows is not 0.
 * @param {number | null} usd
 */
export function dollars(usd) {
  if (usd === null) return 'unknown';
  if (usd === 0) return '$0';
  if (usd < 0.00000001) return 'under $0.00000001';
  const places = usd >= 1 ? 2 : Math.min(8, 2 - Math.floor(Math.log10(usd)));
  return `$${usd.toFixed(places)}`;
}

/** @param {number | null} ms */
export function milliseconds(ms) {
  if (ms === null) return 'unknown';
  return ms < 10 ? `${ms.toFixed(2)} ms` : `${Math.round(ms).toLocaleString('en')} ms`;
}

/** @param {number | null} count */
export function count(count) {
  return count === null ? 'unknown' : count.toLocaleString('en');
}

/** @param {number} share between 0 and 1 */
export function percent(share) {
  return `${(share * 100).toFixed(1)} %`;
}

/** @param {readonly string[]} values */
export function list(values) {
  return values.length === 0 ? 'none' : values.join(', ');
}
