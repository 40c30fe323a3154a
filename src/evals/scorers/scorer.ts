// scorers/: one file a way of scoring; each turns a sample and an answer into a verdict.
// May import: contracts, lib, checks. Pure functions, except the judge (asks a model) and code (runs a sandbox).
// Start here: `gradeAnswer` decides what every scorer has in common, scorer-list.ts is the list of all.
// A scorer never decides about empty, refused or cut answers: none of those can be correct, and each is counted apart.
// What a scorer must prove before it may be used: ../certification/.

import type { Answer, EndState, Sample, Score } from '../../contracts/evaluation.ts';
import { isPlainRefusal } from './refusal-patterns.ts';

/** What a scorer reads out of one answer that is neither empty, refused nor cut. */
export interface Reading {
  state: Extract<EndState, 'correct' | 'wrong' | 'refused' | 'unparsed' | 'harness_error'>;
  /** Absent: 1 when correct, else 0. */
  value?: number;
  parsed?: string | null;
  explanation?: string;
  details?: Readonly<Record<string, number>>;
  /** What reading cost, where a model was asked; null: unknown. */
  costUsd?: number | null;
}

export interface ReadLimits {
  /** Most that reading may still cost, US dollars; null: no bound. */
  budgetUsd: number | null;
}

export interface Scorer {
  name: string;
  /** Raised whenever a verdict may change; part of a run's plan. */
  version: string;
  /** true: a refusal is a reading of this scorer (declining may be right), not an end of its own. */
  readsRefusals?: boolean;
  /** false: it judges answers of samples without a target too. */
  needsTarget?: boolean;
  /** true: it asks a model, which costs money: it is proved on a few samples only. */
  asksModel?: boolean;
  read(sample: Sample, answer: Answer, limits: ReadLimits): Reading | Promise<Reading>;
}

const score = (state: EndState, explanation: string): Score => ({
  state,
  value: 0,
  parsed: null,
  explanation,
  details: {},
});

/** The one verdict on one answer. What the scorer itself cannot do is a harness error and never the model's failure. */
export async function gradeAnswer(
  scorer: Scorer,
  sample: Sample,
  answer: Answer,
  limits: ReadLimits = { budgetUsd: null },
): Promise<Score> {
  if (answer.finish === null) return score('provider_error', 'The answer never ended.');
  if (answer.finish === 'length') return score('truncated', 'The answer was cut at its largest length.');
  const declared = answer.refusalSignal || answer.finish === 'content_filter' || answer.finish === 'refusal';
  if (scorer.readsRefusals !== true) {
    if (declared) return score('refused', 'The provider marked a refusal.');
    if (answer.toolCalls.length === 0 && isPlainRefusal(answer.text)) return score('refused', 'The answer declines.');
  }
  if (answer.text.trim() === '' && answer.toolCalls.length === 0 && !declared) {
    return score('unparsed', 'The answer is empty.');
  }
  try {
    const reading = await scorer.read(sample, answer, limits);
    const { state, value, parsed = null, explanation = '', details = {}, costUsd } = reading;
    const bounded = state === 'correct' ? 1 : Math.min(value ?? 0, 0.999);
    const read = { state, value: bounded, parsed, explanation, details };
    return costUsd === undefined ? read : { ...read, costUsd };
  } catch (error) {
    return score('harness_error', `The scorer failed: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Correct or wrong by one comparison, with what was read. */
export const verdict = (holds: boolean, parsed: string | null, explanation = ''): Reading => ({
  state: holds ? 'correct' : 'wrong',
  parsed,
  explanation,
});

export const unparsed = (explanation: string): Reading => ({ state: 'unparsed', explanation });
