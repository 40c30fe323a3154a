let lastMs = Number.NaN;
let lastText = '';
let lastSecond = Number.NaN;
/** Of `lastSecond`, up to the point before its milliseconds. */
let lastPrefix = '';

/** `000Z` to `999Z`. */
const ENDINGS = Array.from({ length: 1_000 }, (_, ms) => `${String(ms).padStart(3, '0')}Z`);
const ENDING_LENGTH = 4;

/**
 * RFC 3339 in UTC with milliseconds, as Date.prototype.toISOString writes it. The last answer is kept, since a request
 * writes the same moment several times, and of the last second all but its end, since a Date costs ten times as much.
 * @throws RangeError for what is no time
 */
export function isoTime(ms: number): string {
  if (ms !== lastMs) {
    const whole = Math.trunc(ms);
    const second = Math.floor(whole / 1_000);
    if (second !== lastSecond) {
      lastPrefix = new Date(ms).toISOString().slice(0, -ENDING_LENGTH);
      lastSecond = second;
    }
    lastText = lastPrefix + ENDINGS[whole - second * 1_000];
    lastMs = ms;
  }
  return lastText;
}

/** Milliseconds since 1970 of a time in RFC 3339, NaN for what is none; for free where isoTime has just written it. `+ 0`: no -0. */
export const parseIsoTime = (text: string): number => (text === lastText ? Math.trunc(lastMs) + 0 : Date.parse(text));
