import type { Clock } from './clock.ts';

type HeaderValue = string | string[] | undefined;

/** Longer than any number or date. */
const LONGEST_VALUE = 64;
/** `Date.parse` finds a day of 2001 in `10, 10`, which would be past and thus no wait at all. */
const DATE = /^\s*(?:(?:mon|tue|wed|thu|fri|sat|sun)|\d{4}-)/i;

/**
 * For how long an upstream asks not to be called again, in seconds: `retry-after-ms` (Azure, OpenAI), which is the more exact
 * one and read first as the official clients do, else `retry-after` in seconds or as an HTTP date. null: it does not say.
 */
export function readRetryAfter(
  headers: Readonly<Record<string, HeaderValue>>,
  clock: Pick<Clock, 'now'>,
): number | null {
  const ms = textOf(headers['retry-after-ms']);
  const milliseconds = ms === null ? Number.NaN : Number(ms);
  if (Number.isFinite(milliseconds) && milliseconds >= 0) return milliseconds / 1_000;
  const value = textOf(headers['retry-after']);
  if (value === null) return null;
  const seconds = Number(value);
  if (Number.isFinite(seconds)) return seconds >= 0 ? seconds : null;
  const date = DATE.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(date) ? null : Math.max(0, (date - clock.now()) / 1_000);
}

const textOf = (value: HeaderValue): string | null =>
  typeof value !== 'string' || value.length > LONGEST_VALUE || value.trim() === '' ? null : value;
