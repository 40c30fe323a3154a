import type { Deployment } from '../../contracts/deployment.ts';
import { type ModelRules, modelRulesOf } from './model-rules.ts';

/** What the model takes by its name, and no more than the deployment is declared to have. */
export function deploymentRules({ upstreamModel, capabilities }: Deployment): ModelRules {
  const rules = modelRulesOf(upstreamModel);
  return {
    ...rules,
    prefill: rules.prefill && capabilities.has('prefill'),
    structuredOutputs: rules.structuredOutputs && capabilities.has('json_schema'),
    ...(capabilities.has('reasoning') ? {} : { adaptive: false, budget: false }),
  };
}
