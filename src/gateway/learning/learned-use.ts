import type { LearnedUse, Moment } from '../../contracts/decision.ts';
import type { LearnedState } from '../../contracts/learned-state.ts';
import type { AttemptRecord, Receipt } from '../../contracts/receipt.ts';
import type { RequestFacts } from '../../contracts/request-facts.ts';
import { createLru } from '../../lib/lru.ts';

/** Deployments times kinds of work that are remembered; each is a few hundred bytes. */
const MOST_CELLS = 10_000;
/** Answers after which the oldest ones fade, so that a new version of a model is noticed. */
const MEMORY = 500;
/** Answers that what is known of the wider kind of work weighs against the cell's own. */
const PARENT_ANSWERS = 20;
/** Answers without which a deployment says nothing of its own. */
const LEAST_ANSWERS = 5;
/** No answer can have been paid more often without something being wrong with the count. */
const MOST_CALLS = 4;

/** Running means over answers. */
interface Means {
  answers: number;
  output: number;
  cached: number;
  calls: number;
}

const START: Means = Object.freeze({ answers: 0, output: 0, cached: 0, calls: 1 });

interface Answer {
  output: number;
  cached: number;
  calls: number;
}

/** Changes the means: nobody but a cell holds them. */
function add(means: Means, { output, cached, calls }: Answer): void {
  const answers = Math.min(means.answers + 1, MEMORY);
  means.answers = answers;
  means.output += (output - means.output) / answers;
  means.cached += (cached - means.cached) / answers;
  means.calls += (calls - means.calls) / answers;
}

/** The cell's own means, drawn towards those of the wider kind of work. */
function blend(own: Means | undefined, wider: Means): Means {
  if (own === undefined) return wider;
  const weight = Math.min(PARENT_ANSWERS, wider.answers);
  const total = own.answers + weight;
  const mix = (a: number, b: number): number => (own.answers * a + weight * b) / total;
  return {
    answers: total,
    output: mix(own.output, wider.output),
    cached: mix(own.cached, wider.cached),
    calls: mix(own.calls, wider.calls),
  };
}

const digits = (value: number, count: number): number => Number(value.toPrecision(count));

/** Rounded, so that a plan does not change with every answer and a moment can be written down in few characters. */
const published = ({ output, cached, calls }: Means): LearnedUse => ({
  output_tokens: Math.max(1, digits(output, 2)),
  cached_share: digits(cached, 2),
  calls: Math.max(1, Math.round(calls * 100) / 100),
});

type Cell = Pick<RequestFacts, 'task' | 'language' | 'lengthBucket'>;

const taskKey = (deployment: string, task: string): string => `${deployment}\u0000${task}`;
const cellKey = (deployment: string, { task, language, lengthBucket }: Cell): string =>
  `${deployment}\u0000${task}\u0000${language}\u0000${lengthBucket}`;

const GOOD: ReadonlySet<string> = new Set(['ok', 'truncated_by_length', 'continued']);

/** Of the attempt that answered: only what the vendor itself counted. */
function answerOf({ attempts }: Receipt): { deployment: string; answer: Answer } | null {
  const last = attempts.at(-1);
  if (last === undefined || !GOOD.has(last.outcome) || last.usage_source !== 'reported') return null;
  const { output_tokens: output, input_tokens: input, cached_input_tokens: cachedTokens } = last.usage;
  if (output === null || input === null || input <= 0) return null;
  let paid = 0;
  for (const attempt of attempts) if (isPaid(attempt) && attempt.deployment === last.deployment) paid += 1;
  return {
    deployment: last.deployment,
    answer: {
      output,
      cached: Math.min(1, Math.max(0, (cachedTokens ?? 0) / input)),
      calls: Math.min(MOST_CALLS, Math.max(1, paid)),
    },
  };
}

const isPaid = ({ usage_source: source }: AttemptRecord): boolean => source !== 'none';

/**
 * What an answer of each deployment takes for each kind of work: output tokens with reasoning, cache hits, repeated
 * calls. Learned from receipts; what decisions see changes with the epoch, like health.
 */
export class LearnedUses {
  #cells = createLru<string, Means>(MOST_CELLS);
  #epoch = 0;
  #changed = false;
  /** null: nothing was learned. */
  #seen = new Map<string, NonNullable<Moment['learned']> | null>();

  /** Counts what was recorded, so that whoever keeps it knows when to write. */
  changes = 0;

  /** Least recently used first, so that a smaller room forgets the same. */
  state(): LearnedState['cells'] {
    return [...this.#cells.entries()].map(([key, means]) => ({ key, ...means }));
  }

  restore(cells: LearnedState['cells']): void {
    for (const { key, ...means } of cells) this.#cells.set(key, means);
    this.#changed = cells.length > 0;
    this.publish();
  }

  record(receipt: Receipt): void {
    const { decision } = receipt;
    if (decision === null || receipt.operation !== 'chat' || receipt.parent_id !== null) return;
    const found = answerOf(receipt);
    if (found === null) return;
    const cell: Cell = { task: decision.task, language: decision.language, lengthBucket: decision.length_bucket };
    add(this.#meansOf(taskKey(found.deployment, cell.task)), found.answer);
    add(this.#meansOf(cellKey(found.deployment, cell)), found.answer);
    this.#changed = true;
    this.changes += 1;
  }

  #meansOf(key: string): Means {
    const known = this.#cells.get(key);
    if (known !== undefined) return known;
    const begun = { ...START };
    this.#cells.set(key, begun);
    return begun;
  }

  /** Makes what was recorded visible to decisions. */
  publish(): void {
    if (!this.#changed) return;
    this.#changed = false;
    this.#epoch += 1;
    this.#seen.clear();
  }

  /** By deployment, for one kind of work; one object for a whole epoch. undefined: nothing was learned. */
  of(facts: Cell, deployments: readonly { id: string }[]): Moment['learned'] {
    if (this.#epoch === 0) return undefined;
    const key = cellKey('', facts);
    const seen = this.#seen.get(key);
    if (seen !== undefined) return seen ?? undefined;
    const made = this.#learn(facts, deployments);
    this.#seen.set(key, made ?? null);
    return made;
  }

  #learn(facts: Cell, deployments: readonly { id: string }[]): Moment['learned'] {
    const known = new Map<string, Means>();
    for (const { id } of deployments) {
      const wider = this.#cells.get(taskKey(id, facts.task));
      if (wider === undefined || wider.answers < LEAST_ANSWERS) continue;
      known.set(id, blend(this.#cells.get(cellKey(id, facts)), wider));
    }
    if (known.size === 0) return undefined;
    let output = 0;
    for (const means of known.values()) output += means.output / known.size;
    // Who has not answered yet is taken for average: neither favoured for being new nor put off.
    const usual = published({ ...START, output });
    return Object.fromEntries(
      deployments.map(({ id }) => {
        const means = known.get(id);
        return [id, means === undefined ? usual : published(means)];
      }),
    );
  }
}
