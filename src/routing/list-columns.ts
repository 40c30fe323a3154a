import type { HealthSnapshot, LearnedUse } from '../contracts/decision.ts';
import type { Candidate } from './candidates.ts';
import { discountOf, EXPECTED_REPLY_TOKENS, longestReply, usualReply } from './costs.ts';
import { hasHighErrorRate } from './health-order.ts';
import type { Seen } from './seen.ts';

/** Healthy, then those with a high error rate, then those whose breaker is open. */
const HEALTHY = 0;
const FAILING = 1;
export const OPEN = 2;

/** Calls that a measured error rate must outweigh before it counts as it is. */
const ERROR_PRIOR_CALLS = 20;

/** Positions and places in the caller's order stay below; both are places in lists that a config or a body holds. */
const POSITIONS = 2 ** 24;
const ORDERS = 2 ** 26;
const NOT_NAMED = ORDERS - 1;

/**
 * Conversation, then position, then the caller's `provider.order` (-1: not named), as a whole number below 2 ** 51. The
 * deployment of a conversation may stand before its row, at position -1.
 */
export const writtenPlace = (inConversation: boolean, position: number, named: number): number =>
  ((inConversation ? 0 : POSITIONS) + position + 1) * ORDERS + (named === -1 ? NOT_NAMED : named);

/**
 * What deciding reads of a list of candidates, by place: numbers side by side, because following each candidate to its
 * deployment, its price and its endpoint took most of the time of a decision.
 */
export interface ListColumns {
  /** All places, in order. */
  all: readonly number[];
  /** Deployments and their models. */
  ids: readonly string[];
  models: readonly string[];
  /** Candidates of one model have the same number. */
  model: Int32Array;
  /** Tokens of the context window, infinite where unknown. */
  window: Float64Array;
  /** Tokens of a reply that windows are checked with, and the most that it may have. */
  usualReply: Float64Array;
  longestReply: Float64Array;
  /** The smallest window, and the most tokens of a prompt that every window has room for beside a usual reply. */
  leastWindow: number;
  leastRoom: number;
  /** US dollars per million tokens, NaN where unknown or where they vary; what a cached token saves. */
  input: Float64Array;
  output: Float64Array;
  discount: Float64Array;
  /** 1: rates depend on the clock or on the length of the prompt. */
  varies: Uint8Array;
  /** 1: paid for anyway, so that one more call costs nothing. */
  owned: Uint8Array;
  /** All have a price that does not vary, and none is owned: what an answer costs is what one more costs. */
  listed: boolean;
  /** Place in the written order of a request without a conversation and without an order of its own. */
  written: Float64Array;
  /** In its row, by which evidence is looked up; -1: it came from elsewhere. */
  slot: Int32Array;
  /** No slot is -1. */
  allOfRow: boolean;
  /** Candidates of one operator have the same number. */
  operator: Int32Array;
}

/** The same number for the same name. */
function numbered(names: readonly string[]): Int32Array {
  const numbers = new Map<string, number>();
  return Int32Array.from(names, (name) => {
    const known = numbers.get(name) ?? numbers.size;
    numbers.set(name, known);
    return known;
  });
}

function leastOf(candidates: readonly Candidate[], of: (candidate: Candidate) => number): number {
  let least = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) least = Math.min(least, of(candidate));
  return least;
}

const windowOf = ({ deployment }: Candidate): number => deployment.contextWindowTokens ?? Number.POSITIVE_INFINITY;

const isListed = (rates: Candidate['fixedRates']): boolean => rates !== null && rates !== 'varies';

function readList(candidates: readonly Candidate[]): ListColumns {
  const rates = candidates.map(({ fixedRates }) => (fixedRates === 'varies' ? null : fixedRates));
  const models = candidates.map(({ deployment }) => deployment.model);
  return {
    all: candidates.map((_, place) => place),
    ids: candidates.map(({ deployment }) => deployment.id),
    models,
    model: numbered(models),
    window: Float64Array.from(candidates, windowOf),
    leastWindow: leastOf(candidates, windowOf),
    leastRoom: leastOf(candidates, (candidate) => windowOf(candidate) - usualReply(candidate.deployment)),
    usualReply: Float64Array.from(candidates, ({ deployment }) => usualReply(deployment)),
    longestReply: Float64Array.from(candidates, ({ deployment }) => longestReply(deployment)),
    input: Float64Array.from(rates, (rate) => rate?.input ?? Number.NaN),
    output: Float64Array.from(rates, (rate) => rate?.output ?? Number.NaN),
    discount: Float64Array.from(rates, (rate) => (rate === null ? 0 : discountOf(rate))),
    varies: Uint8Array.from(candidates, ({ fixedRates }) => (fixedRates === 'varies' ? 1 : 0)),
    owned: Uint8Array.from(candidates, ({ deployment: { price } }) => (price?.kind === 'owned' ? 1 : 0)),
    listed: candidates.every(
      ({ fixedRates, deployment: { price } }) => isListed(fixedRates) && price?.kind !== 'owned',
    ),
    written: Float64Array.from(candidates, ({ position }) => writtenPlace(false, position, -1)),
    slot: Int32Array.from(candidates, ({ slot }) => slot),
    allOfRow: candidates.every(({ slot }) => slot !== -1),
    operator: numbered(candidates.map(({ deployment }) => deployment.endpoint.operator)),
  };
}

/** A row's candidates are one list for a whole world. */
const ofLists = new WeakMap<readonly Candidate[], ListColumns>();

/** Worked out once for a list; nobody may change it. */
export function listColumns(candidates: readonly Candidate[]): ListColumns {
  const known = ofLists.get(candidates);
  if (known !== undefined) return known;
  const made = readList(candidates);
  ofLists.set(candidates, made);
  return made;
}

/** What health says of a list of candidates, by place. */
export interface HealthColumns {
  tier: Uint8Array;
  /** All are in one tier. */
  alike: boolean;
  /** Powers of two of the median time to the first token; 0 while unmeasured, so that it gets measured. */
  latency: Uint8Array;
  /** Milliseconds to the first token as the bucket says, -1 while unmeasured. */
  firstTokenMs: Float64Array;
  /** All were timed, or none was: then nobody needs the mean of the others. */
  timedAlike: boolean;
  /** Chance that a call fails, drawn towards none while few calls were made. */
  errors: Float64Array;
  latencyMs: readonly (number | null)[];
}

/** What receipts taught about answers of a list of candidates, by place. */
export interface UseColumns {
  /** Tokens of a reply, and the same where the request states no limit of its own: what the deployment gives bounds it. */
  reply: Float64Array;
  boundedReply: Float64Array;
  /** Share of the prompt that the vendor had cached, and calls for an answer. */
  cachedShare: Float64Array;
  calls: Float64Array;
}

/** Those of a higher tier are tried only after all of a lower one. */
export const tierOf = (health: HealthSnapshot | undefined): number =>
  health?.breaker === 'open' ? OPEN : hasHighErrorRate(health) ? FAILING : HEALTHY;

const latencyBucket = (ms: number | null | undefined): number => (ms == null ? 0 : 32 - Math.clz32(ms));

/** The middle of a bucket. */
const bucketMs = (bucket: number): number => (bucket === 0 ? -1 : 1.5 * 2 ** (bucket - 1));

function errorRate(health: HealthSnapshot | undefined): number {
  if (health === undefined) return 0;
  const { calls, error_rate: rate } = health;
  return calls === null ? rate : (rate * calls) / (calls + ERROR_PRIOR_CALLS);
}

function readHealth(at: readonly (HealthSnapshot | undefined)[]): HealthColumns {
  const { length } = at;
  const made = {
    ...{ tier: new Uint8Array(length), latency: new Uint8Array(length) },
    ...{ firstTokenMs: new Float64Array(length), errors: new Float64Array(length) },
  };
  let moved = 0;
  let timed = 0;
  // A loop, because a simulation brings other health with each request and `from` takes several times as long.
  for (let place = 0; place < length; place += 1) {
    const health = at[place];
    const tier = tierOf(health);
    const bucket = latencyBucket(health?.latency_ms);
    made.tier[place] = tier;
    made.latency[place] = bucket;
    made.firstTokenMs[place] = bucketMs(bucket);
    made.errors[place] = errorRate(health);
    moved += tier === made.tier[0] ? 0 : 1;
    timed += bucket === 0 ? 0 : 1;
  }
  const latencyMs = at.map((health) => health?.latency_ms ?? null);
  return { ...made, alike: moved === 0, timedAlike: timed === 0 || timed === length, latencyMs };
}

/** By what was seen, or by the list of which nothing is known. */
const ofHealth = new WeakMap<object, HealthColumns>();

/** Worked out once for an epoch of health and a list; nobody may change it. */
export function healthColumns({ at }: Seen<HealthSnapshot>, candidates: readonly Candidate[]): HealthColumns {
  const key = at ?? candidates;
  const known = ofHealth.get(key);
  if (known !== undefined) return known;
  const made = readHealth(at ?? candidates.map(() => undefined));
  ofHealth.set(key, made);
  return made;
}

function readUse(at: readonly (LearnedUse | undefined)[], list: ListColumns): UseColumns {
  const { length } = at;
  const reply = new Float64Array(length).fill(EXPECTED_REPLY_TOKENS);
  const boundedReply = new Float64Array(length);
  const cachedShare = new Float64Array(length);
  const calls = new Float64Array(length).fill(1);
  for (let place = 0; place < length; place += 1) {
    const learned = at[place];
    if (learned !== undefined) {
      reply[place] = learned.output_tokens;
      cachedShare[place] = learned.cached_share;
      calls[place] = learned.calls;
    }
    // What was learned may be longer than the reply that a window is checked with.
    const bound = learned === undefined ? list.usualReply : list.longestReply;
    boundedReply[place] = Math.min(reply[place] as number, bound[place] as number);
  }
  return { reply, boundedReply, cachedShare, calls };
}

/** By what was seen, or by the list of which nothing was learned. */
const ofUse = new WeakMap<object, UseColumns>();

/** Worked out once for what was published and a list; nobody may change it. */
export function useColumns({ at }: Seen<LearnedUse>, candidates: readonly Candidate[], list: ListColumns): UseColumns {
  const key = at ?? candidates;
  const known = ofUse.get(key);
  if (known !== undefined) return known;
  const made = readUse(at ?? candidates.map(() => undefined), list);
  ofUse.set(key, made);
  return made;
}
