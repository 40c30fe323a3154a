// routing/: which deployments may answer a request, in which order, and why: decide(facts, world, moment).
// Pure: no clock, no randomness, no I/O; may import contracts/ and lib/. The same arguments give the same decision.
// Start reading here; match-route.ts chooses the row, candidates.ts the deployments, hard-filters.ts removes,
// rank-by-table.ts and rank-by-evidence.ts order, evidence/ says what was measured. explain.ts puts a decision into a sentence, resolve-model.ts reads `model`.
// A decision holds all of the moment that it looked at: decide(facts, world, decision.moment) gives it again.
import type { Decision, Moment, PlanEntry, Removal, World } from '../contracts/decision.ts';
import type { RequestFacts } from '../contracts/request-facts.ts';
import { ALLOW_LIST_RULES } from './allow-list.ts';
import { type Candidate, candidatesFor, type PreparedRow, prepareWorld, withSession } from './candidates.ts';
import { type Eligibility, permitAll } from './eligibility.ts';
import { applyHardFilters } from './hard-filters.ts';
import { matchRoute } from './match-route.ts';
import { objectiveFor } from './objective.ts';
import { planByEvidence } from './rank-by-evidence.ts';
import { planByTable, weighByTable } from './rank-by-table.ts';
import { recordRequest } from './recorded-request.ts';
import { type SeenMoment, seenOf } from './seen.ts';

const NOT_LOOKED = Object.freeze({});

const NO_HEALTH: Moment['health'] = Object.freeze({});

/**
 * `allow_fallbacks: false`: nobody but the first choice is tried. Of models that the caller lists, each keeps its first
 * deployment, because listing them says that they may follow each other.
 */
function withoutFallbacks(plan: readonly PlanEntry[], facts: RequestFacts, removed: Removal[]): readonly PlanEntry[] {
  const { preferences } = facts;
  if (preferences === null || preferences.allowFallbacks || preferences.order.length > 0) return plan;
  const models = new Set<string>();
  return plan.filter(({ deployment, model, selected_because }, place) => {
    const kept = place === 0 || (selected_because === 'pinned' && preferences.models.length > 0 && !models.has(model));
    models.add(model);
    if (!kept) {
      const rules = [ALLOW_LIST_RULES.noFallbacks];
      removed.push({ deployment, removed_because: 'allow_list', rules, would_admit: null });
    }
    return kept;
  });
}

/** What was looked at, and no more. */
function momentOf(moment: Moment, seen: SeenMoment): Moment {
  const { now, seed, session, budget_left_usd } = moment;
  const made: Moment = { now, seed, session, budget_left_usd, health: seen.health.record ?? NO_HEALTH };
  if (seen.quota.record !== undefined) made.quota_expires_s = seen.quota.record;
  if (seen.quarantined.length > 0) made.quarantined = seen.quarantined;
  if (seen.learned.record !== undefined) made.learned = seen.learned.record;
  if (seen.ratios.record !== undefined) made.token_ratios = seen.ratios.record;
  return made;
}

const NOBODY: readonly string[] = Object.freeze([]);

/** Unlabelled traffic may go wherever a vendor computes. */
function quarantinedAmong(
  candidates: readonly Candidate[],
  { attributes }: RequestFacts,
  { quarantined = NOBODY }: Moment,
): readonly string[] {
  if (quarantined.length === 0 || attributes?.labelled !== true) return NOBODY;
  return candidates.flatMap(({ deployment: { id } }) => (quarantined.includes(id) ? [id] : []));
}

/** What detection found; nothing where nobody looked. */
const detectedOf = ({ findings, detection }: RequestFacts): Pick<Decision, 'findings' | 'detection'> =>
  findings === undefined || detection === undefined ? NOT_LOOKED : { findings, detection };

const taskType = (row: PreparedRow | null, facts: RequestFacts): string =>
  row?.route.when.label ?? row?.route.when.task ?? facts.task;

/**
 * Decides which deployments may answer, in order. Never calls, waits or throws; with nothing left `model` is null,
 * `plan` empty, `removed` and `unavailable` complete. `moment.health` may hold more than is considered; the decision's
 * own copy holds only that. With `world.monitoringEnabled` false health is not looked at.
 *
 * `objective` of the decision is what was applied: `table` also where evidence was wanted and the cell has none that
 * compares the row's first model with another.
 */
export function decide(
  facts: RequestFacts,
  world: World,
  moment: Moment,
  eligibility: Eligibility = permitAll,
): Decision {
  const prepared = prepareWorld(world);
  const row = facts.model.kind === 'auto' ? matchRoute(facts, prepared.rows) : null;
  const list = withSession(candidatesFor(facts, row, prepared), moment.session, row, prepared);
  const seen: SeenMoment = {
    health: seenOf(world.monitoringEnabled ? moment.health : NO_HEALTH, list.candidates),
    quota: seenOf(moment.quota_expires_s, list.candidates),
    learned: seenOf(moment.learned, list.candidates),
    ratios: seenOf(moment.token_ratios, list.candidates),
    quarantined: quarantinedAmong(list.candidates, facts, moment),
  };
  const { field, removed } = applyHardFilters(list.candidates, facts, moment, seen, eligibility);
  weighByTable(field);
  const objective = objectiveFor(facts.useCase, facts.objective, world);
  const byEvidence = objective.mode === 'table' ? null : planByEvidence(field, row, objective);
  const plan = withoutFallbacks(byEvidence ?? planByTable(field), facts, removed);
  return {
    model: plan[0]?.model ?? null,
    task_type: taskType(row, facts),
    routing_reason: plan[0]?.selected_because ?? null,
    config: row?.route ?? null,
    task: facts.task,
    tasks: facts.tasks,
    task_source: facts.taskSource,
    labels: facts.labels,
    language: facts.language,
    domain: facts.domain,
    length_bucket: facts.lengthBucket,
    estimated_tokens: facts.estimatedTokens,
    data_classes: facts.dataClasses,
    ...detectedOf(facts),
    use_case: facts.useCase,
    objective: byEvidence === null ? 'table' : 'evidence',
    plan,
    removed,
    unavailable: list.unavailable,
    world: world.version,
    moment: momentOf(moment, seen),
    request: recordRequest(facts),
  };
}
