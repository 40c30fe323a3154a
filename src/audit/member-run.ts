/** Runs of values that are kept; when there are more, all are forgotten. */
const MOST_KEPT = 4_096;

/** What a member of a run may hold: of each there are few. */
export type RunValue = string | number | boolean | null;

/** By value, the next one's; at the last the JSON. */
type Level = Map<RunValue | undefined, unknown>;

function below(level: Level, value: RunValue | undefined): Level {
  let next = level.get(value) as Level | undefined;
  if (next === undefined) {
    next = new Map();
    level.set(value, next);
  }
  return next;
}

/**
 * Members of a record that follow each other and hold one of few values each: names of deployments, outcomes, flags. The
 * JSON of all of them together is made once for each combination, and found again without building a string: what a record
 * costs is the number of strings it is put together from.
 */
export class MemberRun {
  readonly #names: readonly string[];
  #root: Level = new Map();
  #kept = 0;

  constructor(...names: readonly string[]) {
    this.#names = names;
  }

  /** How many combinations are. */
  get kept(): number {
    return this.#kept;
  }

  /** `,"name":value` for each name of the run. As many values as names, five at most; an array of them would be made each time. */
  of(first: RunValue, second?: RunValue, third?: RunValue, fourth?: RunValue, fifth?: RunValue): string {
    const level = below(below(below(below(this.#root, first), second), third), fourth);
    return (level.get(fifth) as string | undefined) ?? this.#make([first, second, third, fourth, fifth], level);
  }

  #make(values: readonly (RunValue | undefined)[], level: Level): string {
    const json = this.#names.map((name, at) => `,"${name}":${JSON.stringify(values[at])}`).join('');
    level.set(values[4], json);
    this.#kept += 1;
    if (this.#kept > MOST_KEPT) {
      this.#root = new Map();
      this.#kept = 0;
    }
    return json;
  }
}
