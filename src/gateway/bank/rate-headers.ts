import type { Clock } from '../clock.ts';

/** What a vendor limits. `tokens` is input and output together. */
export type QuotaMeasure = 'requests' | 'tokens' | 'input_tokens' | 'output_tokens';

/** One limit as the headers of an answer tell it. */
export interface QuotaReading {
  measure: QuotaMeasure;
  /** `minute`, `day`, ... as far as the name says it, else empty: limits of several windows stand side by side. */
  window: string;
  limit: number | null;
  remaining: number | null;
  /** Milliseconds until the limit is whole again. */
  resetsInMs: number | null;
}

type Headers = Readonly<Record<string, string | string[] | undefined>>;
type Facet = 'limit' | 'remaining' | 'reset';

interface HeaderMeaning {
  facet: Facet;
  measure: QuotaMeasure;
  window: string;
}

const FACETS = new Set<string>(['limit', 'remaining', 'reset']);
const REQUESTS = new Set(['requests', 'request', 'req']);
const WINDOWS = new Set(['second', 'minute', 'hour', 'day', 'week', 'month']);

/**
 * What the name of a header says, whoever sends it: `<anything>-ratelimit-` and then, in any order, limit, remaining or
 * reset, what is counted, and the window. These are in use: x-ratelimit-remaining-requests, x-ratelimit-reset-tokens-
 * minute, <vendor>-ratelimit-input-tokens-remaining, x-ratelimit-limit, x-tokenlimit-remaining. A name with any other
 * word (priority, unified, project) is about something narrower or wider than this deployment's calls and is left out.
 */
function meaningOf(name: string): HeaderMeaning | null {
  const words = name.split('-');
  const at = words.findIndex((word) => word === 'ratelimit' || word === 'tokenlimit');
  if (at === -1) return null;
  let facet: Facet | null = null;
  let measure: QuotaMeasure = words[at] === 'tokenlimit' ? 'tokens' : 'requests';
  let part = '';
  const window: string[] = [];
  for (const word of words.slice(at + 1)) {
    if (FACETS.has(word)) facet = word as Facet;
    else if (REQUESTS.has(word)) measure = 'requests';
    else if (word === 'tokens') measure = 'tokens';
    else if (word === 'input' || word === 'output') part = word;
    else if (WINDOWS.has(word) || /^\d+$/.test(word)) window.push(word);
    else return null;
  }
  if (facet === null || (part !== '' && measure !== 'tokens')) return null;
  return { facet, measure: part === '' ? measure : (`${part}_tokens` as QuotaMeasure), window: window.join('-') };
}

/** The headers in which one limit is told; null: not told. */
export interface QuotaHeaders {
  measure: QuotaMeasure;
  window: string;
  limit: string | null;
  remaining: string | null;
  reset: string | null;
}

/** Which headers of an answer tell limits; names are lower case. A vendor's answers all have the same. */
export function findRateHeaders(headers: Headers): QuotaHeaders[] {
  const found: QuotaHeaders[] = [];
  for (const name of Object.keys(headers)) {
    if (!name.includes('limit')) continue;
    const meaning = meaningOf(name);
    if (meaning === null) continue;
    const { facet, measure, window } = meaning;
    let quota = found.find((other) => other.measure === measure && other.window === window);
    if (quota === undefined) {
      quota = { measure, window, limit: null, remaining: null, reset: null };
      found.push(quota);
    }
    quota[facet] = name;
  }
  return found;
}

const headerText = (headers: Headers, name: string | null): string | null => {
  const value = name === null ? undefined : headers[name];
  return typeof value === 'string' ? value : null;
};

/** One limit as this answer tells it. Numbers below 0 mean "not known" at some vendors. */
export function readRateHeaders(headers: Headers, names: QuotaHeaders, clock: Pick<Clock, 'now'>): QuotaReading {
  const limit = headerText(headers, names.limit);
  const remaining = headerText(headers, names.remaining);
  const reset = headerText(headers, names.reset);
  return {
    measure: names.measure,
    window: names.window,
    limit: limit === null ? null : readCount(limit),
    remaining: remaining === null ? null : readCount(remaining),
    resetsInMs: reset === null ? null : readReset(reset, clock),
  };
}

const CODE = { 0: 48, 9: 57, dot: 46, d: 100, h: 104, m: 109, s: 115 } as const;

/** So many digits are exact as a number. */
const EXACT_DIGITS = 15;

function readCount(value: string): number | null {
  const digits = readDigits(value, 0, value.length);
  if (digits !== null) return digits;
  const count = value === '' ? Number.NaN : Number(value);
  return count >= 0 && count < Number.POSITIVE_INFINITY ? count : null;
}

/** What nearly every vendor writes, and `Number` costs several times as much. null: not digits alone, or too many. */
function readDigits(text: string, start: number, end: number): number | null {
  if (start === end || end - start > EXACT_DIGITS) return null;
  let count = 0;
  for (let at = start; at < end; at += 1) {
    const code = text.charCodeAt(at);
    if (code < CODE[0] || code > CODE[9]) return null;
    count = count * 10 + (code - CODE[0]);
  }
  return count;
}

/** Numbers from here on are seconds, and from there on milliseconds, since 1970; below they are seconds from now. */
const EPOCH_SECONDS = 1e9;
const EPOCH_MS = 1e12;
const DATE = /^\w{0,9},? ?\d{1,4}[- ]/;
/** Longer than any vendor's. */
const LONGEST_VALUE = 64;

/** `12ms`, `6m0s`, `1h2m3.5s`, seconds from now, seconds or milliseconds since 1970, or a date; milliseconds from now. */
function readReset(value: string, clock: Pick<Clock, 'now'>): number | null {
  if (value.length > LONGEST_VALUE) return null;
  const duration = readDuration(value);
  if (duration !== null) return duration;
  const number = readCount(value);
  if (number !== null) {
    if (number >= EPOCH_MS) return Math.max(0, number - clock.now());
    return number >= EPOCH_SECONDS ? Math.max(0, number * 1_000 - clock.now()) : number * 1_000;
  }
  const date = DATE.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(date) ? null : Math.max(0, date - clock.now());
}

/** Numbers each with its unit: d, h, m, s or ms. null for anything else, a bare number too. Read with every answer. */
function readDuration(value: string): number | null {
  let ms = 0;
  let start = 0;
  for (let at = 0; at < value.length; at += 1) {
    const code = value.charCodeAt(at);
    if ((code >= CODE[0] && code <= CODE[9]) || code === CODE.dot) continue;
    const isMs = code === CODE.m && value.charCodeAt(at + 1) === CODE.s;
    const unitMs = isMs ? 1 : unitOf(code);
    if (unitMs === null || at === start) return null;
    const amount = readDigits(value, start, at) ?? Number(value.slice(start, at));
    if (Number.isNaN(amount)) return null;
    ms += amount * unitMs;
    if (isMs) at += 1;
    start = at + 1;
  }
  return start === value.length && start > 0 ? ms : null;
}

function unitOf(code: number): number | null {
  switch (code) {
    case CODE.s:
      return 1_000;
    case CODE.m:
      return 60_000;
    case CODE.h:
      return 3_600_000;
    case CODE.d:
      return 86_400_000;
    default:
      return null;
  }
}
