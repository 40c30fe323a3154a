import type { RequestFacts } from '../contracts/request-facts.ts';
import type { Route, RouteCondition } from '../contracts/route.ts';
import type { PreparedRow } from './candidates.ts';

/**
 * long_document rows state their own bound: estimated tokens strictly above `context_threshold`. The label, found at
 * 50,000, decides only where the row states none, or where somebody stated the label.
 */
function labelHolds(route: Route, facts: RequestFacts): boolean {
  const { label } = route.when;
  if (label === undefined) return true;
  if (label !== 'long_document' || route.context_threshold === null) return facts.labels.includes(label);
  return facts.statedLabels?.includes(label) === true || facts.estimatedTokens > route.context_threshold;
}

/** Every condition but the label. */
function restHolds(when: RouteCondition, facts: RequestFacts): boolean {
  return (
    (when.task === undefined || when.task === facts.task) &&
    (when.language === undefined || when.language === facts.language) &&
    (when.domain === undefined || when.domain === facts.domain) &&
    (when.length === undefined || when.length === facts.lengthBucket) &&
    (when.use_case === undefined || when.use_case === facts.useCase) &&
    (when.modality === undefined || facts.modalities.includes(when.modality))
  );
}

function hasConditions(when: RouteCondition): boolean {
  for (const member in when) if (when[member as keyof RouteCondition] !== undefined) return true;
  return false;
}

function matches(route: Route, facts: RequestFacts): boolean {
  if (route.default) return true;
  return labelHolds(route, facts) && restHolds(route.when, facts) && hasConditions(route.when);
}

/** Whether a row gives up a request of this length. long_document rows never do: their threshold is their entry. */
export const exceedsThreshold = (route: Route, estimatedTokens: number): boolean =>
  route.when.label !== 'long_document' && route.context_threshold !== null && estimatedTokens > route.context_threshold;

/**
 * The row that decides: the first whose conditions all hold. Above its own context_threshold (strictly) it yields to
 * the first long_document row whose other conditions hold; without one, or with one that nothing serves, it stays,
 * because a model that may do worse on long text is better than none.
 */
export function matchRoute(facts: RequestFacts, rows: readonly PreparedRow[]): PreparedRow | null {
  const first = rows.find((row) => matches(row.route, facts)) ?? null;
  if (first === null || !exceedsThreshold(first.route, facts.estimatedTokens)) return first;
  const long = rows.find(
    ({ route, candidates }) =>
      route.when.label === 'long_document' && candidates.length > 0 && restHolds(route.when, facts),
  );
  return long ?? first;
}
