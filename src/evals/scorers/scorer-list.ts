import { answeredScorer } from './answered.ts';
import { figuresScorer } from './figures.ts';
import { ifevalScorer } from './ifeval/ifeval-scorer.ts';
import { JUDGE_SCORERS } from './judge-scorer.ts';
import { mathScorer } from './math/math-scorer.ts';
import { refusalScorer } from './refusal.ts';
import type { Scorer } from './scorer.ts';
import {
  choiceScorer,
  containsScorer,
  exactScorer,
  jsonDiffScorer,
  jsonSchemaScorer,
  labelScorer,
  numericScorer,
  regexScorer,
} from './text-scorers.ts';
import { toolCallScorer } from './tool-calls.ts';

/** Every scorer that needs nothing but the answer. A scorer is one file, one test and one line here. */
export const SCORERS: readonly Scorer[] = [
  exactScorer,
  containsScorer,
  regexScorer,
  jsonSchemaScorer,
  jsonDiffScorer,
  numericScorer,
  choiceScorer,
  labelScorer,
  mathScorer,
  toolCallScorer,
  ifevalScorer,
  figuresScorer,
  refusalScorer,
  answeredScorer,
];

/** Every name that a suite may give: `code` needs a sandbox, and a judge is a model that the run names. */
export const SCORER_NAMES: readonly string[] = [...SCORERS.map(({ name }) => name), 'code', ...JUDGE_SCORERS];
