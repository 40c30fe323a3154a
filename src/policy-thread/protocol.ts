import type { CompiledRules, RuleFile } from '../policy/compile-rules.ts';
import type { EvaluationAnswer, EvaluationRequest } from '../policy/evaluate-rules.ts';
import type { Rule } from '../policy/rule.ts';

/** What the thread can be asked; a bundle is sent once, before the first evaluation that names it. */
export type ThreadCall =
  | { kind: 'compile'; id: number; files: readonly RuleFile[]; known: readonly Rule[] }
  | { kind: 'bundle'; digest: string; rules: readonly Rule[] }
  | { kind: 'evaluate'; id: number; digest: string; request: EvaluationRequest };

export type ThreadAnswer =
  | { id: number; ok: true; value: CompiledRules | EvaluationAnswer }
  | { id: number; ok: false; message: string };
