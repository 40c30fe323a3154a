import { copyFileSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { EvidenceCell, EvidenceRow } from '../contracts/evidence.ts';
import { isoTime } from '../lib/iso-time.ts';
import { wilsonInterval } from '../lib/wilson.ts';

/** The one answer that a rating is about. */
export interface RatedAnswer {
  request_id: string;
  cell: EvidenceCell;
  model: string;
  deployment: string;
  sandbox: boolean;
}

interface Rating extends RatedAnswer {
  /** Id of the key that rated; null in open mode. */
  key: string | null;
  /** 0 to 1. */
  score: number;
  /** RFC 3339. */
  at: string;
  /** Whether evidence holds it. */
  published: boolean;
}

/**
 * Ratings of one key that count for one kind of work: one caller's taste must not become everybody's route. Over all its
 * cells, since what they hold is pooled, and languages and lengths are as many as a caller likes.
 */
const MOST_PER_KEY_AND_TASK = 10;

const cellText = ({ cell, sandbox }: RatedAnswer): string =>
  JSON.stringify([sandbox, cell.task, cell.language, cell.length, cell.use_case]);
/** Said again of the same request, it is another rating. */
const identityOf = ({ request_id: id, at, score }: Rating): string => `${id} ${at} ${score}`;
const isSameRow = (a: RatedAnswer, b: RatedAnswer): boolean =>
  a.deployment === b.deployment && a.model === b.model && cellText(a) === cellText(b);

/**
 * Ratings of single answers, in `feedback.jsonl` of the data folder: no text, and no more than count. They become rows of
 * evidence, one for each cell and deployment, in batches: a version for every rating would be a file for every rating.
 */
export class FeedbackLedger {
  readonly #path: string;
  readonly #now: () => number;
  readonly #onProblem: (problem: string) => void;
  #known: Rating[] | null = null;

  constructor(dataDir: string, now: () => number, onProblem: (problem: string) => void) {
    this.#path = join(dataDir, 'feedback.jsonl');
    this.#now = now;
    this.#onProblem = onProblem;
  }

  get #ratings(): Rating[] {
    this.#known ??= this.#read();
    return this.#known;
  }

  /**
   * Keeps a rating; of the same request the newest one counts, of one key for one kind of work the newest ten. Returns how
   * many of that key count there now.
   */
  take(answer: RatedAnswer, score: number, key: string | null): number {
    const rating: Rating = { ...answer, score, key, at: isoTime(this.#now()), published: false };
    const before = this.#ratings.filter(({ request_id: id }) => id !== answer.request_id);
    const own = (ratings: readonly Rating[]): Rating[] =>
      ratings.filter(
        (each) => each.key === key && each.sandbox === rating.sandbox && each.cell.task === rating.cell.task,
      );
    this.#known = withoutOldest([...before, rating], own);
    this.#save();
    return own(this.#ratings).length;
  }

  /** Rows of all cells in which something is new, by what they are about: models or sandbox programs. */
  unpublished(sandbox: boolean): EvidenceRow[] {
    const changed = new Set(
      this.#ratings.filter((rating) => !rating.published && rating.sandbox === sandbox).map(cellText),
    );
    const rows = new Map<string, Rating[]>();
    for (const rating of this.#ratings) {
      if (!changed.has(cellText(rating))) continue;
      const name = JSON.stringify([cellText(rating), rating.deployment, rating.model]);
      rows.set(name, [...(rows.get(name) ?? []), rating]);
    }
    return [...rows.values()].map(rowOf);
  }

  /** What is new: requests and what was said of them. */
  unpublishedIds(sandbox: boolean): ReadonlySet<string> {
    return new Set(this.#ratings.filter((each) => !each.published && each.sandbox === sandbox).map(identityOf));
  }

  /** Evidence holds these now. */
  markPublished(ids: ReadonlySet<string>): void {
    for (const rating of this.#ratings) if (ids.has(identityOf(rating))) rating.published = true;
    this.#save();
  }

  #read(): Rating[] {
    let text: string;
    try {
      text = readFileSync(this.#path, 'utf8');
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
      throw error;
    }
    const lines = text.split('\n').filter((line) => line !== '');
    const ratings = lines.flatMap(toRating);
    if (ratings.length < lines.length) this.#keepAside(lines.length - ratings.length);
    return ratings;
  }

  /** The next rating writes the file anew, without what was damaged. */
  #keepAside(damaged: number): void {
    const copy = `${this.#path}.broken`;
    copyFileSync(this.#path, copy);
    this.#onProblem(
      `${damaged} of the ratings in ${this.#path} cannot be read and do not count; the file is kept as ${copy}.`,
    );
  }

  /** Renamed into place, so that a crash leaves either the old file or the new one. */
  #save(): void {
    mkdirSync(dirname(this.#path), { recursive: true, mode: 0o700 });
    const temporary = `${this.#path}.${process.pid}.new`;
    writeFileSync(temporary, this.#ratings.map((rating) => `${JSON.stringify(rating)}\n`).join(''), { mode: 0o600 });
    renameSync(temporary, this.#path);
  }
}

function toRating(line: string): Rating[] {
  try {
    const { request_id, cell, model, deployment, sandbox, key, score, at, published } = JSON.parse(line) as Rating;
    const texts = [request_id, cell.task, cell.language, cell.length, model, deployment, at];
    const isWhole =
      texts.every((text) => typeof text === 'string') &&
      [sandbox, published].every((flag) => typeof flag === 'boolean') &&
      typeof score === 'number';
    return isWhole ? [{ request_id, cell, model, deployment, sandbox, key, score, at, published }] : [];
  } catch {
    return [];
  }
}

/**
 * Drops the oldest of those that are too many. The last rating of a row stays, and another goes: rows of evidence are
 * replaced and never withdrawn.
 */
function withoutOldest(ratings: Rating[], own: (ratings: readonly Rating[]) => Rating[]): Rating[] {
  const mine = own(ratings);
  if (mine.length <= MOST_PER_KEY_AND_TASK) return ratings;
  const spare = mine.find((each) => ratings.some((other) => other !== each && isSameRow(other, each)));
  const dropped = spare ?? (mine.at(-1) as Rating);
  const kept = ratings.filter((rating) => rating !== dropped);
  // What evidence holds of its row is no longer so.
  for (const rating of kept) if (isSameRow(rating, dropped)) rating.published = false;
  return withoutOldest(kept, own);
}

function rowOf(ratings: readonly Rating[]): EvidenceRow {
  const [{ cell, model, deployment, sandbox }] = ratings as [Rating];
  const n = ratings.length;
  const sum = ratings.reduce((total, { score }) => total + score, 0);
  const { low, high } = wilsonInterval(sum, n);
  return {
    cell,
    model,
    deployment,
    model_version: null,
    metric: 'rating',
    n,
    mean: sum / n,
    interval: [low, high],
    effective_n: null,
    instrument: { name: 'feedback', version: null, items: null },
    outcomes: Object.fromEntries(ratings.map(({ request_id: id, score }) => [id, score])),
    usd_per_item: null,
    seconds_per_item: null,
    date: ratings.reduce((latest, { at }) => (at > latest ? at : latest), ''),
    run: 'feedback',
    kind: 'own',
    sandbox,
  };
}
