import type { Decision, HealthSnapshot, PlanEntry, PublishedDecision, World } from '../contracts/decision.ts';
import type { Route } from '../contracts/route.ts';
import { evidenceReason } from './explain-evidence.ts';
import { ERROR_RATE_THRESHOLD, hasHighErrorRate, healthOf } from './health-order.ts';
import { exceedsThreshold } from './match-route.ts';

/** How many removals and missing models a sentence names before it only counts them. */
const NAMED = 4;

const thousands = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ',');
const percent = (share: number): string => `${Number((share * 100).toFixed(2))} %`;
const dollars = (usd: number): string => `$${Number(usd.toPrecision(3))}`;

const tokensOf = (decision: Decision): string => `${thousands(decision.estimated_tokens)} tokens`;

function subject(decision: Decision): string {
  const parts = [decision.task_type, decision.language, decision.length_bucket];
  return parts.filter((part) => part !== null).join('/');
}

/** `task code_generation, language zh`, or `the default`. */
function conditionOf({ when }: Route): string {
  const conditions = Object.entries(when).filter(([, value]) => value !== undefined);
  if (conditions.length === 0) return 'the default row';
  return `the row for ${conditions.map(([name, value]) => `${name} ${value}`).join(', ')}`;
}

/** What length did to the choice of the row; empty where it did nothing. */
function lengthNote(decision: Decision, row: Route): string {
  const threshold = row.context_threshold;
  if (threshold === null) return '';
  if (row.when.label === 'long_document') {
    if (decision.estimated_tokens > threshold) return ` (${tokensOf(decision)}, above ${thousands(threshold)})`;
    return decision.labels.includes('long_document')
      ? ` (stated; ${tokensOf(decision)})`
      : ` (${tokensOf(decision)}, above the threshold of the row that matched first)`;
  }
  return exceedsThreshold(row, decision.estimated_tokens)
    ? ` (kept although ${tokensOf(decision)} are above its ${thousands(threshold)}: no long_document row can take over)`
    : ` (${tokensOf(decision)}, threshold ${thousands(threshold)})`;
}

function errorRateOf(id: string, health: HealthSnapshot): string {
  const window = health.calls === null ? 'given' : `over ${thousands(health.calls)} calls`;
  return `${id} fails ${percent(health.error_rate)} (${window}; threshold ${percent(ERROR_RATE_THRESHOLD)})`;
}

/** Deployments of the plan that health sent behind, with their rates. */
function failing(decision: Decision): readonly string[] {
  return decision.plan.flatMap(({ deployment }) => {
    const health = healthOf(decision.moment, deployment);
    return health !== undefined && hasHighErrorRate(health) ? [errorRateOf(deployment, health)] : [];
  });
}

function reason(first: PlanEntry, decision: Decision): string {
  const row = decision.config;
  const rowText = row === null ? 'no row' : `${conditionOf(row)}${lengthNote(decision, row)}`;
  switch (first.selected_because) {
    case 'pinned':
      return 'is what the request names';
    case 'session':
      return 'has answered this conversation so far';
    case 'primary_optimal':
      return `is the primary of ${rowText}`;
    case 'table_fallback':
      return `is the fallback of ${rowText}`;
    case 'fallback_high_error_rate':
      return `takes over in ${rowText} because ${failing(decision).join(' and ')}`;
    case 'last_resort':
      return `of ${rowText} is tried as last resort, every permitted deployment being down`;
    // evidenceReason says it with the numbers wherever the decision holds them.
    case 'best_evidence':
      return `has the best evidence in ${rowText}`;
    case 'cheapest_non_inferior':
      return `is the cheapest that is not inferior in ${rowText}`;
  }
}

function numbersOf(first: PlanEntry): string {
  const cost = first.expected_cost_usd === null ? 'price unknown' : `expected ${dollars(first.expected_cost_usd)}`;
  return first.expected_latency_ms === null
    ? cost
    : `${cost}, ${thousands(first.expected_latency_ms)} ms to the first token`;
}

function listed(items: readonly string[]): string {
  const rest = items.length - NAMED;
  return rest > 0 ? `${items.slice(0, NAMED).join(', ')} and ${rest} more` : items.join(', ');
}

function removals({ removed }: Decision): string {
  if (removed.length === 0) return '';
  const items = removed.map(({ deployment, removed_because, rules, would_admit }) => {
    const admit = would_admit === null ? '' : `; ${would_admit} would admit it`;
    return `${deployment} (${removed_because}: ${rules.join(', ')}${admit})`;
  });
  return `; ${removed.length} removed: ${listed(items)}`;
}

/** Where rules leave a row nobody to fall back to: what it would take. Empty where there is somebody, or never was. */
function fallbackNote({ config, plan, removed }: Decision): string {
  if (config === null || config.fallback.length === 0) return '';
  const isFallback = (name: string): boolean => config.fallback.some((written) => isWritten(written, name));
  if (plan.some(({ model, deployment }) => isFallback(model) || isFallback(deployment))) return '';
  const forbidden = removed.filter(({ removed_because }) => removed_because === 'policy');
  if (forbidden.length === 0) return '';
  const needs = forbidden.map(
    ({ would_admit, rules }) => would_admit ?? `a deployment that satisfies ${rules.join(', ')}`,
  );
  return `; fallback unavailable: needs ${[...new Set(needs)].join(' or ')}`;
}

/** A row names models, and deployments as `maker/model@endpoint`. */
const isWritten = (written: string, name: string): boolean => written === name || written.startsWith(`${name}@`);

function missing({ unavailable }: Decision): string {
  if (unavailable.length === 0) return '';
  const items = unavailable.map(({ model, reason: why }) => `${model} (${why.replace(/\.$/, '')})`);
  return `; not available: ${listed(items)}`;
}

function following({ plan }: Decision): string {
  return plan.length < 2 ? '' : `; then ${listed(plan.slice(1).map(({ deployment }) => deployment))}`;
}

/**
 * One sentence that says what leads, why, with which numbers, and what was left out. Derived from the decision and the
 * world alone, so that a receipt can be explained years later.
 */
export function explain(decision: Decision, world: World): string {
  const [first] = decision.plan;
  const tail = `${removals(decision)}${fallbackNote(decision)}${missing(decision)}.`;
  if (first === undefined) return `${subject(decision)}: no deployment may answer${tail}`;
  const sandbox = world.deploymentsById.get(first.deployment)?.sandbox === true ? 'SANDBOX: not an AI model; ' : '';
  const byEvidence = evidenceReason(decision, world, subject(decision));
  const why = byEvidence ?? `${first.deployment} (${first.model}) ${reason(first, decision)}`;
  const lead = `${why}, ${numbersOf(first)}`;
  return `${sandbox}${subject(decision)}: ${lead}${following(decision)}${tail}`;
}

/** The decision as `POST /api/route` answers it: with its explanation and the versions behind `world`. */
export const publishDecision = (decision: Decision, world: World): PublishedDecision => ({
  ...decision,
  explanation: explain(decision, world),
  versions: world.versions,
});
