const DAY_MS = 86_400_000;
const TIME_OF_DAY = /^([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?Z?$/;
/** A date alone is midnight UTC; a date with a time must say its zone. */
const INSTANT = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2}))?$/;

/**
 * Milliseconds until a quota renews that the configuration describes by `resets_at`: a moment (`2026-12-01T00:00:00Z`,
 * `2026-12-01`), or a time of day in UTC (`00:00Z`). null once the moment has passed, and for anything else.
 */
export function quotaResetsInMs(resetsAt: string, wallNowMs: number): number | null {
  const daily = TIME_OF_DAY.exec(resetsAt);
  if (daily !== null) {
    const [, hours, minutes, seconds] = daily;
    const ofDayMs = (Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds ?? 0)) * 1_000;
    const sinceMidnightMs = ((wallNowMs % DAY_MS) + DAY_MS) % DAY_MS;
    return ofDayMs > sinceMidnightMs ? ofDayMs - sinceMidnightMs : ofDayMs + DAY_MS - sinceMidnightMs;
  }
  if (!INSTANT.test(resetsAt)) return null;
  const at = Date.parse(resetsAt);
  return Number.isNaN(at) || at <= wallNowMs ? null : at - wallNowMs;
}
