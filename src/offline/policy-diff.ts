import { COUNTRY_GROUPS } from '../catalog/facts/country-groups.ts';
import type { LoadedConfiguration } from '../config/load.ts';
import type { Decision, World } from '../contracts/decision.ts';
import { AppError } from '../contracts/errors.ts';
import type { RequestAttributes } from '../contracts/policy.ts';
import type { PolicyBundle } from '../policy/bundle.ts';
import { deploymentAttributes } from '../policy/deployment-attributes.ts';
import { judge, type PolicyCaseResult } from '../policy/policy-case.ts';
import { type PolicySettings, requestAttributes } from '../policy/request-attributes.ts';
import { factsOf } from '../routing/recorded-request.ts';

type Verdict = Pick<PolicyCaseResult['verdict'], 'permitted' | 'rules' | 'obligations' | 'would_admit'>;

/** A deployment that two policies judge differently for one past request. */
export interface ChangedDecision {
  request_id: string;
  at: string;
  use_case: string | null;
  data_classes: readonly string[];
  deployment: string;
  before: Verdict;
  after: Verdict;
}

export interface PolicyDifference {
  /** Past decisions that were looked at. */
  decisions: number;
  changed: readonly ChangedDecision[];
  /** Deployments of past decisions that this configuration no longer has: nothing can be said about them. */
  unknown_deployments: readonly string[];
}

interface PastDecision {
  requestId: string;
  at: string;
  key: string | null;
  decision: Decision;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const areEntries = (value: unknown, members: (entry: Record<string, unknown>) => boolean): boolean =>
  Array.isArray(value) &&
  value.every((entry) => isObject(entry) && typeof entry.deployment === 'string' && members(entry));

/** Whether it holds what is asked of it here. */
const isDecision = (value: unknown): value is Decision =>
  isObject(value) &&
  areEntries(value.plan, ({ obligations }) => Array.isArray(obligations)) &&
  areEntries(value.removed, () => true) &&
  Array.isArray(value.data_classes) &&
  Array.isArray(value.labels);

function recordOf(line: string, number: number): Record<string, unknown> {
  let record: unknown;
  try {
    record = JSON.parse(line);
  } catch (cause) {
    throw new AppError('config_invalid', `Line ${number} of the log is no JSON.`, { cause });
  }
  if (!isObject(record)) throw new AppError('config_invalid', `Line ${number} of the log is no record.`);
  return record;
}

/** Lines of a journal that hold a decision; an intent and its receipt are one. @throws AppError naming the bad line */
function pastDecisions(text: string): PastDecision[] {
  const found = new Map<string, PastDecision>();
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const record = recordOf(line, index + 1);
    const { request_id: requestId, decision } = record;
    if (typeof requestId !== 'string' || decision === undefined || decision === null) continue;
    if (!isDecision(decision))
      throw new AppError(
        'config_invalid',
        `Line ${index + 1} of the log holds a decision that lacks what decisions have.`,
      );
    const at = String(record.received_at ?? record.at ?? '');
    const key = typeof record.key === 'string' ? record.key : null;
    found.set(requestId, { requestId, at, key, decision });
  }
  return [...found.values()];
}

/**
 * What rules saw of a past request. Older lines do not hold it: for those it is built anew from the use case as it is
 * configured now and the classes and labels on record.
 */
function attributesOf({ key, decision }: PastDecision, loaded: LoadedConfiguration): RequestAttributes {
  const recorded = factsOf(decision)?.attributes;
  if (recorded !== undefined) return recorded;
  const { configuration } = loaded;
  const useCase = configuration.use_cases.find(({ id }) => id === decision.use_case) ?? null;
  const { policy } = configuration;
  const settings: PolicySettings = {
    deniedCountries: policy.denied_countries,
    deniedOperators: policy.denied_operators,
    deniedMakers: policy.denied_makers,
    defaultJurisdictions: configuration.server.default_jurisdictions ?? [],
    receiptRetentionDays: configuration.journal.retention_days,
  };
  return requestAttributes({
    useCase,
    declaredClasses: [],
    detectedClasses: decision.data_classes,
    keyJurisdictions: configuration.keys.find(({ id }) => id === key)?.default_jurisdictions ?? null,
    statedTask: decision.task_source === 'text' || decision.task === 'unsure' ? null : decision.task,
    statedLabels: decision.labels,
    unscannable: false,
    settings,
  });
}

const verdictOf = ({ permitted, rules, obligations, would_admit }: PolicyCaseResult['verdict']): Verdict => ({
  permitted,
  rules,
  obligations,
  would_admit,
});

/**
 * Which past decisions would come out differently under `after` than under `before`, deployment by deployment, with the
 * facts of today. Requests are judged by the attributes on record, since bodies are not kept.
 * @throws AppError config_invalid for a log that is none
 */
export function diffPolicies(
  before: PolicyBundle,
  after: PolicyBundle,
  log: string,
  world: World,
  loaded: LoadedConfiguration,
  now: Date,
): PolicyDifference {
  const unknown = new Set<string>();
  const past = pastDecisions(log);
  const changed = past.flatMap((entry) => {
    const { decision } = entry;
    const request = attributesOf(entry, loaded);
    const considered = [...decision.plan, ...decision.removed].map(({ deployment }) => deployment);
    return considered.flatMap((id): ChangedDecision[] => {
      const deployment = world.deploymentsById.get(id);
      if (deployment === undefined) unknown.add(id);
      if (deployment === undefined) return [];
      const attributes = deploymentAttributes(deployment, COUNTRY_GROUPS, now.getTime());
      const asked = decision.plan.some(
        ({ deployment: name, obligations }) => name === id && obligations.includes('tokenise'),
      );
      const mode = asked ? 'asked' : loaded.configuration.policy.tokenise;
      const [old, fresh] = [before, after].map((bundle) => verdictOf(judge(bundle, request, attributes, mode)));
      if (JSON.stringify(old) === JSON.stringify(fresh)) return [];
      const { use_case, data_classes } = decision;
      const place = { request_id: entry.requestId, at: entry.at, use_case, data_classes, deployment: id };
      return [{ ...place, before: old as Verdict, after: fresh as Verdict }];
    });
  });
  return { decisions: past.length, changed, unknown_deployments: [...unknown].sort() };
}
