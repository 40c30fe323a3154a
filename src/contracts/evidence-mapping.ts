import { z } from 'zod';
import { EVIDENCE_KINDS } from './evidence.ts';

/** What a row of evidence can be filled from. */
const MAPPED_FIELDS = [
  'model',
  'deployment',
  'model_version',
  'task',
  'language',
  'length',
  'use_case',
  'n',
  'mean',
  'score',
  'item',
  'usd_per_item',
  'seconds_per_item',
  'date',
  'instrument_version',
] as const;
export type MappedField = (typeof MAPPED_FIELDS)[number];

const perField = <T extends z.ZodType>(value: T) => z.partialRecord(z.enum(MAPPED_FIELDS), value);

export const mappingSchema = z.strictObject({
  /** Suite or source; what is compared is compared within one. */
  instrument: z.string().min(1),
  /** Of all lines; the field `instrument_version` is for files that hold several. */
  version: z.string().min(1).nullable().default(null),
  metric: z.string().min(1).default('accuracy'),
  kind: z.enum(EVIDENCE_KINDS).default('own'),
  /** Scores and means are percents. */
  percent: z.boolean().default(false),
  /** Field -> column of the file. `mean` and `n` for files with a line a result, `score` for those with a line an item. */
  columns: perField(z.string().min(1)),
  /** Field -> the same for every line. */
  constants: perField(z.union([z.string(), z.number()])).default({}),
  /** Field -> what the file writes -> what is meant. */
  values: perField(z.record(z.string(), z.string())).default({}),
});

/** How the columns of a file become rows of evidence. */
export type Mapping = z.infer<typeof mappingSchema>;

/** What a source calls a model -> what it is called here. */
export const modelNamesSchema = z.record(z.string(), z.string());
