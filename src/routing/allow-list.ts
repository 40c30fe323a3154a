import type { Deployment, EndpointFacts } from '../contracts/deployment.ts';
import { factsAt } from '../contracts/fact-expiry.ts';
import type { RequestFacts, RoutePreferences } from '../contracts/request-facts.ts';
import type { Candidate } from './candidates.ts';

/** Rule ids of removals by allow_list: the key's models, or the member of the body that says so. */
export const ALLOW_LIST_RULES = {
  key: 'key_models',
  only: 'provider.only',
  ignore: 'provider.ignore',
  order: 'provider.order',
  noFallbacks: 'provider.allow_fallbacks',
  dataCollection: 'provider.data_collection',
  zeroRetention: 'provider.zdr',
  tags: 'metadata.tags',
} as const;

/** `maker/model`, `maker/*` or `*`. */
const matchesModelPattern = (model: string, pattern: string): boolean =>
  pattern === model || pattern === '*' || (pattern.endsWith('/*') && model.startsWith(pattern.slice(0, -1)));

/** Callers name operators in any case, and a deployment's endpoint by its id. */
const names = (list: readonly string[], deployment: Deployment): boolean => placeIn(list, deployment) !== -1;

/** Place of the deployment's operator or endpoint in a list of the caller, -1 where it is not named. */
export function placeIn(list: readonly string[], deployment: Deployment): number {
  const { id, operator } = deployment.endpoint;
  return list.findIndex((name) => name === id || name.toLowerCase() === operator.toLowerCase());
}

const keepsNothing = ({ zeroRetention, retentionDays }: EndpointFacts): boolean =>
  zeroRetention === true || retentionDays === 0;

const sharesTag = (tags: readonly string[], deployment: Deployment): boolean =>
  deployment.tags.some((tag) => tags.includes(tag));

function preferenceRules(
  preferences: RoutePreferences,
  deployment: Deployment,
  tagged: boolean,
  now: string,
): string[] {
  const rules: string[] = [];
  const { only, ignore, order } = preferences;
  if (only.length > 0 && !names(only, deployment)) rules.push(ALLOW_LIST_RULES.only);
  if (names(ignore, deployment)) rules.push(ALLOW_LIST_RULES.ignore);
  if (!preferences.allowFallbacks && order.length > 0 && !names(order, deployment)) rules.push(ALLOW_LIST_RULES.order);
  if (preferences.dataCollection === 'deny' || preferences.zeroRetention) {
    // Unknown is not no: an endpoint whose terms nobody stated, or not lately, is left out of both.
    const facts = factsAt(deployment.endpoint.facts, Date.parse(now));
    const keeps = !keepsNothing(facts);
    if (preferences.dataCollection === 'deny' && (facts.trainsOnData !== false || keeps)) {
      rules.push(ALLOW_LIST_RULES.dataCollection);
    }
    if (preferences.zeroRetention && keeps) rules.push(ALLOW_LIST_RULES.zeroRetention);
  }
  if (tagged && !sharesTag(preferences.tags ?? [], deployment)) rules.push(ALLOW_LIST_RULES.tags);
  return rules;
}

const NOTHING: readonly string[] = [];

/** Tags narrow only where a candidate carries one of them: elsewhere they are labels for somebody's accounting. */
export const tagsNarrow = (facts: RequestFacts, candidates: readonly Candidate[]): boolean => {
  const tags = facts.preferences?.tags ?? [];
  return tags.length > 0 && candidates.some(({ deployment }) => sharesTag(tags, deployment));
};

/** Rules of the key and of the caller's preferences that leave the deployment out at `now`, RFC 3339. */
export function allowListRules(
  facts: RequestFacts,
  deployment: Deployment,
  tagged: boolean,
  now: string,
): readonly string[] {
  const { allowedModels, preferences } = facts;
  const keyAllows =
    allowedModels === null || allowedModels.some((pattern) => matchesModelPattern(deployment.model, pattern));
  if (keyAllows && preferences === null) return NOTHING;
  const rules = preferences === null ? [] : preferenceRules(preferences, deployment, tagged, now);
  return keyAllows ? rules : [ALLOW_LIST_RULES.key, ...rules];
}
