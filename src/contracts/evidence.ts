import { z } from 'zod';
import { LABELS, LENGTH_BUCKETS, TASKS } from './vocabulary.ts';

/**
 * Whose word a row is. `own`: measured by this company, decides. `public`: measured by others under a published
 * procedure; `claim`: said by somebody. The last two are priors and never decide.
 */
export const EVIDENCE_KINDS = ['own', 'public', 'claim'] as const;

/** The classes of work that are measured apart: a text class, or the label by which a route is chosen. */
export const EVIDENCE_TASKS = [...TASKS, ...LABELS] as const;
export type EvidenceTask = (typeof EVIDENCE_TASKS)[number];

const named = z.string().min(1).max(256);
const share = z.number().min(0).max(1);

/** The work that was measured. null: not told apart, so the row speaks for all languages, lengths or use cases. */
const cellSchema = z.strictObject({
  task: z.enum(EVIDENCE_TASKS),
  language: z
    .string()
    .regex(/^[a-z]{2,3}$/, 'an ISO 639 code in lower case')
    .nullable(),
  length: z.enum(LENGTH_BUCKETS).nullable(),
  use_case: named.nullable(),
});
export type EvidenceCell = z.infer<typeof cellSchema>;

const instrumentSchema = z.strictObject({
  /** Suite or source, e.g. `humaneval-plus`, `bfcl-leaderboard`, `feedback`. */
  name: named,
  /** Digest of the whole suite, scorer included. Two rows of one name and version were measured alike. */
  version: named.nullable(),
  /** Digest over the ids of the items that were asked. */
  items: named.nullable(),
});

/** Dates are compared as text, which only says the truth in one time zone. */
const inUtc = (date: string): string =>
  date.includes('T') && !date.endsWith('Z') ? new Date(date).toISOString() : date;

export const evidenceRowSchema = z
  .strictObject({
    cell: cellSchema,
    /** Logical model, `maker/model`. */
    model: named,
    /** null: measured somewhere else, so it speaks for every deployment of the model. */
    deployment: named.nullable(),
    /** As the vendor named what answered. */
    model_version: named.nullable(),
    /** What the scores mean, e.g. `accuracy`. Higher is better. */
    metric: named,
    /** Items scored; provider and harness errors are not among them. */
    n: z.number().int().positive(),
    /** Mean score, 0 to 1. */
    mean: share,
    /** Two-sided 95 % interval of the mean, as the instrument states it. */
    interval: z.tuple([share, share]),
    /** Items that tell as much as `n` clustered ones; null: as many. */
    effective_n: z.number().positive().nullable(),
    instrument: instrumentSchema,
    /** Score by item id, so that two deployments can be compared on the same items; null: not kept. */
    outcomes: z.record(z.string(), share).nullable(),
    /** Means per item; null: not known, which is not 0. */
    usd_per_item: z.number().nonnegative().nullable(),
    seconds_per_item: z.number().nonnegative().nullable(),
    /** When it was measured or published: YYYY-MM-DD, or RFC 3339. */
    date: z.union([z.iso.date(), z.iso.datetime({ offset: true })], 'neither YYYY-MM-DD nor RFC 3339').transform(inUtc),
    /** Id of the run, import or claim; what `because` of a route may name. */
    run: named,
    kind: z.enum(EVIDENCE_KINDS),
    /** Whether programs of ours answered instead of AI models. */
    sandbox: z.boolean(),
  })
  .refine(({ interval: [low, high] }) => low <= high, {
    path: ['interval'],
    message: 'the lower bound is above the upper one',
  })
  .refine(({ outcomes, n }) => outcomes === null || Object.keys(outcomes).length === n, {
    path: ['outcomes'],
    message: 'there must be one score for each of the n items',
  });

/** One measured number: how well one deployment, or model, did one kind of work under one instrument. */
export type EvidenceRow = z.infer<typeof evidenceRowSchema>;

/** What decisions read: all rows of one promoted version. Immutable; the same rows have the same version. */
export interface EvidenceSnapshot {
  version: string;
  rows: readonly EvidenceRow[];
}

export const NO_EVIDENCE: EvidenceSnapshot = Object.freeze({ version: 'none', rows: Object.freeze([]) });

/** A version as it lies in the data folder. */
export interface EvidenceVersion {
  version: string;
  /** RFC 3339. */
  created_at: string;
  /** The version that it was made from, or null. */
  parent: string | null;
  /** Where its new rows came from. */
  note: string;
  rows: number;
  sandbox: boolean;
  /** Decisions read it now. */
  promoted: boolean;
}

/** Where rows go: runs, imports and feedback write through this and know nothing of files. */
export interface EvidenceWriter {
  /**
   * Makes a new version of the newest one and these rows; a row of the same run, cell, deployment, model, instrument and
   * metric is replaced, and so is one of another run that says the same of the same day. Nothing decides by it until it is promoted; sandbox rows make a version of their own namespace,
   * which is promoted at once.
   * @throws AppError invalid_request naming the first row that is wrong; nothing is written then
   */
  add(rows: readonly EvidenceRow[], note: string): EvidenceVersion;
}
