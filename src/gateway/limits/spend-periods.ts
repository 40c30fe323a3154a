const DAY_MS = 86_400_000;
/** Enough for a clock that jumps ahead and comes back; the rest is history. */
const KEPT = 4;

/** Dollars of one UTC day or month. */
export interface SpendPeriod {
  key: string;
  spentUsd: number;
  reservedUsd: number;
}

/** The UTC day and month of a time, as they are written. */
export interface PeriodKeys {
  day: string;
  month: string;
}

/** Periods of a moment in milliseconds since 1970, worked out once a day. */
export class PeriodClock {
  #dayNumber = Number.NaN;
  #keys: PeriodKeys = { day: '', month: '' };

  keysAt(nowMs: number): PeriodKeys {
    const dayNumber = Math.floor(nowMs / DAY_MS);
    if (dayNumber !== this.#dayNumber) {
      const day = new Date(dayNumber * DAY_MS).toISOString().slice(0, 10);
      this.#keys = { day, month: day.slice(0, 7) };
      this.#dayNumber = dayNumber;
    }
    return this.#keys;
  }
}

/**
 * What was spent in the periods seen last. A period belongs to its date and not to the order of events: a clock that is
 * set back finds again what it had spent, and a clock that jumped ahead spoils nothing.
 */
export class SpendPeriods {
  /** The one used last comes first. */
  #periods: SpendPeriod[] = [];

  at(key: string): SpendPeriod {
    const first = this.#periods[0];
    if (first !== undefined && first.key === key) return first;
    const known = this.#periods.find((period) => period.key === key);
    const period = known ?? { key, spentUsd: 0, reservedUsd: 0 };
    this.#periods = [period, ...this.#periods.filter((other) => other !== period)].slice(0, KEPT);
    return period;
  }

  /** Without making one: 0 where nothing was spent. */
  usedUsd(key: string): number {
    const first = this.#periods[0];
    const known = first?.key === key ? first : this.#periods.find((period) => period.key === key);
    return known === undefined ? 0 : known.spentUsd + known.reservedUsd;
  }

  get all(): readonly SpendPeriod[] {
    return this.#periods;
  }
}
