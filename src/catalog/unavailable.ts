import type { Preset } from '../contracts/preset.ts';
import type { Dialect } from '../contracts/vocabulary.ts';
import { findDatedAlias } from './dated-aliases.ts';
import { oneOf } from './findings.ts';
import { catalogueModel } from './model-names.ts';
import { servedModel } from './served-model.ts';

/** A deployment that is configured and that this release cannot call. */
export interface SkippedDeployment {
  deployment: string;
  model: string;
  endpoint: string;
  dialect: Dialect;
}

export interface UnavailableInput {
  /** Known models without a deployment. */
  models: readonly string[];
  skipped: readonly SkippedDeployment[];
  presets: readonly Preset[];
  supportedDialects: readonly Dialect[];
  /** Whether a key in the environment would make a deployment; otherwise only the configuration can. */
  keysAreUsed: boolean;
}

/**
 * Model -> one or two true sentences: why nothing serves it and what an operator can do. Skipped deployments are named
 * too, by id and as `maker/model@endpoint`, because routes may name them so.
 */
export function unavailableModels(input: UnavailableInput): Map<string, string> {
  const reason = (model: string) => `${why(model, input)} ${whatToDo(model, input)}`;
  const reasons = new Map(input.models.map((model) => [model, reason(model)]));
  for (const skipped of input.skipped) {
    const sentence = dialectNotSpoken(skipped, input);
    reasons.set(skipped.deployment, sentence);
    reasons.set(`${skipped.model}@${skipped.endpoint}`, sentence);
  }
  return reasons;
}

function why(model: string, input: UnavailableInput): string {
  const skipped = input.skipped.find((deployment) => deployment.model === model);
  if (skipped !== undefined) return dialectNotSpoken(skipped, input);
  const alias = findDatedAlias(model);
  if (alias !== null && alias.resolves_to === null) return alias.note;
  if (catalogueModel(model)?.restricted === true) return `${model} is offered to admitted customers only.`;
  return `No endpoint serves ${model}.`;
}

function dialectNotSpoken(skipped: SkippedDeployment, input: UnavailableInput): string {
  const spoken = oneOf(input.supportedDialects.map((dialect) => `the ${dialect} dialect`));
  return `${skipped.deployment} is set up, but this release calls only upstreams that speak ${spoken}, and ${skipped.endpoint} speaks the ${skipped.dialect} dialect.`;
}

function whatToDo(model: string, input: UnavailableInput): string {
  const offering = input.presets.filter((preset) => servedModel(model, preset) !== null);
  const callable = offering.filter((preset) => input.supportedDialects.includes(preset.dialect));
  const restricted = catalogueModel(model)?.restricted === true;
  const variables = [...new Set(callable.flatMap((preset) => preset.environmentVariables))];
  if (input.keysAreUsed && !restricted && variables.length > 0) {
    return `Set ${oneOf(variables)}, or add a deployment for it to the configuration.`;
  }
  if (callable.length > 0) {
    return `Add a deployment for it to the configuration; ${oneOf(callable.map((preset) => preset.name))} can serve it.`;
  }
  return 'Add an endpoint that serves it and a deployment for it to the configuration.';
}
