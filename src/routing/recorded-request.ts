import type { Decision, DecisionRequest } from '../contracts/decision.ts';
import type { RequestAttributes } from '../contracts/policy.ts';
import type { ModelReference, RequestFacts } from '../contracts/request-facts.ts';

const DEPLOYMENT = 'deployment:';

function modelText(model: ModelReference): string {
  if (model.kind === 'auto') return 'auto';
  if (model.kind === 'deployment') return DEPLOYMENT + model.deployment;
  return model.endpoint === null ? model.model : `${model.model}@${model.endpoint}`;
}

function modelReference(text: string): ModelReference {
  if (text === 'auto') return { kind: 'auto' };
  if (text.startsWith(DEPLOYMENT)) return { kind: 'deployment', deployment: text.slice(DEPLOYMENT.length) };
  const at = text.lastIndexOf('@');
  if (at <= 0) return { kind: 'model', model: text, endpoint: null };
  return { kind: 'model', model: text.slice(0, at), endpoint: text.slice(at + 1) };
}

/** What rules are told of a request about which nobody said anything; only what differs from it is kept. */
export const SILENT_ATTRIBUTES: RequestAttributes = Object.freeze({
  labelled: false,
  data_classes: [],
  subject_jurisdictions: ['unknown'],
  user_jurisdictions: [],
  sectors: [],
  use_case: 'none',
  task: 'none',
  domain: 'none',
  labels: [],
  approvals: [],
  ai_act: 'unknown',
  residency: [],
  insurer_excludes: [],
  over_threshold: [],
  denied_countries: [],
  denied_operators: [],
  denied_makers: [],
  unscannable: false,
  receipt_retention_days: 0,
});

const saysSomething = (member: string, value: unknown): boolean =>
  JSON.stringify(value) !== JSON.stringify(SILENT_ATTRIBUTES[member as keyof RequestAttributes]);

/** Requests about which nobody says anything share their attributes, so these are worked out once. */
const spoken = new WeakMap<RequestAttributes, Partial<RequestAttributes> | null>();

function spokenAttributes(attributes: RequestAttributes): Partial<RequestAttributes> | null {
  const known = spoken.get(attributes);
  if (known !== undefined) return known;
  const entries = Object.entries(attributes).filter(([member, value]) => saysSomething(member, value));
  const made = entries.length === 0 ? null : (Object.fromEntries(entries) as Partial<RequestAttributes>);
  spoken.set(attributes, made);
  return made;
}

const isTextAlone = (modalities: RequestFacts['modalities']): boolean =>
  modalities.length === 1 && modalities[0] === 'text';

/** What of the facts a decision does not say itself. */
export function recordRequest(facts: RequestFacts): DecisionRequest {
  const request: DecisionRequest = { model: modelText(facts.model), tokens_p95: facts.estimatedTokensP95 };
  if (facts.operation === 'embeddings') request.operation = 'embeddings';
  if (!isTextAlone(facts.modalities)) request.modalities = facts.modalities;
  if (facts.needs.length > 0) request.needs = facts.needs;
  if (facts.maxOutputTokens !== null) request.max_output_tokens = facts.maxOutputTokens;
  if (facts.choices !== undefined && facts.choices !== 1) request.choices = facts.choices;
  if (facts.allowedModels !== null) request.allowed_models = facts.allowedModels;
  if (facts.objective !== null) request.objective = facts.objective;
  if (facts.obligations.length > 0) request.obligations = facts.obligations;
  if (facts.preferences !== null) request.preferences = facts.preferences;
  if (facts.deadlineMs !== null) request.deadline_ms = facts.deadlineMs;
  if (facts.statedLabels !== undefined && facts.statedLabels.length > 0) request.stated_labels = facts.statedLabels;
  if (facts.forbiddenBy !== undefined) request.forbidden_by = facts.forbiddenBy;
  const attributes = facts.attributes === undefined ? null : spokenAttributes(facts.attributes);
  if (attributes !== null) request.attributes = attributes;
  return request;
}

/** The facts that a decision was made from, prompt aside; null: it was made before they were kept. */
export function factsOf(decision: Decision): RequestFacts | null {
  const { request } = decision;
  if (request === undefined) return null;
  return {
    operation: request.operation ?? 'chat',
    model: modelReference(request.model),
    task: decision.task,
    tasks: decision.tasks,
    taskSource: decision.task_source,
    labels: decision.labels,
    statedLabels: request.stated_labels ?? [],
    language: decision.language,
    domain: decision.domain,
    lengthBucket: decision.length_bucket,
    estimatedTokens: decision.estimated_tokens,
    estimatedTokensP95: request.tokens_p95,
    modalities: request.modalities ?? ['text'],
    needs: request.needs ?? [],
    maxOutputTokens: request.max_output_tokens ?? null,
    choices: request.choices ?? 1,
    dataClasses: decision.data_classes,
    ...(decision.findings === undefined ? {} : { findings: decision.findings }),
    ...(decision.detection === undefined ? {} : { detection: decision.detection }),
    useCase: decision.use_case,
    allowedModels: request.allowed_models ?? null,
    objective: request.objective ?? null,
    obligations: request.obligations ?? [],
    preferences: request.preferences ?? null,
    deadlineMs: request.deadline_ms ?? null,
    // One object for all that say nothing: what rules make of it is then found without comparing it.
    attributes: request.attributes === undefined ? SILENT_ATTRIBUTES : { ...SILENT_ATTRIBUTES, ...request.attributes },
    ...(request.forbidden_by === undefined ? {} : { forbiddenBy: request.forbidden_by }),
  };
}
