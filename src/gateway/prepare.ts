import type { ApiKey } from '../contracts/api-key.ts';
import type { UseCaseConfig } from '../contracts/configuration.ts';
import type { Decision } from '../contracts/decision.ts';
import type { Ensemble } from '../contracts/ensemble.ts';
import { AppError } from '../contracts/errors.ts';
import type { GatewayRequest } from '../contracts/gateway-request.ts';
import type { RequestAttributes } from '../contracts/policy.ts';
import type { ModelReference, RequestFacts, RoutePreferences } from '../contracts/request-facts.ts';
import type { Label, Task } from '../contracts/vocabulary.ts';
import { nearestNames } from '../lib/edit-distance.ts';
import {
  isLabelled,
  NO_POLICY_SETTINGS,
  type PolicySettings,
  requestAttributes,
} from '../policy/request-attributes.ts';
import { readPreferences } from '../routing/preferences.ts';
import { resolveModel } from '../routing/resolve-model.ts';
import { inspectRequest } from '../tasks/inspect-request.ts';
import { readTaskName } from '../tasks/task-names.ts';
import { type RequestTexts, requestTexts } from '../wire/request-texts.ts';
import type { Detection } from './detection.ts';
import { factsOfEnsemble, findEnsemble } from './ensembles/named-ensemble.ts';
import type { GatewayWorld } from './gateway-world.ts';
import { type Conversation, conversationOf } from './learning/conversation-id.ts';
import { type RequestOptions, readOptions } from './options.ts';
import { promptViewOf, type ReadRequest, readRequest } from './read-request.ts';

/** The part of a request that decides. */
export type RequestToPrepare = Pick<GatewayRequest, 'body' | 'key' | 'headers' | 'dialect'> & {
  operation: GatewayRequest['operation'] | 'either';
};

/** What follows `+fault-` asks a sandbox program to fail (providers/sandbox/fault.ts has the grammar). */
function splitFault(name: string): { name: string; faultSuffix: string | null } {
  const at = name.indexOf('+fault-');
  return at <= 0 ? { name, faultSuffix: null } : { name: name.slice(0, at), faultSuffix: name.slice(at) };
}

/** A request that has been understood. `decision` is filled in as soon as there is one. */
export interface PreparedRequest {
  read: ReadRequest;
  /** The configuration under which it was read. */
  readIn: GatewayWorld;
  options: RequestOptions;
  useCase: UseCaseConfig | null;
  facts: RequestFacts;
  /** Who answers together; null: one model. */
  ensemble: Ensemble | null;
  /** For the first deployment of the plan, which must be a sandbox one. */
  faultSuffix: string | null;
  /** Of chats: what it goes on with. */
  conversation: Conversation | null;
  /** Use case or key gives a data class above `public`. */
  labelled: boolean;
  /** What would leave with it, for detection. */
  texts: RequestTexts;
  /** As it was when the request was read. */
  key: ApiKey | null;
  /**
   * What rules may ask about it under a configuration and with the key as it is by now, before detection. null: there is no
   * such use case any more, or the key does not carry it.
   */
  attributesIn(gateway: GatewayWorld, key: ApiKey | null): RequestAttributes | null;
  /** What was found in its texts. null: nobody has looked. */
  detection: Detection | null;
  decision: Decision | null;
}

const NO_CLASSES: readonly string[] = [];

/** The use case that a request is for: the one that it names, else the key's. */
const useCaseIdOf = (named: string | null, key: ApiKey | null): string | null => named ?? key?.defaultUseCase ?? null;

const carries = (key: ApiKey | null, useCase: string): boolean =>
  key === null || useCase === key.defaultUseCase || (key.useCases ?? []).includes(useCase);

function findUseCase(name: string | null, request: RequestToPrepare, gateway: GatewayWorld): UseCaseConfig | null {
  const { key } = request;
  const id = useCaseIdOf(name, key);
  if (id === null) return null;
  const useCase = gateway.useCases.get(id);
  if (!carries(key, id)) {
    // The same answer whether the use case exists or not: a key learns only of its own.
    throw new AppError('use_case_not_allowed', `This key does not carry the use case ${JSON.stringify(id)}.`, {
      param: 'alidade.use_case',
    });
  }
  if (useCase !== undefined) return useCase;
  const near = nearestNames(id, gateway.useCases.keys(), 3);
  const hint = near.length === 0 ? 'None is like it.' : `Did you mean ${near.join(', ')}?`;
  throw new AppError('invalid_request', `There is no use case ${JSON.stringify(id)}. ${hint}`, {
    param: 'alidade.use_case',
  });
}

/** For a request to an ensemble `reference` says nothing yet: its members are decided on together. */
function findModel(
  name: string,
  { world, ensembles }: GatewayWorld,
): { reference: ModelReference; useCase: string | null; ensemble: Ensemble | null } {
  const resolved = resolveModel(name, world);
  if (resolved.kind === 'resolved') return { ...resolved, ensemble: null };
  if (resolved.kind === 'ensemble') {
    return { reference: { kind: 'auto' }, useCase: null, ensemble: findEnsemble(resolved.ensemble, ensembles) };
  }
  const { nearMatches } = resolved;
  const hint = nearMatches.length === 0 ? 'GET /v1/models lists them.' : `Did you mean ${nearMatches.join(', ')}?`;
  throw new AppError('model_not_found', `There is no model ${JSON.stringify(name)}. ${hint}`, { param: 'model' });
}

function preferencesOf(body: Readonly<Record<string, unknown>>): RoutePreferences | null {
  const reading = readPreferences(body);
  if (reading.ok) return reading.preferences;
  throw new AppError('invalid_request', reading.message, { param: reading.param });
}

function statedLabels(
  options: RequestOptions,
  request: RequestToPrepare,
  useCase: UseCaseConfig | null,
): readonly Label[] {
  const ofKey = request.key?.labels ?? [];
  const ofUseCase = useCase?.labels ?? [];
  if (options.labels.length === 0 && ofKey.length === 0 && ofUseCase.length === 0) return options.labels;
  const named = ofUseCase.map(readTaskName).flatMap((name) => (name?.kind === 'label' ? [name.label] : []));
  return [...new Set([...options.labels, ...ofKey, ...named])];
}

/** What somebody says a request is about: caller, key or use case. */
interface Stated {
  /** Of the request, or else of the use case. */
  task: Task | null;
  useCaseTask: Task | null;
  labels: readonly Label[];
}

function statedBy(options: RequestOptions, request: RequestToPrepare, useCase: UseCaseConfig | null): Stated {
  const named = useCase?.task === undefined ? null : readTaskName(useCase.task);
  const useCaseTask = named?.kind === 'task' ? named.task : null;
  return { task: options.task ?? useCaseTask, useCaseTask, labels: statedLabels(options, request, useCase) };
}

/** Of requests about which nobody says anything: most of them, so these are made once. */
const silentAttributes = new WeakMap<PolicySettings, RequestAttributes>();

/** What rules may ask about the request. */
function attributesOf(
  request: RequestToPrepare,
  gateway: GatewayWorld,
  useCase: UseCaseConfig | null,
  stated: Stated,
  unscannable: boolean,
): RequestAttributes {
  const settings = gateway.policySettings ?? NO_POLICY_SETTINGS;
  const keyJurisdictions = request.key?.defaultJurisdictions ?? null;
  // Without a use case traffic is not labelled, and then no rule sees what it holds.
  const silent = useCase === null && keyJurisdictions === null && stated.task === null && stated.labels.length === 0;
  const known = silent ? silentAttributes.get(settings) : undefined;
  if (known !== undefined) return known;
  const attributes = requestAttributes({
    useCase,
    declaredClasses: NO_CLASSES,
    detectedClasses: NO_CLASSES,
    keyJurisdictions,
    statedTask: stated.task,
    statedLabels: stated.labels,
    settings,
    unscannable,
  });
  if (silent) silentAttributes.set(settings, attributes);
  return attributes;
}

/** `POST /api/route` takes the moment to decide in from the body; the same member of a request would be sent on. */
function withoutMoment(body: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { moment: _moment, ...rest } = body;
  return rest;
}

/**
 * From a request as it came to what can be decided on. `read`: its body, where that has been read already.
 * @throws AppError for whatever the caller got wrong
 */
export function prepareRequest(
  request: RequestToPrepare,
  gateway: GatewayWorld,
  read: ReadRequest = readRequest(request.operation, request.dialect, request.body),
): PreparedRequest {
  const options = readOptions(read.request.options, request.headers);
  const { name, faultSuffix } = splitFault(read.request.model);
  const model = findModel(name, gateway);
  const named = options.useCase ?? model.useCase;
  const useCase = findUseCase(named, request, gateway);
  const stated = statedBy(options, request, useCase);
  const inspected = inspectRequest(promptViewOf(read), {
    requestTask: options.task,
    useCaseTask: stated.useCaseTask,
    statedLabels: stated.labels,
    domain: useCase?.domain ?? null,
    estimatedTokens: options.estimatedTokens,
  });
  const dataClasses = useCase?.data_classes ?? NO_CLASSES;
  const texts = requestTexts(request.operation === 'either' ? withoutMoment(read.request.body) : read.request.body);
  const asked: RequestFacts = {
    ...inspected,
    model: model.reference,
    dataClasses,
    useCase: useCase?.id ?? null,
    allowedModels: request.key?.models ?? null,
    objective: options.objective,
    obligations: options.obligations,
    preferences: preferencesOf(read.request.body),
    deadlineMs: options.deadlineMs,
    attributes: attributesOf(request, gateway, useCase, stated, texts.unscannable),
  };
  const { ensemble } = model;
  return {
    read,
    readIn: gateway,
    options,
    useCase,
    facts: ensemble === null ? asked : factsOfEnsemble(asked, ensemble, gateway.world),
    ensemble,
    faultSuffix,
    conversation: conversationOf(read.request.body, options.session, request.key?.id ?? null),
    texts,
    key: request.key,
    attributesIn: (current, key) => {
      const id = useCaseIdOf(named, key);
      const spoken = id === null ? null : current.useCases.get(id);
      if (spoken === undefined || (id !== null && !carries(key, id))) return null;
      // Labels and the task of a use case may be others by now, like the rest of it.
      const asked = { ...request, key };
      return attributesOf(asked, current, spoken, statedBy(options, asked, spoken), texts.unscannable);
    },
    detection: null,
    labelled: isLabelled(dataClasses),
    decision: null,
  };
}
