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

/** Names repeat with every answer. Bounded, since upstreams choose them. */
const meanings = new Map<string, HeaderMeaning | null>();
const MOST_MEANINGS = 1_000;

function knownMeaningOf(name: string): HeaderMeaning | null {
  const known = meanings.get(name);
  if (known !== undefined) return known;
  const meaning = meaningOf(name);
  if (meanings.size >= MOST_MEANINGS) meanings.clear();
  meanings.set(name, meaning);
  return meaning;
}

/** Limits in the headers of an answer; names are lower case. Numbers below 0 mean "not known" at some vendors. */
export function readRateHeaders(headers: Headers, wallNowMs: number): QuotaReading[] {
  const readings: QuotaReading[] = [];
  for (const name of Object.keys(headers)) {
    const meaning = knownMeaningOf(name);
    const value = headers[name];
    if (meaning === null || typeof value !== 'string') continue;
    const { facet, measure, window } = meaning;
    let reading = readings.find((other) => other.measure === measure && other.window === window);
    if (reading === undefined) {
      reading = { measure, window, limit: null, remaining: null, resetsInMs: null };
      readings.push(reading);
    }
    if (facet === 'reset') reading.resetsInMs = readReset(value, wallNowMs);
    else reading[facet] = readCount(value);
  }
  return readings;
}

function readCount(value: string): number | null {
  const count = value.trim() === '' ? Number.NaN : Number(value);
  return Number.isFinite(count) && count >= 0 ? count : null;
}

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const DURATION = /^(?:\d+(?:\.\d+)?(?:ms|s|m|h|d))+$/;
const DURATION_PART = /(\d+(?:\.\d+)?)(ms|s|m|h|d)/g;
/** Numbers from here on are seconds, and from there on milliseconds, since 1970; below they are seconds from now. */
const EPOCH_SECONDS = 1e9;
const EPOCH_MS = 1e12;
/** Longer than any header of a vendor; keeps an absurd value from making a regular expression work. */
const LONGEST_VALUE = 64;

/** `12ms`, `6m0s`, `1h2m3.5s`, seconds from now, seconds or milliseconds since 1970, or a date; milliseconds from now. */
function readReset(value: string, wallNowMs: number): number | null {
  if (value.length > LONGEST_VALUE) return null;
  const number = readCount(value);
  if (number !== null) {
    if (number >= EPOCH_MS) return Math.max(0, number - wallNowMs);
    return number >= EPOCH_SECONDS ? Math.max(0, number * 1_000 - wallNowMs) : number * 1_000;
  }
  if (DURATION.test(value)) {
    let ms = 0;
    for (const [, amount, unit] of value.matchAll(DURATION_PART)) ms += Number(amount) * (UNIT_MS[unit as string] ?? 0);
    return ms;
  }
  const date = /\d{4}/.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(date) ? null : Math.max(0, date - wallNowMs);
}
