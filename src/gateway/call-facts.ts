import type { ApiKey } from '../contracts/api-key.ts';
import type { CallOptions } from '../contracts/call.ts';
import type { ChatRequest } from '../contracts/chat-request.ts';
import type { UseCaseConfig } from '../contracts/configuration.ts';
import { AppError } from '../contracts/errors.ts';
import type { ModelReference, RequestFacts } from '../contracts/request-facts.ts';
import { isLabelled, NO_POLICY_SETTINGS, requestAttributes } from '../policy/request-attributes.ts';
import { resolveModel } from '../routing/resolve-model.ts';
import { inspectRequest } from '../tasks/inspect-request.ts';
import { readTaskName } from '../tasks/task-names.ts';
import { chatPromptView } from '../wire/chat-prompt-view.ts';
import type { FactsNow } from './current-facts.ts';
import type { GatewayWorld } from './gateway-world.ts';
import type { AttemptBudgets } from './limits/request-budget.ts';

/** A request that is being answered and on whose behalf others are called. */
export interface CallParent {
  requestId: string;
  chat: ChatRequest;
  key: ApiKey | null;
  factsNow: FactsNow;
  /** It was when it came; a configuration that came since may say so of it, too. */
  labelled: boolean;
  strict: boolean;
  /** The caller's own name for the conversation; null: its beginning tells. */
  session: string | null;
  budget: AttemptBudgets;
  /** Monotonic. */
  deadlineAtMs: number;
  traceparent: string | null;
  sandboxFault: string | null;
}

const NO_CLASSES: readonly string[] = [];

function modelOf(request: ChatRequest, { pin }: Pick<CallOptions, 'pin'>, { world }: GatewayWorld): ModelReference {
  if (pin !== undefined) {
    if (world.deploymentsById.has(pin.deployment)) return { kind: 'deployment', deployment: pin.deployment };
    throw new AppError('model_not_found', `There is no deployment ${JSON.stringify(pin.deployment)}.`, {
      param: 'model',
    });
  }
  const resolved = resolveModel(request.model, world);
  if (resolved.kind === 'resolved') return resolved.reference;
  const text =
    resolved.kind === 'unknown'
      ? `There is no model ${JSON.stringify(request.model)}.`
      : 'An ensemble cannot be a member of another.';
  throw new AppError(resolved.kind === 'unknown' ? 'model_not_found' : 'invalid_request', text, { param: 'model' });
}

/** The use case of a call without a parent. */
export function useCaseOf({ useCase: id }: Pick<CallOptions, 'useCase'>, gateway: GatewayWorld): UseCaseConfig | null {
  if (id === undefined) return null;
  const known = gateway.useCases.get(id);
  if (known !== undefined) return known;
  throw new AppError('invalid_request', `There is no use case ${JSON.stringify(id)}.`, { param: 'use_case' });
}

function union<T>(a: readonly T[], b: readonly T[]): readonly T[] {
  if (b.length === 0) return a;
  return a.length === 0 ? b : [...new Set([...a, ...b])];
}

/** A request on whose behalf a call is made, with its facts of the moment. */
export interface ParentNow {
  chat: ChatRequest;
  facts: RequestFacts;
}

/** On behalf of another request: its data and rules, and what this call sends of its own. */
function factsWithin({ chat, facts }: ParentNow, request: ChatRequest, model: ModelReference): RequestFacts {
  // Most calls ask what the parent was asked: the text need not be looked at again.
  const unchanged =
    request.turns === chat.turns &&
    request.tools === chat.tools &&
    request.maxOutputTokens === chat.maxOutputTokens &&
    request.responseFormat === chat.responseFormat;
  if (unchanged) return { ...facts, model, choices: request.choices };
  const view = chatPromptView(request);
  const { lengthBucket, estimatedTokens, estimatedTokensP95, modalities, needs, maxOutputTokens, choices } =
    inspectRequest(view, { requestTask: facts.task === 'unsure' ? null : facts.task });
  return {
    ...{ ...facts, model, lengthBucket, estimatedTokens, estimatedTokensP95, modalities, needs, maxOutputTokens },
    choices,
  };
}

function factsAlone(
  request: ChatRequest,
  model: ModelReference,
  useCase: UseCaseConfig | null,
  gateway: GatewayWorld,
): RequestFacts {
  const named = useCase?.task === undefined ? null : readTaskName(useCase.task);
  const useCaseTask = named?.kind === 'task' ? named.task : null;
  const statedLabels = (useCase?.labels ?? [])
    .map(readTaskName)
    .flatMap((name) => (name?.kind === 'label' ? [name.label] : []));
  const inspected = inspectRequest(chatPromptView(request), {
    useCaseTask,
    statedLabels,
    domain: useCase?.domain ?? null,
  });
  return {
    ...inspected,
    model,
    dataClasses: useCase?.data_classes ?? NO_CLASSES,
    useCase: useCase?.id ?? null,
    allowedModels: null,
    objective: null,
    obligations: [],
    preferences: null,
    deadlineMs: null,
    attributes: requestAttributes({
      useCase,
      declaredClasses: NO_CLASSES,
      detectedClasses: NO_CLASSES,
      keyJurisdictions: null,
      statedTask: useCaseTask,
      statedLabels,
      unscannable: false,
      settings: gateway.policySettings ?? NO_POLICY_SETTINGS,
    }),
  };
}

/**
 * What an inner call is decided on. With a parent, everything that rules and limits ask about is the parent's.
 * @throws AppError model_not_found, invalid_request
 */
export function factsOfCall(
  request: ChatRequest,
  options: Omit<CallOptions, 'signal'>,
  parent: ParentNow | null,
  gateway: GatewayWorld,
): RequestFacts {
  const model = modelOf(request, options, gateway);
  const facts =
    parent === null
      ? factsAlone(request, model, useCaseOf(options, gateway), gateway)
      : factsWithin(parent, request, model);
  // Alternates that the parent's caller listed are for the parent's own model; what narrows holds for everybody.
  const preferences = facts.preferences === null ? null : { ...facts.preferences, models: [] };
  return { ...facts, preferences, obligations: union(facts.obligations, options.obligations) };
}

export const isLabelledCall = (facts: RequestFacts, parent: CallParent | null): boolean =>
  facts.attributes?.labelled === true || (parent === null ? isLabelled(facts.dataClasses) : parent.labelled);
