import { type UseCaseConfig, useCaseSchema } from '../contracts/configuration.ts';
import { isDataClass } from '../contracts/data-classes.ts';
import { type Deployment, type EndpointFacts, FACT_NAMES } from '../contracts/deployment.ts';
import type { CountryGroup, DeploymentAttributes, RequestAttributes } from '../contracts/policy.ts';
import { OBLIGATIONS, type Obligation } from '../contracts/vocabulary.ts';
import { type PolicyBundle, slicesOf } from './bundle.ts';
import { composeVerdict, type TokeniseMode } from './compose-verdict.ts';
import { deploymentAttributes } from './deployment-attributes.ts';
import { evaluateRules } from './evaluate-rules.ts';
import { NO_POLICY_SETTINGS, type PolicySettings, requestAttributes } from './request-attributes.ts';

/** A request and a deployment as people write them in a test file, in the words of the configuration. */
export interface PolicyCase {
  name: string;
  /** Members of a use case, and `obligations`, `labels`, `detected_classes`, `unscannable`, `denied_countries` ... */
  request?: Readonly<Record<string, unknown>>;
  /** Members of an endpoint and of a deployment. */
  deployment?: Readonly<Record<string, unknown>>;
  /** YYYY-MM-DD on which it is decided; absent: today. */
  now?: string;
  expect: {
    permitted?: boolean;
    rules?: readonly string[];
    obligations?: readonly string[];
    would_admit?: string | null;
    /** Actions besides sending that must be forbidden. */
    forbidden_uses?: readonly string[];
  };
}

/** A case that cannot be understood; `member` names the part at fault. */
export class PolicyCaseError extends Error {
  override readonly name = 'PolicyCaseError';
}

const REQUEST_MEMBERS = new Set([
  ...Object.keys(useCaseSchema.shape),
  'obligations',
  'detected_classes',
  'unscannable',
  'default_jurisdictions',
  'denied_countries',
  'denied_operators',
  'denied_makers',
  'receipt_retention_days',
  'tokenise',
]);

const OTHER_MEMBERS = new Set([
  'id',
  'model',
  'operator',
  'endpoint',
  'origin_country',
  'export_class',
  'not_available_in',
  'domains',
  'tags',
  'sandbox',
  'region_parameter',
  'facts_checked_at',
  'facts_valid_days',
]);

function refuseUnknown(what: string, given: Readonly<Record<string, unknown>>, known: (name: string) => boolean): void {
  const unknown = Object.keys(given).filter((name) => !known(name));
  if (unknown.length > 0) throw new PolicyCaseError(`${what} has no member ${unknown.join(', ')}.`);
}

const text = (value: unknown, otherwise: string): string => (typeof value === 'string' ? value : otherwise);
const texts = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : []);

function useCaseOf(given: Readonly<Record<string, unknown>>): UseCaseConfig {
  const members = Object.entries(given).filter(([name]) => name in useCaseSchema.shape);
  const parsed = useCaseSchema.safeParse({ id: 'case', ...Object.fromEntries(members) });
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new PolicyCaseError(`request.${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not a use case'}`);
}

/** @throws PolicyCaseError naming what is wrong */
export function caseRequest(given: Readonly<Record<string, unknown>>): RequestAttributes {
  refuseUnknown('request', given, (name) => REQUEST_MEMBERS.has(name));
  const useCase = useCaseOf(given);
  const classes = [...texts(given.data_classes), ...texts(given.detected_classes)];
  const noClass = classes.filter((name) => !isDataClass(name));
  if (noClass.length > 0) throw new PolicyCaseError(`There is no data class ${noClass.join(', ')}.`);
  const settings: PolicySettings = {
    ...NO_POLICY_SETTINGS,
    deniedCountries: texts(given.denied_countries),
    deniedOperators: texts(given.denied_operators),
    deniedMakers: texts(given.denied_makers),
    defaultJurisdictions: texts(given.default_jurisdictions),
    receiptRetentionDays: typeof given.receipt_retention_days === 'number' ? given.receipt_retention_days : 400,
  };
  return requestAttributes({
    useCase,
    declaredClasses: [],
    detectedClasses: texts(given.detected_classes),
    keyJurisdictions: null,
    statedTask: (useCase.task as never) ?? null,
    statedLabels: texts(useCase.labels) as never,
    unscannable: given.unscannable === true,
    settings,
  });
}

/** A deployment of nothing but facts; whatever is not given is unknown. @throws PolicyCaseError naming what is wrong */
export function caseDeployment(given: Readonly<Record<string, unknown>>, now: Date): Deployment {
  refuseUnknown('deployment', given, (name) => Object.hasOwn(FACT_NAMES, name) || OTHER_MEMBERS.has(name));
  const facts = Object.fromEntries(
    Object.entries(FACT_NAMES).map(([member, fact]) => [fact, given[member] ?? 'unknown']),
  ) as unknown as EndpointFacts;
  const model = text(given.model, 'unknown/unknown');
  return {
    id: text(given.id, 'case'),
    model,
    maker: model.slice(0, model.indexOf('/')),
    originCountry: text(given.origin_country, 'unknown'),
    endpoint: {
      id: text(given.endpoint, 'case'),
      operator: text(given.operator, 'unknown'),
      preset: null,
      dialect: 'openai',
      baseUrl: 'https://case.invalid/v1',
      auth: 'none',
      apiKeys: [],
      extraHeaders: {},
      quirks: {
        maxTokensMember: 'either',
        streamUsage: 'ask',
        refusedMembers: [],
        embeddings: true,
        ...(given.region_parameter === true ? { regionParameter: { member: 'region', values: {} } } : {}),
      },
      private: false,
      sandbox: given.sandbox === true,
      digest: 'case',
      facts: {
        ...facts,
        checkedAt: text(given.facts_checked_at, now.toISOString().slice(0, 10)),
        validDays: typeof given.facts_valid_days === 'number' ? given.facts_valid_days : 365,
      },
      timeouts: { connectMs: 3_000, firstByteMs: null, firstTokenMs: null, idleMs: null },
      concurrency: null,
      rate: { rpm: null, tpm: null, resetsAt: null },
    },
    upstreamModel: model,
    contextWindowTokens: null,
    maxOutputTokens: null,
    capabilities: new Set(),
    price: null,
    exportClass: text(given.export_class, 'unknown'),
    notAvailableIn: texts(given.not_available_in),
    domains: texts(given.domains),
    weight: 1,
    tags: texts(given.tags),
    sandbox: given.sandbox === true,
  };
}

export interface PolicyCaseResult {
  name: string;
  passed: boolean;
  /** What was decided, in the words of a test file. */
  verdict: {
    permitted: boolean;
    rules: readonly string[];
    obligations: readonly Obligation[];
    would_admit: string | null;
    forbidden_uses: readonly string[];
  };
  /** One sentence for each expectation that does not hold. */
  differences: readonly string[];
}

const USES = ['keep_body', 'cache', 'evaluate_on', 'judge_with', 'export_for_tuning'] as const;

/** What `bundle` says of a request and a deployment, every action evaluated in this thread. */
export function judge(
  bundle: PolicyBundle,
  request: RequestAttributes,
  deployment: DeploymentAttributes,
  mode: TokeniseMode,
): PolicyCaseResult['verdict'] {
  const actions = ['send_raw', 'send_tokenised', 'leave_region_open', ...USES] as const;
  const slices = slicesOf(bundle, actions, request);
  const [forbidden = {}] = evaluateRules(bundle, { context: request, slices, deployments: [deployment] });
  const verdict = composeVerdict(forbidden, deployment, mode, bundle);
  return {
    permitted: verdict.permitted,
    rules: verdict.permitted ? [] : verdict.rules,
    obligations: verdict.permitted ? verdict.obligations : [],
    would_admit: verdict.permitted ? null : verdict.wouldAdmit,
    forbidden_uses: USES.filter((action) => (forbidden[action] ?? []).length > 0),
  };
}

/** Runs one case. @throws PolicyCaseError when it cannot be understood */
export function runPolicyCase(
  bundle: PolicyBundle,
  policyCase: PolicyCase,
  groups: readonly CountryGroup[],
  today: Date,
): PolicyCaseResult {
  const { name, request = {}, deployment = {}, expect } = policyCase;
  const now = policyCase.now === undefined ? today : new Date(policyCase.now);
  const attributes = deploymentAttributes(caseDeployment(deployment, today), groups, now.getTime());
  const asked = texts(request.obligations);
  const unknown = asked.filter((name) => !(OBLIGATIONS as readonly string[]).includes(name));
  if (unknown.length > 0) throw new PolicyCaseError(`There is no obligation ${unknown.join(', ')}.`);
  const mode = asked.includes('tokenise') ? 'asked' : request.tokenise === 'when_needed' ? 'when_needed' : 'when_asked';
  const verdict = judge(bundle, caseRequest(request), attributes, mode);
  const differences = Object.entries(expect).flatMap(([member, expected]) => {
    if (!(member in verdict)) throw new PolicyCaseError(`expect has no member ${member}.`);
    const actual = verdict[member as keyof typeof verdict];
    const same = JSON.stringify(normalised(actual)) === JSON.stringify(normalised(expected));
    return same ? [] : [`${member}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(actual)}`];
  });
  return { name, passed: differences.length === 0, verdict, differences };
}

const normalised = (value: unknown): unknown => (Array.isArray(value) ? [...value].sort() : value);
