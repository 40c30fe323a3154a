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

/** What a receipt is put together from, in order. */
const pieces: string[] = [];
let count = 0;

function put(piece: string): void {
  pieces[count] = piece;
  count += 1;
}

/** `before` is all that stands before the value, its name included. */
function member(before: string, json: string): void {
  put(before);
  put(json);
}

/**
 * The JSON of a receipt, the same that JSON.stringify writes at less than its cost (`node scripts/measure-journal.ts`). Worth
 * a file because every request pays it on the main thread. All pieces are joined at once: strings that are put together two by
 * two leave a cell for each of them to be collected, and are written once more when they are copied. A member that is added to a
 * contract and forgotten here fails the test beside this file.
 */
export function receiptJson(receipt: Receipt): string {
  count = 0;
  putReceipt(receipt);
  // Of a longer one before it.
  pieces.fill('', count);
  return pieces.join('');
}

function putReceipt(receipt: Receipt): void {
  text('{"kind":"receipt","request_id":', receipt.request_id);
  text(',"client_request_id":', receipt.client_request_id);
  text(',"received_at":', receipt.received_at);
  put(WHOSE.of(receipt.operation, receipt.dialect, receipt.stream, receipt.key, receipt.use_case));
  text(',"parent_id":', receipt.parent_id);
  put(',"decision":');
  if (receipt.decision === null) put('null');
  else putDecision(receipt.decision);
  list(',"attempts":', receipt.attempts, putAttempt);
  put(ENDED.of(receipt.outcome, receipt.status, receipt.error));
  putUsage(receipt.usage);
  member(',"cost_usd":', number(receipt.cost_usd));
  millis(',"total_ms":', receipt.total_ms);
  millis(',"overhead_ms":', receipt.overhead_ms);
  member(',"loss":', receipt.loss.length === 0 ? '[]' : JSON.stringify(receipt.loss));
  list(',"obligations_applied":', receipt.obligations_applied, putName);
  optional(',"tokens":', receipt.tokens);
  member(',"sandbox":', receipt.sandbox ? 'true' : 'false');
  optional(',"purpose":', receipt.purpose);
  optional(',"ensemble":', receipt.ensemble);
  optional(',"body_commitment":', receipt.body_commitment);
  put('}');
}

function putDecision(decision: Decision): void {
  member('{"model":', name(decision.model));
  put(TYPE.of(decision.task_type, decision.routing_reason));
  member(',"config":', routeJson(decision.config));
  member(',"task":', name(decision.task));
  list(',"tasks":', decision.tasks, putTask);
  member(',"task_source":', name(decision.task_source));
  list(',"labels":', decision.labels, putName);
  put(KIND.of(decision.language, decision.domain, decision.length_bucket));
  member(',"estimated_tokens":', number(decision.estimated_tokens));
  list(',"data_classes":', decision.data_classes, putName);
  optional(',"findings":', decision.findings);
  if (decision.detection !== undefined) member(',"detection":', name(decision.detection));
  put(BY.of(decision.use_case, decision.objective));
  list(',"plan":', decision.plan, putPlanEntry);
  list(',"removed":', decision.removed, putRemoval);
  list(',"unavailable":', decision.unavailable, putUnavailable);
  member(',"world":', name(decision.world));
  putMoment(decision.moment);
  if (decision.request !== undefined) putRequest(decision.request);
  put('}');
}

/** Of nearly all little more is said than model and tokens. Attributes that say nothing special are shared by many. */
function putRequest(request: DecisionRequest): void {
  let before = ',"request":{"';
  for (const key in request) {
    if (!Object.hasOwn(request, key)) continue;
    const value = request[key as keyof DecisionRequest];
    if (value === undefined) continue;
    put(before);
    member(key, '":');
    put(key === 'attributes' ? epochJson(value as object) : requestValueJson(value));
    before = ',"';
  }
  put(before === ',"' ? '}' : ',"request":{}');
}

type RequestValue = NonNullable<DecisionRequest[keyof DecisionRequest]>;

function requestValueJson(value: RequestValue): string {
  if (typeof value === 'number') return number(value);
  return typeof value === 'string' ? name(value) : JSON.stringify(value);
}

/** Probabilities of our classifier are whole numbers of these parts (tasks/linear-classifier.ts). */
const PROBABILITY_PARTS = 4_096;
const tasks = new Map<string, (string | undefined)[]>();

function putTask(entry: Decision['tasks'][number]): void {
  const parts = entry.p * PROBABILITY_PARTS;
  if (!(parts >= 0 && parts <= PROBABILITY_PARTS) || !Number.isInteger(parts)) return put(JSON.stringify(entry));
  let ofTask = tasks.get(entry.task);
  if (ofTask === undefined) {
    ofTask = new Array<string | undefined>(PROBABILITY_PARTS + 1);
    tasks.set(entry.task, ofTask);
  }
  ofTask[parts] ??= JSON.stringify({ task: entry.task, p: entry.p });
  put(ofTask[parts]);
}

function putPlanEntry(entry: PlanEntry): void {
  member('{"deployment":', name(entry.deployment));
  put(CHOSEN.of(entry.model, entry.selected_because));
  list(',"obligations":', entry.obligations, putName);
  member(',"evidence":', entry.evidence === null ? 'null' : JSON.stringify(entry.evidence));
  member(',"expected_cost_usd":', number(entry.expected_cost_usd));
  member(',"expected_latency_ms":', number(entry.expected_latency_ms));
  put('}');
}

function putRemoval(removal: Removal): void {
  member('{"deployment":', name(removal.deployment));
  member(',"removed_because":', name(removal.removed_because));
  list(',"rules":', removal.rules, putName);
  member(',"would_admit":', name(removal.would_admit));
  put('}');
}

function putUnavailable(entry: Decision['unavailable'][number]): void {
  member('{"model":', name(entry.model));
  member(',"reason":', name(entry.reason));
  put('}');
}

function putMoment(moment: Moment): void {
  text(',"moment":{"now":', moment.now);
  member(',"seed":', number(moment.seed));
  text(',"session":', moment.session);
  member(',"budget_left_usd":', number(moment.budget_left_usd));
  member(',"health":', epochJson(moment.health));
  optionalEpoch(',"quota_expires_s":', moment.quota_expires_s);
  optional(',"quarantined":', moment.quarantined);
  optionalEpoch(',"learned":', moment.learned);
  optionalEpoch(',"token_ratios":', moment.token_ratios);
  put('}');
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

function optionalEpoch(before: string, value: object | undefined): void {
  if (value !== undefined) member(before, epochJson(value));
}

/** A member that most records lack. */
function optional(before: string, value: object | string | undefined): void {
  if (value !== undefined) member(before, JSON.stringify(value));
}

function putAttempt(attempt: AttemptRecord): void {
  member('{"deployment":', name(attempt.deployment));
  member(',"role":', name(attempt.role));
  text(',"started_at":', attempt.started_at);
  put(ENDED.of(attempt.outcome, attempt.status, attempt.error));
  millis(',"first_token_ms":', attempt.first_token_ms);
  millis(',"total_ms":', attempt.total_ms);
  putUsage(attempt.usage);
  member(',"usage_source":', name(attempt.usage_source));
  member(',"price":', priceJson(attempt.price));
  member(',"cost_usd":', number(attempt.cost_usd));
  text(',"region_echo":', attempt.region_echo);
  put('}');
}

function putUsage(usage: Usage): void {
  member(',"usage":{"input_tokens":', number(usage.input_tokens));
  member(',"output_tokens":', number(usage.output_tokens));
  member(',"cached_input_tokens":', number(usage.cached_input_tokens));
  member(',"cache_write_tokens":', number(usage.cache_write_tokens));
  member(',"reasoning_tokens":', number(usage.reasoning_tokens));
  const hour = usage.cache_write_hour_tokens;
  if (hour !== undefined) member(',"cache_write_hour_tokens":', number(hour));
  put('}');
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

function text(before: string, value: string | null): void {
  put(before);
  if (value === null) return put('null');
  if (UNSAFE.test(value)) return put(JSON.stringify(value));
  put('"');
  member(value, '"');
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

const putName = (value: string): void => put(name(value));

function number(value: number | null): string {
  return Number.isFinite(value) ? `${value}` : 'null';
}

/** `.001` to `.999`, without zeros at the end; the first is empty. */
const FRACTIONS = Array.from({ length: 1_000 }, (_, thousandths) => `${thousandths / 1_000}`.slice(1));
/** Up to here every multiple of a thousandth is the shortest text of its double. */
const MOST_THOUSANDTHS = 1e12;

/** Times are whole microseconds. Searching the shortest digits of a double, as V8 does, costs more than the rest of a member. */
function millis(before: string, value: number | null): void {
  if (value === null) return member(before, 'null');
  const thousandths = Math.round(value * 1_000);
  if (!(thousandths >= 0 && thousandths < MOST_THOUSANDTHS) || thousandths / 1_000 !== value) {
    return member(before, number(value));
  }
  const whole = Math.floor(thousandths / 1_000);
  member(before, `${whole}`);
  put(FRACTIONS[thousandths - whole * 1_000] as string);
}

function list<T>(before: string, values: readonly T[], putOne: (value: T) => void): void {
  put(before);
  if (values.length === 0) return put('[]');
  for (let index = 0; index < values.length; index += 1) {
    put(index === 0 ? '[' : ',');
    putOne(values[index] as T);
  }
  put(']');
}
