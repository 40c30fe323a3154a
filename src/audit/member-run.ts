/** Runs of values that are kept; when there are more, all are forgotten. */
const MOST_KEPT = 4_096;

/** What a member of a run may hold: of each there are few. */
export type RunValue = string | number | boolean | null;

/**
 * Members of a record that follow each other and hold one of few values each: names of deployments, outcomes, flags. The
 * JSON of all of them together is made once for each combination, and found again without building a string: what a record
 * costs is the number of strings it is put together from.
 */
export class MemberRun {
  readonly #names: readonly string[];
  #root = new Map<RunValue, unknown>();
  #kept = 0;

  constructor(...names: readonly string[]) {
    this.#names = names;
  }

  /** How many combinations are. */
  get kept(): number {
    return this.#kept;
  }

  /** `,"name":value` for each name of the run. As many values as names. */
  of(...values: readonly RunValue[]): string {
    const last = values.length - 1;
    let level = this.#root;
    for (let at = 0; at < last; at += 1) {
      const value = values[at] as RunValue;
      let next = level.get(value) as Map<RunValue, unknown> | undefined;
      if (next === undefined) {
        next = new Map();
        level.set(value, next);
      }
      level = next;
    }
    const known = level.get(values[last] as RunValue) as string | undefined;
    return known ?? this.#make(values, level);
  }

  #make(values: readonly RunValue[], level: Map<RunValue, unknown>): string {
    const json = this.#names.map((name, at) => `,"${name}":${JSON.stringify(values[at])}`).join('');
    level.set(values[values.length - 1] as RunValue, json);
    this.#kept += 1;
    if (this.#kept > MOST_KEPT) {
      this.#root = new Map();
      this.#kept = 0;
    }
    return json;
  }
}
