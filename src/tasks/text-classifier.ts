import type { PromptView } from '../contracts/prompt-view.ts';
import type { TaskProbability } from '../contracts/request-facts.ts';
import { type Domain, TASKS, type TaskOrUnsure } from '../contracts/vocabulary.ts';
import type { ExtractedText } from './extract-text.ts';

/** What a text classifier says of a prompt. */
export interface TextClass {
  task: TaskOrUnsure;
  /** All six classes, highest p first, sum 1; `unsure` is never one of them. */
  tasks: readonly TaskProbability[];
  /** Changes whenever the same text could get another answer. */
  version: string;
  /** Absent where the classifier does not look for it; null where it is unsure or there is none. */
  domain?: Domain | null;
}

/**
 * The seam of the text layer. Deterministic, without I/O, bounded by the windows of `extracted`; whatever the caller
 * stated about task or labels is no input, so that a classifier can be compared with another on the same text.
 */
export type TextClassifier = (extracted: ExtractedText, view: PromptView) => TextClass;

/** Orders probabilities as `tasks` wants them: highest first, ties in the order of TASKS. */
export const sortTasks = (tasks: readonly TaskProbability[]): TaskProbability[] =>
  [...tasks].sort((a, b) => b.p - a.p || TASKS.indexOf(a.task) - TASKS.indexOf(b.task));
