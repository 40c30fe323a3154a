import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { everything, MODELS, worldOf } from '../../test/support/any-world.ts';
import type { HealthSnapshot, LearnedUse, Moment, PlanEntry, TokenRatio, World } from '../contracts/decision.ts';
import type { RequestFacts } from '../contracts/request-facts.ts';
import type { Objective } from '../contracts/route.ts';
import { testEvidence } from '../contracts/test-evidence.ts';
import type { SelectedBecause } from '../contracts/vocabulary.ts';
import { placeIn } from './allow-list.ts';
import { type Candidate, candidatesFor, type PreparedRow, prepareWorld, withSession } from './candidates.ts';
import { type Rates, ratesOf, replyTokens } from './costs.ts';
import { decide } from './decide.ts';
import type { Arena } from './evidence/arena.ts';
import type { Posterior } from './evidence/posterior.ts';
import { hasHighErrorRate } from './health-order.ts';
import { matchRoute } from './match-route.ts';
import { objectiveFor } from './objective.ts';
import { weightedDraw } from './seeded-draw.ts';

// The plan as DESIGN's rules read, an object for each deployment and a comparison for each pair: what decide() must give
// however it gets there.

interface Entry {
  candidate: Candidate;
  health: HealthSnapshot | undefined;
  learned: LearnedUse | undefined;
  tokens: number;
  rates: Rates | null;
  usd: number | null;
  tier: number;
  /** Smaller comes first; the first that differs decides. */
  written: readonly number[];
  posterior: Posterior | null;
}

interface Asked {
  facts: RequestFacts;
  world: World;
  moment: Moment;
}

const own = <T>(record: Readonly<Record<string, T>> | undefined, id: string): T | undefined =>
  record !== undefined && Object.hasOwn(record, id) ? record[id] : undefined;

function tokensOf({ estimatedTokens }: RequestFacts, ratio: TokenRatio | undefined): number {
  return ratio === undefined ? estimatedTokens : Math.ceil(estimatedTokens * ratio.mean);
}

function usdOf(facts: RequestFacts, { deployment }: Candidate, rates: Rates, tokens: number, use?: LearnedUse): number {
  const { maxOutputTokens, choices = 1 } = facts;
  const most = maxOutputTokens ?? deployment.maxOutputTokens ?? Number.POSITIVE_INFINITY;
  const usual = Math.min(500, replyTokens(facts, deployment));
  const reply = use === undefined ? usual : Math.min(use.output_tokens, most);
  const cached = rates.cachedInput === null ? 0 : Math.max(0, rates.input - rates.cachedInput);
  const whole = (tokens * rates.input + reply * choices * rates.output) / 1_000_000;
  const saved = use === undefined ? 0 : (cached * (tokens * use.cached_share)) / 1_000_000;
  return Math.round((whole - saved) * (use?.calls ?? 1) * 1e9) / 1e9;
}

function entryOf(candidate: Candidate, { facts, world, moment }: Asked, arena: Arena | null): Entry {
  const { deployment, position, slot } = candidate;
  const { id, price } = deployment;
  const health = world.monitoringEnabled ? own(moment.health, id) : undefined;
  const learned = own(moment.learned, id);
  const tokens = tokensOf(facts, own(moment.token_ratios, id));
  const rates = ratesOf(price, facts.estimatedTokens, moment.now);
  const usd = rates === null ? null : usdOf(facts, candidate, rates, tokens, learned);
  const named = facts.preferences === null ? -1 : placeIn(facts.preferences.order, deployment);
  const latency = health?.latency_ms == null ? 0 : 32 - Math.clz32(health.latency_ms);
  const written = [
    id === moment.session ? 0 : 1,
    position,
    named === -1 ? Number.MAX_SAFE_INTEGER : named,
    own(moment.quota_expires_s, id) ?? Number.MAX_VALUE,
    price?.kind === 'owned' ? 0 : (usd ?? Number.MAX_VALUE),
    latency,
    weightedDraw(candidate.idHash, moment.seed, deployment.weight),
  ];
  const tier = health?.breaker === 'open' ? 2 : hasHighErrorRate(health) ? 1 : 0;
  const posterior = arena === null || slot === -1 ? null : (arena.posteriors[slot] as Posterior | null);
  return { candidate, health, learned, tokens, rates, usd, tier, written, posterior };
}

function byWriting(a: Entry, b: Entry): number {
  const differing = a.written.findIndex((value, at) => value !== b.written[at]);
  if (differing !== -1) return (a.written[differing] as number) - (b.written[differing] as number);
  return a.candidate.deployment.id < b.candidate.deployment.id ? -1 : 1;
}

function ownReason({ tier, candidate }: Entry, { moment }: Asked): SelectedBecause {
  if (tier === 2) return 'last_resort';
  if (candidate.deployment.id === moment.session) return 'session';
  if (candidate.origin === 'named') return 'pinned';
  return candidate.origin === 'primary' ? 'primary_optimal' : 'table_fallback';
}

type Planned = Pick<PlanEntry, 'deployment' | 'selected_because' | 'evidence' | 'expected_cost_usd'>;

const plannedOf = ({ candidate, usd }: Entry, because: SelectedBecause): Planned => ({
  ...{ deployment: candidate.deployment.id, selected_because: because, evidence: null, expected_cost_usd: usd },
});

function byTable(entries: readonly Entry[], asked: Asked): Planned[] {
  const written = entries.toSorted(byWriting)[0] as Entry;
  return entries.map((entry, place) => {
    const because = ownReason(entry, asked);
    if (place > 0) {
      const demoted = entry === written && because === 'primary_optimal';
      return plannedOf(entry, demoted ? 'table_fallback' : because);
    }
    const moved = entry !== written && because !== 'last_resort' && hasHighErrorRate(written.health);
    const pinned = because === 'pinned' && entry.candidate.deployment.model === written.candidate.deployment.model;
    return plannedOf(entry, moved && !pinned ? 'fallback_high_error_rate' : because);
  });
}

interface Compared {
  order: readonly Entry[];
  planned: ReadonlyMap<Entry, Planned>;
}

const msOf = ({ health }: Entry): number | null =>
  health?.latency_ms == null ? null : 1.5 * 2 ** (31 - Math.clz32(health.latency_ms));

function errorsOf({ health }: Entry): number {
  if (health === undefined) return 0;
  return health.calls === null ? health.error_rate : (health.error_rate * health.calls) / (health.calls + 20);
}

/** Cheapest non-inferior among the proven of a tier; the unproven keep their places. */
function compare(entries: readonly Entry[], arena: Arena, objective: Objective, asked: Asked): Compared {
  const proven = entries.filter(({ posterior }) => posterior !== null);
  if (proven.length === 0) return { order: entries, planned: new Map() };
  const mean = (entry: Entry): number => (entry.posterior as Posterior).mean;
  const best = proven.reduce((most, entry) => (mean(entry) > mean(most) ? entry : most));
  const standings = arena.standings(best.candidate.slot, objective);
  const kept = ({ candidate }: Entry): boolean => standings[candidate.slot]?.kept === true;
  const billed = proven.every((entry) => !entry.learned && entry.posterior?.pool.usdPerItem !== null);
  const costOf = (entry: Entry): number | null => (billed ? (entry.posterior as Posterior).pool.usdPerItem : entry.usd);
  const timed = proven.map(msOf).filter((ms) => ms !== null);
  const usual = timed.length === 0 ? 0 : timed.reduce((sum, ms) => sum + ms, 0) / timed.length;
  const utility = (entry: Entry): number => {
    const usd = entry.candidate.deployment.price?.kind === 'owned' ? 0 : costOf(entry);
    if (usd === null) return Number.NEGATIVE_INFINITY;
    const wait = objective.usd_per_second_waited * ((msOf(entry) ?? usual) / 1_000);
    return objective.usd_per_success * mean(entry) - usd - wait - errorsOf(entry) * (usd + wait);
  };
  const first = proven.filter(kept).reduce((most, entry) => (utility(entry) > utility(most) ? entry : most));
  const leader = staying(proven, first, utility(first), utility, asked) ?? first;
  const operator = (entry: Entry): string => entry.candidate.deployment.endpoint.operator;
  const group = (entry: Entry): number =>
    entry === leader ? -1 : (kept(entry) ? 0 : 2) + (operator(entry) === operator(leader) ? 1 : 0);
  const sorted = proven.toSorted((a, b) => {
    if (group(a) !== group(b)) return group(a) - group(b);
    return utility(a) === utility(b) ? 0 : utility(b) > utility(a) ? 1 : -1;
  });
  const planned = new Map(
    proven.map((entry) => {
      const because = entry === best ? 'best_evidence' : kept(entry) ? 'cheapest_non_inferior' : 'table_fallback';
      const made = plannedOf(entry, entry.tier === 2 ? 'last_resort' : because);
      const evidence = standings[entry.candidate.slot]?.shown ?? null;
      return [entry, { ...made, evidence, expected_cost_usd: costOf(entry) }];
    }),
  );
  return { order: entries.map((entry) => (entry.posterior === null ? entry : (sorted.shift() as Entry))), planned };
}

/** The deployment of the conversation, unless another is worth more than its cache. */
function staying(
  proven: readonly Entry[],
  first: Entry,
  most: number,
  utility: (entry: Entry) => number,
  { moment }: Asked,
): Entry | null {
  const current = proven.find(({ candidate }) => candidate.deployment.id === moment.session);
  if (current === undefined || current === first) return current ?? null;
  const { rates, tokens, learned } = current;
  const cached = rates === null || rates.cachedInput === null ? 0 : Math.max(0, rates.input - rates.cachedInput);
  const saved = (cached * (tokens * (learned?.cached_share ?? 1))) / 1_000_000;
  return most - utility(current) > saved ? null : current;
}

function byEvidence(entries: readonly Entry[], arena: Arena, objective: Objective, asked: Asked): Planned[] {
  const tiers = [...new Set(entries.map(({ tier }) => tier))];
  const compared = tiers.map((tier) =>
    compare(
      entries.filter((entry) => entry.tier === tier),
      arena,
      objective,
      asked,
    ),
  );
  const order = compared.flatMap((one) => one.order);
  const plan = compared.flatMap((one) =>
    one.order.map((entry) => one.planned.get(entry) ?? plannedOf(entry, ownReason(entry, asked))),
  );
  const first = order[0] as Entry;
  const lead = plan[0] as Planned;
  if (ownReason(first, asked) === 'session') lead.selected_because = 'session';
  const [written] = compare(entries.toSorted(byWriting), arena, objective, asked).order as [Entry];
  const moved = tiers.length > 1 && first.tier !== 2 && written !== first && hasHighErrorRate(written.health);
  if (moved) lead.selected_because = 'fallback_high_error_rate';
  return plan;
}

/** The first arena that compares the row's first model with another. */
function arenaOf(survivors: readonly Candidate[], row: PreparedRow, facts: RequestFacts): Arena | null {
  const { label } = row.route.when;
  const task = label !== undefined && row.arenas.knows(label) ? label : facts.task;
  const inRow = survivors.filter(({ slot }) => slot !== -1);
  if (task === 'unsure' || inRow.length === 0) return null;
  const leader = inRow.reduce((first, candidate) => (candidate.position < first.position ? candidate : first));
  const cell = { task, language: facts.language, length: facts.lengthBucket, useCase: facts.useCase };
  const models = (arena: Arena): ReadonlySet<string> =>
    new Set(inRow.filter(({ slot }) => arena.posteriors[slot] != null).map(({ deployment }) => deployment.model));
  const { model } = leader.deployment;
  return row.arenas.of(cell).find((arena) => models(arena).has(model) && models(arena).size > 1) ?? null;
}

/** Of the candidates that were not removed. */
function planOf(asked: Asked, removed: ReadonlySet<string>): Planned[] {
  const { facts, world, moment } = asked;
  const prepared = prepareWorld(world);
  const row = facts.model.kind === 'auto' ? matchRoute(facts, prepared.rows) : null;
  const { candidates } = withSession(candidatesFor(facts, row, prepared), moment.session, row, prepared);
  const survivors = candidates.filter(({ deployment }) => !removed.has(deployment.id));
  if (survivors.length === 0) return [];
  const objective = objectiveFor(facts.useCase, facts.objective, world);
  const ordered = facts.preferences !== null && facts.preferences.order.length > 0;
  const may = objective.mode === 'evidence' && row !== null && survivors.length > 1 && !ordered;
  const arena = may ? arenaOf(survivors, row, facts) : null;
  const entries = survivors
    .map((candidate) => entryOf(candidate, asked, arena))
    .sort((a, b) => a.tier - b.tier || byWriting(a, b));
  return arena === null ? byTable(entries, asked) : byEvidence(entries, arena, objective, asked);
}

const shown = ({ deployment, selected_because, evidence, expected_cost_usd }: PlanEntry): Planned => ({
  ...{ deployment, selected_because, evidence, expected_cost_usd },
});

/** Requests that evidence has something to say of in most cases. */
const choices = fc.record({
  narrowed: fc.constantFrom(true, false, false, false),
  stated: fc.constantFrom(true, false, false),
  right: fc.tuple(...MODELS.map(() => fc.constantFrom(100, 150, 185, 190))),
  usd: fc.constantFrom(null, null, 0.001, 0.004),
});

type Everything = typeof everything extends fc.Arbitrary<infer T> ? T : never;

/** For any model, of deployments that may all answer: little else leaves two of them. */
function widened({ facts, moment, deployments, ...rest }: Everything): Everything {
  const preferences = facts.preferences === null ? null : { ...facts.preferences, only: [] };
  const wide = { needs: [], allowedModels: null, deadlineMs: null, model: { kind: 'auto' as const } };
  return {
    ...rest,
    facts: { ...facts, ...wide, preferences },
    moment: { ...moment, budget_left_usd: null },
    deployments: deployments.map((deployment) => ({ ...deployment, sandbox: false, contextWindowTokens: null })),
  };
}

describe('a plan', () => {
  test('is the one that its definition gives', () => {
    const modes = { table: 0, evidence: 0 };
    fc.assert(
      fc.property(everything, choices, (drawn, { narrowed, stated, right, usd }) => {
        const made = narrowed ? drawn : widened(drawn);
        // Without fallbacks the plan is cut after ranking; another property holds that.
        const preferences =
          stated && made.facts.preferences ? { ...made.facts.preferences, allowFallbacks: true } : null;
        const facts = { ...made.facts, preferences };
        const cell = { task: facts.task === 'unsure' ? 'creative' : facts.task };
        const rows = right.map((count, at) =>
          testEvidence(MODELS[at] as string, count, 200, { cell, usd_per_item: usd }),
        );
        const world = worldOf({ ...made, evidence: [...made.evidence, ...rows] }, made.deployments);
        const decision = decide(facts, world, made.moment);
        const removed = new Set(decision.removed.map(({ deployment }) => deployment));
        expect(decision.plan.map(shown)).toEqual(planOf({ facts, world, moment: made.moment }, removed));
        modes[decision.objective] += 1;
      }),
      { numRuns: 2_000 },
    );
    expect(Math.min(modes.table, modes.evidence)).toBeGreaterThan(100);
  });

  test('is the same where nothing narrows and where every filter is asked to find that out', () => {
    fc.assert(
      fc.property(everything, (made) => {
        const nothing = { models: [], order: [], only: [], ignore: [], allowFallbacks: true, maxPrice: null };
        const preferences = { ...nothing, dataCollection: 'allow' as const, zeroRetention: false };
        const facts = { ...made.facts, needs: [], allowedModels: null, deadlineMs: null };
        const world = worldOf(made, made.deployments);
        const moment = { ...made.moment, budget_left_usd: null };
        const free = decide({ ...facts, preferences: null }, world, moment);
        const asked = decide({ ...facts, preferences }, world, moment);
        expect(free.plan).toEqual(asked.plan);
        expect(free.removed).toEqual(asked.removed);
      }),
    );
  });
});
