import type { Decision, PlanEntry, Removal } from '../contracts/decision.ts';
import type { Receipt } from '../contracts/receipt.ts';
import { dollars, table, thousands } from './output.ts';

const orNone = (items: readonly string[]): string => (items.length === 0 ? 'none' : items.join(', '));
const cost = (usd: number | null): string => (usd === null ? 'unknown' : dollars(usd));

function tasks({ task, tasks: classes, task_source }: Decision): string {
  const shares = classes.map(({ task: name, p }) => `${name} ${p.toFixed(2)}`).join(', ');
  return `${task} (from the ${task_source.replace('_', ' ')}; ${shares})`;
}

function row({ config }: Decision): string {
  if (config === null) return 'none: the model was named';
  const when = Object.entries(config.when).map(([name, value]) => `${name} ${value}`);
  const parts = [
    config.default ? 'default' : when.join(', '),
    `primary ${config.primary.join(', ')}`,
    `fallback ${orNone(config.fallback)}`,
    ...(config.context_threshold === null ? [] : [`threshold ${thousands(config.context_threshold)}`]),
    ...(config.because === null ? [] : [`because ${config.because}`]),
  ];
  return parts.join('; ');
}

const share = (value: number): string => value.toFixed(2);

/** Quality, interval and items, the chance of not being inferior, and where it was measured. */
function evidence(shown: PlanEntry['evidence']): string {
  if (shown === null) return 'none';
  const { quality, low, high, n, run, p_non_inferior: p, cell } = shown;
  const standing = p === undefined ? '' : ` P=${share(p)}`;
  return `${share(quality)} [${share(low)}, ${share(high)}] n=${n}${standing} (${cell ?? 'its cell'}, ${run})`;
}

const planTable = (plan: readonly PlanEntry[]): string =>
  table(
    ['  #', 'DEPLOYMENT', 'MODEL', 'BECAUSE', 'EVIDENCE', 'EXPECTED COST', 'MS TO FIRST TOKEN', 'OBLIGATIONS'],
    plan.map((entry, index) => [
      `  ${index + 1}`,
      entry.deployment,
      entry.model,
      entry.selected_because,
      evidence(entry.evidence),
      cost(entry.expected_cost_usd),
      entry.expected_latency_ms === null ? 'unknown' : thousands(entry.expected_latency_ms),
      orNone(entry.obligations),
    ]),
  );

const removalTable = (removed: readonly Removal[]): string =>
  table(
    ['  REMOVED', 'BECAUSE', 'RULES', 'WOULD ADMIT IT'],
    removed.map(({ deployment, removed_because, rules, would_admit }) => [
      `  ${deployment}`,
      removed_because,
      orNone(rules),
      would_admit ?? 'nothing known',
    ]),
  );

/**
 * What `route explain` prints: what the request is, what was removed and by which rules, the plan, one sentence;
 * `elsewhere` is whether it was made in another world than this configuration's.
 */
export function decisionText(decision: Decision & { explanation?: string }, elsewhere = false): string {
  const facts: readonly [string, string][] = [
    ['model', decision.model ?? 'none: nothing may answer'],
    ['task type', decision.task_type],
    ['task', tasks(decision)],
    ['labels', orNone(decision.labels)],
    ['language', `${decision.language ?? 'unknown'}; domain ${decision.domain ?? 'none'}`],
    ['length', `${thousands(decision.estimated_tokens)} tokens estimated (${decision.length_bucket})`],
    ['data classes', `${orNone(decision.data_classes)}; use case ${decision.use_case ?? 'none'}`],
    ['objective', decision.objective],
    ['row', row(decision)],
  ];
  const parts = [
    facts.map(([name, value]) => `${name.padEnd(14)}${value}\n`).join(''),
    decision.plan.length === 0 ? 'plan          empty\n' : `plan\n${planTable(decision.plan)}`,
    decision.removed.length === 0 ? '' : `removals\n${removalTable(decision.removed)}`,
    decision.unavailable.map(({ model, reason }) => `unavailable   ${model}: ${reason}\n`).join(''),
    decision.explanation === undefined ? '' : `${decision.explanation}\n`,
    elsewhere ? `Decided in world ${decision.world}, which is not the one of this configuration.\n` : '',
  ];
  return parts.filter((part) => part !== '').join('\n');
}

/** What happened after the decision, where a request id was given. */
export function outcomeText({
  request_id,
  received_at,
  attempts,
  outcome,
  status,
  cost_usd,
  total_ms,
}: Receipt): string {
  const head = `${request_id} of ${received_at}: ${outcome}, status ${status ?? 'none'}, ${thousands(Math.round(total_ms))} ms, cost ${cost(cost_usd)}\n`;
  if (attempts.length === 0) return `${head}  nobody was called\n`;
  const rows = attempts.map((attempt, index) => [
    `  ${index + 1}`,
    attempt.deployment,
    attempt.role,
    attempt.outcome,
    String(attempt.status ?? 'none'),
    thousands(Math.round(attempt.total_ms)),
    cost(attempt.cost_usd),
  ]);
  return `${head}${table(['  #', 'CALLED', 'ROLE', 'OUTCOME', 'STATUS', 'MS', 'COST'], rows)}`;
}
