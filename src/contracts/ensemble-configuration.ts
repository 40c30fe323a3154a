import { z } from 'zod';
import { ENSEMBLE_STRATEGIES, VOTE_FORMS } from './ensemble-record.ts';

const positiveInteger = z.number().int().positive();
const oneOrMany = <T extends z.ZodType>(schema: T) => z.union([schema, z.array(schema).min(1)]);

/** Calls of one run: what an operator can overlook. */
const MOST_SAMPLES = 16;

/** Schema of one ensemble; `modelTarget` is how the configuration names a model. */
export const ensembleSchemaOf = <Target extends z.ZodType<string>>(modelTarget: Target) =>
  z.strictObject({
    members: z
      .array(modelTarget)
      .min(1)
      .max(MOST_SAMPLES)
      .describe('Models that answer; one that stands twice answers twice'),
    samples: positiveInteger.max(MOST_SAMPLES).default(1).describe('How often each member is asked'),
    arbiter: oneOrMany(modelTarget)
      .optional()
      .describe('Who judges; a list is tried in order, those whose maker made no member first'),
    arbitrator: oneOrMany(modelTarget).optional().describe('Another word for arbiter'),
    strategy: z.enum(ENSEMBLE_STRATEGIES).describe('How one answer is made of several; docs/ensembles.md'),
    quorum: positiveInteger.default(1).describe('Answers that must arrive'),
    below_quorum: z
      .enum(['error', 'best_single'])
      .default('error')
      .describe('Where fewer arrive: an error, or the best of them'),
    max_cost_usd: z
      .number()
      .positive()
      .optional()
      .describe('Cap for one run, members and arbiter together; members of unknown price are left out then'),
    member_deadline_ms: positiveInteger.optional().describe('For each member; absent: two thirds of the whole'),
    deadline_ms: positiveInteger.optional().describe('For the whole; absent: the deadline of the request'),
    rubric: z
      .array(z.string().min(1))
      .min(3)
      .max(4)
      .optional()
      .describe('Three or four criteria; absent: the built-in ones'),
    vote: z
      .strictObject({
        on: z.enum(VOTE_FORMS).default('auto').describe('What answers are compared by; auto: whatever they can be'),
        labels: z.array(z.string().min(1)).min(2).optional().describe('The labels that are voted on'),
      })
      .optional()
      .describe('How answers are counted'),
  });
