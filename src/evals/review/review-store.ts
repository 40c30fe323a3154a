// review/: experts judge answers without knowing whose they are.
// May import: contracts, lib and the rest of evals/. Writes into the folder of its reviews only.
// Start here for what lies on disk; review-desk.ts is what reviewers and admins may do, results.ts what it came to.
// Who wrote which text is in one file that nothing here reads for a reviewer; its digest is on record from the first day.
// Votes are append-only and say left and right; only unblinding turns them into names.

import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../../contracts/errors.ts';
import type { ReviewDraft, SpokenTurn } from '../../contracts/review.ts';

export interface ReviewHead {
  review: string;
  kind: 'pairwise' | 'rubric';
  criteria: readonly string[];
  raters_per_item: number;
  created_at: string;
  created_by: string;
  suite: string;
  runs: readonly string[];
  items: number;
  gold: number;
  /** SHA-256 of the sealed file. */
  seal: string;
  sandbox: boolean;
  /** Difference that matters, from the plans of the runs; absent in reviews of before it was kept. */
  margin?: number;
  /** Whose data is shown; absent or null: nobody's. */
  use_case?: string | null;
  unblinded: { at: string; by: string; reason: string } | null;
}

/** A text of an item; the order of `texts` says nothing: it is shuffled for each reviewer. */
export interface StoredItem {
  item: string;
  /** What was asked last. Masked, as all of it. */
  question: string;
  /** All turns that were sent, `question` the last of them; absent: there was no other. */
  conversation?: readonly SpokenTurn[];
  texts: readonly string[];
}

/** Who is behind the texts of an item, in their stored order: indices of runs; for gold the better one is 0. */
export interface SealedItem {
  item: string;
  gold: boolean;
  sample: string;
  /** Of the head's runs, one for each text. */
  of: readonly number[];
}

export interface Seal {
  /** Which side a text stands on for a reviewer follows from this. */
  secret: string;
  items: readonly SealedItem[];
}

export interface Reviewer {
  reviewer: string;
  /** SHA-256 of the token in the link. */
  token_hash: string;
}

export interface Vote {
  at: string;
  reviewer: string;
  item: string;
  choice: 'left' | 'right' | 'tie' | 'skip' | 'rated';
  scores: Readonly<Record<string, number>>;
  comment: string;
}

/** What a model said of an item's masked texts, in their stored order. */
export interface JudgedItem {
  item: string;
  /** null: it gave no verdict. */
  won: 'first' | 'second' | 'tie' | null;
  /** Why it gave none. */
  reason?: string;
  /** Its verdict changed with the order of the texts, which made it a tie. */
  flipped: boolean;
  /** null: unknown; absent: not on record. */
  cost_usd?: number | null;
}

export interface JudgeRecord {
  deployment: string;
  at: string;
  items: readonly JudgedItem[];
  cost_usd?: number | null;
  stopped?: 'complete' | 'budget' | 'paused';
}

const ID = /^rev_[0-9A-HJKMNP-TV-Z]{26}$/;

/** Files of one review. @throws AppError not_found for what is no review id */
export class ReviewFolder {
  readonly #path: string;

  constructor(directory: string, id: string) {
    if (!ID.test(id)) throw new AppError('not_found', `There is no review ${JSON.stringify(id)}.`);
    this.#path = join(directory, id);
  }

  create(head: ReviewHead, items: readonly StoredItem[], sealText: string, reviewers: readonly Reviewer[]): void {
    mkdirSync(this.#path, { recursive: true, mode: 0o700 });
    this.#write('items.json', items);
    this.#writeText('sealed.json', sealText);
    this.#write('reviewers.json', reviewers);
    this.writeHead(head);
  }

  writeHead(head: ReviewHead): void {
    this.#write('review.json', head);
  }

  /** @throws AppError not_found */
  head(): ReviewHead {
    if (!existsSync(join(this.#path, 'review.json'))) throw new AppError('not_found', 'There is no such review.');
    return this.#read('review.json');
  }

  items(): StoredItem[] {
    return this.#read('items.json');
  }

  sealText(): string {
    return readFileSync(join(this.#path, 'sealed.json'), 'utf8');
  }

  reviewers(): Reviewer[] {
    return this.#read('reviewers.json');
  }

  votes(): Vote[] {
    return this.#lines<Vote>('votes.jsonl');
  }

  /** What a deployment has judged so far, whatever became of the whole. */
  judgedBy(deployment: string): JudgedItem[] {
    return this.#lines<JudgedItem & { deployment: string }>('judged.jsonl').flatMap(({ deployment: by, ...item }) =>
      by === deployment ? [item] : [],
    );
  }

  keepJudged(deployment: string, item: JudgedItem): void {
    this.#append('judged.jsonl', { deployment, ...item });
  }

  vote(vote: Vote): void {
    this.#append('votes.jsonl', vote);
  }

  drafts(): Record<string, ReviewDraft> {
    return existsSync(join(this.#path, 'drafts.json')) ? this.#read('drafts.json') : {};
  }

  writeDrafts(drafts: Readonly<Record<string, ReviewDraft>>): void {
    this.#write('drafts.json', drafts);
  }

  judge(): JudgeRecord | null {
    return existsSync(join(this.#path, 'judge.json')) ? this.#read('judge.json') : null;
  }

  writeJudge(record: JudgeRecord): void {
    this.#write('judge.json', record);
  }

  #append(name: string, value: object): void {
    const path = join(this.#path, name);
    // A torn line is closed first, so that the new one stands by itself.
    const torn = existsSync(path) && !readFileSync(path, 'utf8').endsWith('\n');
    appendFileSync(path, `${torn ? '\n' : ''}${JSON.stringify(value)}\n`, { mode: 0o600 });
  }

  /** Whole lines; one that a kill cut short was never confirmed to anybody. */
  #lines<Line>(name: string): Line[] {
    const path = join(this.#path, name);
    if (!existsSync(path)) return [];
    return readFileSync(path, 'utf8')
      .split('\n')
      .flatMap((line) => {
        try {
          return line === '' ? [] : [JSON.parse(line) as Line];
        } catch {
          // Cut short, as above.
          return [];
        }
      });
  }

  #read<Value>(name: string): Value {
    return JSON.parse(readFileSync(join(this.#path, name), 'utf8')) as Value;
  }

  #write(name: string, value: unknown): void {
    this.#writeText(name, `${JSON.stringify(value, null, 1)}\n`);
  }

  #writeText(name: string, text: string): void {
    const path = join(this.#path, name);
    writeFileSync(`${path}.new`, text, { mode: 0o600 });
    renameSync(`${path}.new`, path);
  }
}

/** Ids of all reviews, newest first. */
export const listReviews = (directory: string): string[] =>
  existsSync(directory)
    ? readdirSync(directory)
        .filter((name) => ID.test(name))
        .sort()
        .reverse()
    : [];
