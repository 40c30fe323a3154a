import { definitions, disclosure, element, json, table } from './dom.js';
import { count, dollars, list, milliseconds, percent } from './format.js';

/** @typedef {import('../../../contracts/decision.ts').PublishedDecision} PublishedDecision */
/** @typedef {import('../../../contracts/decision.ts').Decision} Decision */

/** @type {Record<Decision['task_source'], string>} */
const TASK_SOURCES = { text: 'the text', request: 'the request', use_case: 'the use case' };

/** @param {Decision} decision */
function taskBars({ tasks }) {
  const rows = tasks.map(({ task, p }) => [
    task,
    element('meter', { min: '0', max: '1', value: String(p), 'aria-label': `${task} ${percent(p)}` }),
    percent(p),
  ]);
  return table('Task by the text', ['task', 'share', 'probability'], rows);
}

/** @param {Decision} decision */
function rowText({ config }) {
  if (config === null) return 'Row of the table: none, the request names its model.';
  const when = config.default
    ? 'default row'
    : Object.entries(config.when)
        .map(([name, value]) => `${name} is ${value}`)
        .join(' and ');
  const threshold = config.context_threshold === null ? '' : `; threshold ${count(config.context_threshold)} tokens`;
  const because = config.because === null ? '' : `; because ${config.because}`;
  return `Row of the table: ${when}. ${config.primary.join(', ')}, then ${list(config.fallback)}${threshold}${because}`;
}

/** @param {Decision} decision */
function facts(decision) {
  return definitions([
    ['Model', decision.model ?? 'none remains'],
    ['Routed as', decision.task_type],
    ['Reason', decision.routing_reason],
    ['Task', `${decision.task}, from ${TASK_SOURCES[decision.task_source]}`],
    ['Labels', list(decision.labels)],
    ['Estimated tokens', `${count(decision.estimated_tokens)} (${decision.length_bucket})`],
    ['Language', decision.language ?? 'unknown'],
    ['Domain', decision.domain ?? 'none'],
    ['Data classes', list(decision.data_classes)],
    ['Use case', decision.use_case],
    ['Objective', decision.objective],
  ]);
}

/** @param {Decision['plan'][number]['evidence']} evidence */
function evidenceText(evidence) {
  if (evidence === null) return 'not measured';
  const { quality, low, high, n } = evidence;
  return `${percent(quality)} [${percent(low)}, ${percent(high)}], n=${n}`;
}

/** @param {Decision} decision */
function plan(decision) {
  if (decision.plan.length === 0) return element('p', {}, 'The plan is empty: nobody may or can answer this request.');
  const obliged = decision.plan.some(({ obligations }) => obligations.length > 0);
  const measured = decision.plan.some(({ evidence }) => evidence !== null);
  const rows = decision.plan.map((entry, place) => [
    place + 1,
    entry.deployment,
    entry.model,
    entry.selected_because,
    dollars(entry.expected_cost_usd),
    milliseconds(entry.expected_latency_ms),
    ...(measured ? [evidenceText(entry.evidence)] : []),
    ...(obliged ? [list(entry.obligations)] : []),
  ]);
  const columns = [
    ...['', 'deployment', 'model', 'why', 'cost', 'latency'],
    ...(measured ? ['quality'] : []),
    ...(obliged ? ['obligations'] : []),
  ];
  return table('Plan, in the order of attempts; cost and latency as expected', columns, rows);
}

/** @param {Decision} decision */
function removals({ removed, unavailable }) {
  const parts = [];
  if (removed.length > 0) {
    const rows = removed.map((entry) => [
      entry.deployment,
      entry.removed_because,
      list(entry.rules),
      entry.would_admit ?? 'nothing',
    ]);
    parts.push(table('Removed', ['deployment', 'because', 'rules', 'would admit it'], rows));
  }
  if (unavailable.length > 0) {
    const rows = unavailable.map(({ model, reason }) => [model, reason]);
    parts.push(table('In the row, but nothing serves it', ['model', 'reason'], rows));
  }
  return parts.length > 0 ? parts : [element('p', {}, 'Nothing was removed.')];
}

/**
 * A decision as the server publishes it, or as a receipt keeps it: then without the sentence and the versions.
 * @param {Decision & Partial<PublishedDecision>} decision
 */
export function decisionView(decision) {
  const { explanation, versions = {} } = decision;
  return element(
    'div',
    {},
    explanation === undefined ? null : element('p', { class: 'explanation' }, explanation),
    plan(decision),
    ...removals(decision),
    element('p', {}, rowText(decision)),
    facts(decision),
    taskBars(decision),
    disclosure(
      'Versions and raw JSON',
      definitions([['world', decision.world], ...Object.entries(versions)]),
      json(decision),
    ),
  );
}
