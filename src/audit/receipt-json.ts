import type { Decision, DecisionRequest, Moment, PlanEntry, Removal } from '../contracts/decision.ts';
import type { AttemptRecord, Receipt } from '../contracts/receipt.ts';
import type { Route } from '../contracts/route.ts';
import type { PriceSnapshot, Usage } from '../contracts/usage.ts';
import { MemberRun } from './member-run.ts';

const WHOSE = new MemberRun('operation', 'dialect', 'stream', 'key', 'use_case');
const ENDED = new MemberRun('outcome', 'status', 'error');
const TYPE = new MemberRun('task_type', 'routing_reason');
const KIND = new MemberRun('language', 'domain', 'length_bucket');
const BY = new MemberRun('use_case', 'objective');
const CHOSEN = new MemberRun('model', 'selected_because');

/**
 * The JSON of a receipt, the same that JSON.stringify writes at three quarters of its cost: 5.9 us against 8.0 for 2.2 KB
 * (`node scripts/measure-journal.ts`). Worth a file because every request pays it on the main thread. A member that is
 * added to a contract and forgotten here fails the test beside this file.
 */
export function receiptJson(receipt: Receipt): string {
  lastUsage = null;
  return `{"kind":"receipt","request_id":${text(receipt.request_id)},"client_request_id":${text(receipt.client_request_id)},"received_at":${text(receipt.received_at)}${WHOSE.of(receipt.operation, receipt.dialect, receipt.stream, receipt.key, receipt.use_case)},"parent_id":${text(receipt.parent_id)},"decision":${receipt.decision === null ? 'null' : decisionJson(receipt.decision)},"attempts":${list(receipt.attempts, attemptJson)}${ENDED.of(receipt.outcome, receipt.status, receipt.error)},"usage":${usageJson(receipt.usage)},"cost_usd":${number(receipt.cost_usd)},"total_ms":${millis(receipt.total_ms)},"overhead_ms":${millis(receipt.overhead_ms)},"loss":${receipt.loss.length === 0 ? '[]' : JSON.stringify(receipt.loss)},"obligations_applied":${list(receipt.obligations_applied, name)}${optionalJson('tokens', receipt.tokens)},"sandbox":${receipt.sandbox}${purposeJson(receipt.purpose)}${ensembleJson(receipt.ensemble)}${commitmentJson(receipt.body_commitment)}}`;
}

function commitmentJson(commitment: Receipt['body_commitment']): string {
  return commitment === undefined ? '' : `,"body_commitment":${JSON.stringify(commitment)}`;
}

const purposeJson = (purpose: Receipt['purpose']): string => (purpose === undefined ? '' : `,"purpose":"${purpose}"`);

/** Few requests have one. */
const ensembleJson = (ensemble: Receipt['ensemble']): string =>
  ensemble === undefined ? '' : `,"ensemble":${JSON.stringify(ensemble)}`;

function decisionJson(decision: Decision): string {
  return `{"model":${name(decision.model)}${TYPE.of(decision.task_type, decision.routing_reason)},"config":${routeJson(decision.config)},"task":"${decision.task}","tasks":${list(decision.tasks, taskJson)},"task_source":"${decision.task_source}","labels":${list(decision.labels, name)}${KIND.of(decision.language, decision.domain, decision.length_bucket)},"estimated_tokens":${number(decision.estimated_tokens)},"data_classes":${list(decision.data_classes, name)}${detectionJson(decision)}${BY.of(decision.use_case, decision.objective)},"plan":${list(decision.plan, planEntryJson)},"removed":${list(decision.removed, removalJson)},"unavailable":${list(decision.unavailable, unavailableJson)},"world":${name(decision.world)},"moment":${momentJson(decision.moment)}${requestJson(decision.request)}}`;
}

function detectionJson({ findings, detection }: Decision): string {
  const found = findings === undefined ? '' : `,"findings":${JSON.stringify(findings)}`;
  return detection === undefined ? found : `${found},"detection":"${detection}"`;
}

/** Of nearly all little more is said than model and tokens. Attributes that say nothing special are shared by many. */
function requestJson(request: DecisionRequest | undefined): string {
  if (request === undefined) return '';
  let json = '';
  for (const [member, value] of Object.entries(request) as [string, RequestValue | undefined][]) {
    if (value === undefined) continue;
    json += `${json === '' ? '' : ','}"${member}":${member === 'attributes' ? epochJson(value as object) : requestValueJson(value)}`;
  }
  return `,"request":{${json}}`;
}

type RequestValue = NonNullable<DecisionRequest[keyof DecisionRequest]>;

function requestValueJson(value: RequestValue): string {
  if (typeof value === 'number') return number(value);
  return typeof value === 'string' ? name(value) : JSON.stringify(value);
}

/** Probabilities of our classifier are whole numbers of these parts (tasks/linear-classifier.ts). */
const PROBABILITY_PARTS = 4_096;
const tasks = new Map<string, (string | undefined)[]>();

function taskJson(entry: Decision['tasks'][number]): string {
  const parts = entry.p * PROBABILITY_PARTS;
  if (!(parts >= 0 && parts <= PROBABILITY_PARTS) || !Number.isInteger(parts)) return JSON.stringify(entry);
  let ofTask = tasks.get(entry.task);
  if (ofTask === undefined) {
    ofTask = new Array<string | undefined>(PROBABILITY_PARTS + 1);
    tasks.set(entry.task, ofTask);
  }
  ofTask[parts] ??= JSON.stringify({ task: entry.task, p: entry.p });
  return ofTask[parts];
}

function planEntryJson(entry: PlanEntry): string {
  return `{"deployment":${name(entry.deployment)}${CHOSEN.of(entry.model, entry.selected_because)},"obligations":${list(entry.obligations, name)},"evidence":${entry.evidence === null ? 'null' : JSON.stringify(entry.evidence)},"expected_cost_usd":${number(entry.expected_cost_usd)},"expected_latency_ms":${number(entry.expected_latency_ms)}}`;
}

function removalJson(removal: Removal): string {
  return `{"deployment":${name(removal.deployment)},"removed_because":"${removal.removed_because}","rules":${list(removal.rules, name)},"would_admit":${name(removal.would_admit)}}`;
}

function unavailableJson(entry: Decision['unavailable'][number]): string {
  return `{"model":${name(entry.model)},"reason":${name(entry.reason)}}`;
}

function momentJson(moment: Moment): string {
  return `{"now":${text(moment.now)},"seed":${number(moment.seed)},"session":${text(moment.session)},"budget_left_usd":${number(moment.budget_left_usd)},"health":${epochJson(moment.health)}${optionalEpochJson('quota_expires_s', moment.quota_expires_s)}${optionalJson('quarantined', moment.quarantined)}${optionalEpochJson('learned', moment.learned)}${optionalEpochJson('token_ratios', moment.token_ratios)}}`;
}

const ofEpochs = new WeakMap<object, string>();

/** What was published is one object for all moments of an epoch, and nothing changes it. */
function epochJson(value: object): string {
  let json = ofEpochs.get(value);
  if (json === undefined) {
    json = JSON.stringify(value);
    ofEpochs.set(value, json);
  }
  return json;
}

const optionalEpochJson = (member: string, value: object | undefined): string =>
  value === undefined ? '' : `,"${member}":${epochJson(value)}`;

/** A member that most records lack. */
function optionalJson(member: string, value: object | undefined): string {
  return value === undefined ? '' : `,"${member}":${JSON.stringify(value)}`;
}

function attemptJson(attempt: AttemptRecord): string {
  return `{"deployment":${name(attempt.deployment)},"role":"${attempt.role}","started_at":${text(attempt.started_at)}${ENDED.of(attempt.outcome, attempt.status, attempt.error)},"first_token_ms":${millis(attempt.first_token_ms)},"total_ms":${millis(attempt.total_ms)},"usage":${usageJson(attempt.usage)},"usage_source":"${attempt.usage_source}","price":${priceJson(attempt.price)},"cost_usd":${number(attempt.cost_usd)},"region_echo":${text(attempt.region_echo)}}`;
}

let lastUsage: Usage | null = null;
let lastUsageJson = '';

/** With one attempt, its usage and that of the request are one object. */
function usageJson(usage: Usage): string {
  if (usage !== lastUsage) {
    lastUsage = usage;
    lastUsageJson = serialiseUsage(usage);
  }
  return lastUsageJson;
}

function serialiseUsage(usage: Usage): string {
  const hour = usage.cache_write_hour_tokens;
  const rest = hour === undefined ? '' : `,"cache_write_hour_tokens":${number(hour)}`;
  return `{"input_tokens":${number(usage.input_tokens)},"output_tokens":${number(usage.output_tokens)},"cached_input_tokens":${number(usage.cached_input_tokens)},"cache_write_tokens":${number(usage.cache_write_tokens)},"reasoning_tokens":${number(usage.reasoning_tokens)}${rest}}`;
}

const prices = new WeakMap<PriceSnapshot, string>();

/** The snapshot of a fixed price is one object for all receipts. */
function priceJson(price: PriceSnapshot | null): string {
  if (price === null) return 'null';
  let json = prices.get(price);
  if (json === undefined) {
    json = serialisePrice(price);
    prices.set(price, json);
  }
  return json;
}

function serialisePrice(price: PriceSnapshot): string {
  return `{"input_usd_per_mtok":${number(price.input_usd_per_mtok)},"output_usd_per_mtok":${number(price.output_usd_per_mtok)},"cached_input_usd_per_mtok":${number(price.cached_input_usd_per_mtok)},"cache_write_usd_per_mtok":${number(price.cache_write_usd_per_mtok)},"source":${name(price.source)}}`;
}

const routes = new WeakMap<Route, string>();

/** Rows of the table belong to an immutable world, so each is serialised once. */
function routeJson(route: Route | null): string {
  if (route === null) return 'null';
  let json = routes.get(route);
  if (json === undefined) {
    json = JSON.stringify(route);
    routes.set(route, json);
  }
  return json;
}

/** What must be escaped: quote, backslash, control characters, and surrogates, which may be alone. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const UNSAFE = /["\\\u0000-\u001f\ud800-\udfff]/;

function text(value: string | null): string {
  if (value === null) return 'null';
  return UNSAFE.test(value) ? JSON.stringify(value) : `"${value}"`;
}

const MAX_NAMES = 4_096;
const names = new Map<string, string>();

/** A string of which there are few (deployments, models, keys, rules): found again instead of looked through again. */
function name(value: string | null): string {
  if (value === null) return 'null';
  let json = names.get(value);
  if (json === undefined) {
    if (names.size >= MAX_NAMES) names.clear();
    json = JSON.stringify(value);
    names.set(value, json);
  }
  return json;
}

function number(value: number | null): string {
  return Number.isFinite(value) ? `${value}` : 'null';
}

/** `.001` to `.999`, without zeros at the end; the first is empty. */
const FRACTIONS = Array.from({ length: 1_000 }, (_, thousandths) => `${thousandths / 1_000}`.slice(1));
/** Up to here every multiple of a thousandth is the shortest text of its double. */
const MOST_THOUSANDTHS = 1e12;

/** Times are whole microseconds. Searching the shortest digits of a double, as V8 does, costs more than the rest of a member. */
function millis(value: number | null): string {
  if (value === null) return 'null';
  const thousandths = Math.round(value * 1_000);
  if (!(thousandths >= 0 && thousandths < MOST_THOUSANDTHS) || thousandths / 1_000 !== value) return number(value);
  const whole = Math.floor(thousandths / 1_000);
  return `${whole}${FRACTIONS[thousandths - whole * 1_000]}`;
}

function list<T>(values: readonly T[], json: (value: T) => string): string {
  if (values.length === 0) return '[]';
  let joined = json(values[0] as T);
  for (let index = 1; index < values.length; index += 1) joined += `,${json(values[index] as T)}`;
  return `[${joined}]`;
}
