import { z } from 'zod';
import { parseInput } from './parse-input.ts';

const reviewRequestSchema = z
  .strictObject({
    /** Two runs of one suite for pairwise, any number for a rubric. */
    runs: z.array(z.string().min(1).max(64)).min(1).max(8),
    kind: z.enum(['pairwise', 'rubric']).default('pairwise'),
    /** What is rated 1 to 5, each by itself; for pairwise what to look at. */
    criteria: z.array(z.string().min(1).max(200)).min(1).max(6).default(['overall quality']),
    reviewers: z.array(z.string().min(1).max(100)).min(1).max(50),
    raters_per_item: z.int().min(1).max(10).default(2),
    size: z.int().min(1).max(2_000).default(100),
    seed: z.int().min(0).max(4_294_967_295).default(1),
    /** Pairs whose better side is known: they tell how carefully somebody reads. */
    gold: z
      .array(z.strictObject({ question: z.string(), better: z.string(), worse: z.string() }))
      .max(50)
      .default([]),
  })
  .refine(({ kind, runs }) => kind === 'rubric' || runs.length === 2, { path: ['runs'], message: 'a pair is two runs' })
  .refine(({ kind, gold }) => kind === 'pairwise' || gold.length === 0, {
    path: ['gold'],
    message: 'gold items are pairs; a rubric has none',
  })
  .refine(({ reviewers }) => new Set(reviewers).size === reviewers.length, {
    path: ['reviewers'],
    message: 'a name comes twice',
  })
  .refine(({ reviewers, raters_per_item: raters }) => raters <= reviewers.length, {
    path: ['raters_per_item'],
    message: 'there are fewer reviewers',
  });

export type ReviewRequest = z.output<typeof reviewRequestSchema>;

const voteSchema = z
  .strictObject({
    item: z.string().min(1).max(100),
    choice: z.enum(['left', 'right', 'tie', 'skip', 'rated']),
    /** By criterion, 1 to 5; for a rubric. */
    scores: z.record(z.string(), z.int().min(1).max(5)).optional(),
    comment: z.string().max(4_000).default(''),
  })
  .refine(({ choice, comment }) => choice !== 'skip' || comment.trim() !== '', {
    path: ['comment'],
    message: 'say why it is skipped',
  });

export type VoteRequest = z.output<typeof voteSchema>;

const draftSchema = z.strictObject({
  item: z.string().min(1).max(100),
  scores: z.record(z.string(), z.int().min(1).max(5)).default({}),
  comment: z.string().max(4_000).default(''),
});

export type ReviewDraft = z.output<typeof draftSchema>;

/** @throws AppError invalid_request naming the first member that is wrong */
export const parseReviewRequest = (value: unknown): ReviewRequest => parseInput(reviewRequestSchema, value);
/** @throws AppError invalid_request */
export const parseVote = (value: unknown): VoteRequest => parseInput(voteSchema, value);
/** @throws AppError invalid_request */
export const parseDraft = (value: unknown): ReviewDraft => parseInput(draftSchema, value);

const judgeSchema = z.strictObject({
  deployment: z.string().min(1).max(300),
  /** Most that it may cost in all; what it judged of this review before counts. */
  budget_usd: z.number().positive().optional(),
});

export type JudgeRequest = z.output<typeof judgeSchema>;
/** @throws AppError invalid_request */
export const parseJudgeRequest = (value: unknown): JudgeRequest => parseInput(judgeSchema, value);

/** One turn of a conversation, as people read it. */
export interface SpokenTurn {
  role: 'system' | 'developer' | 'user' | 'assistant' | 'tool';
  text: string;
}

/** One item as a reviewer sees it: nothing tells whose text is where. */
export interface BlindItem {
  item: string;
  /** What was asked last. */
  question: string;
  /** Turns before it, oldest first. */
  earlier: readonly SpokenTurn[];
  /** One text for a rubric, two for a pair: left, right. */
  texts: readonly string[];
  draft: ReviewDraft | null;
}

/** What a reviewer's page shows. */
export interface ReviewDesk {
  review: string;
  kind: 'pairwise' | 'rubric';
  criteria: readonly string[];
  reviewer: string;
  done: number;
  left: number;
  /** The texts are those of programs and of no AI model. */
  sandbox: boolean;
  /** Items that this reviewer may judge, in their order. */
  open: readonly string[];
  /** null: nothing is left. */
  next: BlindItem | null;
}
