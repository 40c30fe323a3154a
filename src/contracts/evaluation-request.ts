import { z } from 'zod';
import { parseInput } from './parse-input.ts';

const path = z.string().min(1).max(4_096);

/** What starts a run: body of `POST /api/runs`, and what `alidade eval run` says. */
const runRequestSchema = z.strictObject({
  /** A public suite, or the name or hash of one that is kept here; with `file` the name that it gets. */
  suite: z.string().min(1).max(200),
  /** Absolute path of a public suite's data, or of a parent of it. */
  data: path.optional(),
  /** Absolute path of an own suite: .jsonl, .csv, or promptfoo's .yaml. */
  file: path.optional(),
  /** Of an own suite in .jsonl or .csv. */
  scorer: z.string().max(100).optional(),
  deployment: z.string().min(1).max(300),
  /** Who scores, for the scorers `judge` and `judge_pair`. */
  judge: z
    .strictObject({
      deployment: z.string().min(1).max(300),
      rubric: z.string().min(1).max(4_000).optional(),
      /** From so many of 5 on an answer is correct. */
      points: z.int().min(2).max(5).default(4),
    })
    .optional(),
  limit: z.int().min(1).max(1_000_000).optional(),
  seed: z.int().min(0).max(4_294_967_295).default(1),
  budget_usd: z.number().positive().optional(),
  margin: z.number().gt(0).lt(1).default(0.05),
  alpha: z.number().gt(0).max(0.5).default(0.05),
  /** Ends the run as soon as a test that is valid under peeking tells it from this complete run. */
  stop_against: z.string().min(1).max(64).optional(),
  concurrency: z.int().min(1).max(256).default(16),
  use_case: z.string().min(1).max(200).optional(),
  /** false: asks again what was answered before. */
  cache: z.boolean().default(true),
});

export type RunRequest = z.output<typeof runRequestSchema>;

/** What draws a sample of a use case's traffic: body of `POST /api/samples`. */
const sampleRequestSchema = z.strictObject({
  use_case: z.string().min(1).max(200),
  /** Name of the suite that comes of it; default: `traffic/<use case>`. */
  name: z.string().min(1).max(200).optional(),
  /** How many requests, the anchor part included. */
  size: z.int().min(1).max(5_000).default(300),
  /** Share that is carried over from the sample before, so that models and traffic can be told apart. */
  anchor: z.number().min(0).max(1).default(0.5),
  seed: z.int().min(0).max(4_294_967_295).default(1),
  /** RFC 3339; the frame is what arrived from `since` on and before `until`. */
  since: z.iso.datetime({ offset: true }).optional(),
  until: z.iso.datetime({ offset: true }).optional(),
  /** Scorer that its targets will be for; targets are null until somebody gives them. */
  scorer: z.string().max(100).default('exact'),
});

export type SampleRequest = z.output<typeof sampleRequestSchema>;

/** @throws AppError invalid_request naming the first member that is wrong */
export const parseRunRequest = (value: unknown): RunRequest => parseInput(runRequestSchema, value);

/** @throws AppError invalid_request naming the first member that is wrong */
export const parseSampleRequest = (value: unknown): SampleRequest => parseInput(sampleRequestSchema, value);
