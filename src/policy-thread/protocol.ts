import type { DeploymentAttributes, RequestAttributes } from '../contracts/policy.ts';
import type { CompiledRules, RuleFile } from '../policy/compile-rules.ts';
import type { EvaluationAnswer } from '../policy/evaluate-rules.ts';
import type { Rule } from '../policy/rule.ts';

/** A deployment as rules see it, under the number that later questions name it by. */
export type NumberedDeployment = readonly [number, Partial<DeploymentAttributes>];

/** What the thread can be asked; a bundle is sent once, before the first evaluation that names it, and so is a deployment. */
export type ThreadCall =
  | { kind: 'compile'; id: number; files: readonly RuleFile[]; known: readonly Rule[] }
  | { kind: 'bundle'; digest: string; rules: readonly Rule[] }
  | {
      kind: 'evaluate';
      id: number;
      digest: string;
      context: RequestAttributes;
      deployments: readonly number[];
      more: readonly NumberedDeployment[];
    };

export type ThreadAnswer =
  | { id: number; ok: true; value: CompiledRules | EvaluationAnswer }
  | { id: number; ok: false; message: string };
