import { z } from 'zod';

const share = z.number().min(0).max(1);

/** Running means of what answers took; see gateway/learning/learned-use.ts. */
const learnedCellSchema = z.strictObject({
  /** Deployment, kind of work and, in a cell of its own, language and length, separated by U+0000. */
  key: z.string().max(1_000),
  answers: z.number().min(0),
  output: z.number().nonnegative(),
  cached: share,
  calls: z.number().min(1),
});

/** What receipts have taught, as it outlives a restart. No text of anybody, no conversation. */
export const learnedStateSchema = z.strictObject({
  version: z.literal(1),
  cells: z.array(learnedCellSchema),
  /** By maker: logarithms of the ratio of tokens counted to tokens estimated. */
  tokenizers: z.array(
    z.strictObject({ maker: z.string().max(200), weight: z.number().min(0), mean: z.number(), p95: z.number() }),
  ),
});
export type LearnedState = z.infer<typeof learnedStateSchema>;
