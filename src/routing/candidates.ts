import type { World } from '../contracts/decision.ts';
import type { Deployment } from '../contracts/deployment.ts';
import type { RequestFacts } from '../contracts/request-facts.ts';
import type { Route } from '../contracts/route.ts';
import { fixedRatesOf, type Rates } from './costs.ts';
import { RowArenas } from './evidence/row-arenas.ts';
import { RememberedLists } from './remembered-lists.ts';
import { hashText } from './seeded-draw.ts';
import { deploymentsOf, resolveTarget, type Target } from './targets.ts';

/** Why a deployment is considered at all. */
export type CandidateOrigin = 'primary' | 'fallback' | 'named' | 'session';

export interface Candidate {
  deployment: Deployment;
  /** Worked out once: rates that neither the clock nor the prompt's length changes, null where the price is unknown. */
  fixedRates: Rates | null | 'varies';
  /** Of the id, for draws by seed. */
  idHash: number;
  /** Place of its name in the written order, from 0; deployments of one model share it. */
  position: number;
  origin: CandidateOrigin;
  /** Place among the candidates of its row, by which evidence is looked up; -1: it came from elsewhere. */
  slot: number;
}

export interface Unavailable {
  model: string;
  reason: string;
}

export interface CandidateList {
  /** By position, price and id: the order of deployments in the world never matters. */
  candidates: readonly Candidate[];
  unavailable: readonly Unavailable[];
}

export interface PreparedRow extends CandidateList {
  route: Route;
  /** What can be compared in this row, by cell. */
  arenas: RowArenas;
  /** With alternates and deployments of conversations from elsewhere. */
  extended: RememberedLists<CandidateList>;
}

/** What can be known of a world before any request; worlds are immutable, so it is worked out once for each. */
export interface PreparedWorld {
  world: World;
  hasReal: boolean;
  rows: readonly PreparedRow[];
  /** Of models and deployments that callers name, by their names. */
  named: RememberedLists<CandidateList>;
}

interface Name {
  name: string;
  origin: CandidateOrigin;
}

const prepared = new WeakMap<World, PreparedWorld>();

const modelOf = (target: Target, world: World): string =>
  target.kind === 'model' ? target.model : (world.deploymentsById.get(target.deployment)?.model ?? target.deployment);

function reasonWhyNone(name: string, target: Target | null, servedBySandbox: boolean, world: World): Unavailable {
  if (target === null) return { model: name, reason: world.unavailable.get(name) ?? `Nothing is called ${name}.` };
  const model = modelOf(target, world);
  const stated = world.unavailable.get(model);
  if (stated !== undefined) return { model, reason: stated };
  return servedBySandbox
    ? { model, reason: `Only the sandbox serves ${model}, and it is left out as soon as a real deployment exists.` }
    : { model, reason: `No deployment serves ${model}.` };
}

/**
 * Sandbox deployments are no AI models: they go as soon as the world has a real deployment, and where the config keeps
 * them (`sandbox: true`) they still never share a plan with a real one, not even with one that policy removes.
 */
function withoutMixing(candidates: readonly Candidate[]): readonly Candidate[] {
  const real = candidates.filter((candidate) => !candidate.deployment.sandbox);
  return real.length === 0 ? candidates : real;
}

/** Prices in rough order, so that ranking has little left to sort. */
const roughPrice = ({ fixedRates }: Candidate): number =>
  fixedRates === null || fixedRates === 'varies' ? Number.MAX_VALUE : fixedRates.input + fixedRates.output;

function compareWritten(a: Candidate, b: Candidate): number {
  if (a.position !== b.position) return a.position - b.position;
  if (roughPrice(a) !== roughPrice(b)) return roughPrice(a) - roughPrice(b);
  return a.deployment.id < b.deployment.id ? -1 : a.deployment.id > b.deployment.id ? 1 : 0;
}

const candidateOf = (deployment: Deployment, position: number, origin: CandidateOrigin): Candidate => ({
  deployment,
  fixedRates: fixedRatesOf(deployment.price),
  idHash: hashText(deployment.id),
  position,
  origin,
  slot: -1,
});

function collect(names: readonly Name[], world: World, hasReal: boolean): CandidateList {
  const seen = new Set<string>();
  const candidates: Candidate[] = [];
  const unavailable: Unavailable[] = [];
  const sandboxLeaves = hasReal && world.sandboxBesideReal !== true;
  for (const [position, { name, origin }] of names.entries()) {
    const target = resolveTarget(name, world);
    const deployments = target === null ? [] : deploymentsOf(target, world);
    const usable = sandboxLeaves ? deployments.filter((deployment) => !deployment.sandbox) : deployments;
    if (usable.length === 0) unavailable.push(reasonWhyNone(name, target, deployments.length > 0, world));
    for (const deployment of usable) {
      if (seen.has(deployment.id)) continue;
      seen.add(deployment.id);
      candidates.push(candidateOf(deployment, position, origin));
    }
  }
  return { candidates: withoutMixing(candidates.sort(compareWritten)), unavailable };
}

/** Rows with their deployments, ready for decisions. Cheap from the second call on for the same world. */
export function prepareWorld(world: World): PreparedWorld {
  const known = prepared.get(world);
  if (known !== undefined) return known;
  const hasReal = world.deployments.some((deployment) => !deployment.sandbox);
  // Programs of ours and AI models never share a plan, and never each other's evidence.
  const evidence = {
    real: world.evidence?.rows.filter((row) => !row.sandbox) ?? [],
    sandbox: world.evidence?.rows.filter((row) => row.sandbox) ?? [],
  };
  const rows = world.routes.map((route): PreparedRow => {
    const names = [
      ...route.primary.map((name): Name => ({ name, origin: 'primary' })),
      ...route.fallback.map((name): Name => ({ name, origin: 'fallback' })),
    ];
    const list = collect(names, world, hasReal);
    for (const [slot, candidate] of list.candidates.entries()) candidate.slot = slot;
    const targets = list.candidates.map(({ deployment: { id, model } }) => ({ id, model }));
    const rows = list.candidates[0]?.deployment.sandbox === true ? evidence.sandbox : evidence.real;
    return { route, ...list, arenas: new RowArenas(rows, targets), extended: new RememberedLists<CandidateList>() };
  });
  const fresh = { world, hasReal, rows, named: new RememberedLists<CandidateList>() };
  prepared.set(world, fresh);
  return fresh;
}

const nameOf = (target: Target): string => {
  if (target.kind === 'deployment') return target.deployment;
  return target.endpoint === null ? target.model : `${target.model}@${target.endpoint}`;
};

/** Before every name of a row. */
const BEFORE_ROW = -1;
/** Places after every name of a row, so that alternates which the caller names come behind the table's own. */
const AFTER_ROW = 1_000;

function join(row: CandidateList, named: CandidateList): CandidateList {
  const inRow = new Set(row.candidates.map((candidate) => candidate.deployment.id));
  const added = named.candidates
    .filter((candidate) => !inRow.has(candidate.deployment.id))
    .map((candidate) => ({ ...candidate, position: candidate.position + AFTER_ROW }));
  return {
    candidates: withoutMixing([...row.candidates, ...added]),
    unavailable: [...row.unavailable, ...named.unavailable],
  };
}

const NOBODY: CandidateList = Object.freeze({ candidates: [], unavailable: [] });

/**
 * Deployments considered for a request: those of the row for `auto`, those of the named model for a pin, and after
 * either the models that the caller lists as alternates (OpenRouter `models`, LiteLLM `fallbacks`).
 */
export function candidatesFor(facts: RequestFacts, row: PreparedRow | null, prepared: PreparedWorld): CandidateList {
  const { world, hasReal } = prepared;
  const alternates = facts.preferences?.models ?? [];
  const named = (names: readonly string[]): CandidateList =>
    collect(
      names.map((name): Name => ({ name, origin: 'named' })),
      world,
      hasReal,
    );
  if (facts.model.kind !== 'auto') {
    const names = [nameOf(facts.model), ...alternates];
    return prepared.named.of(JSON.stringify(names), () => named(names));
  }
  if (alternates.length === 0) return row ?? NOBODY;
  if (row === null) return named(alternates);
  return row.extended.of(JSON.stringify(alternates), () => join(row, named(alternates)));
}

/**
 * Adds the deployment of the conversation so far, in front, where it is not among the candidates. Only for rows that
 * rest on a guess about the text: what a label, a modality or a use case demands moves a conversation, a changed
 * impression of its subject does not.
 */
export function withSession(
  list: CandidateList,
  session: string | null,
  row: PreparedRow | null,
  prepared: PreparedWorld,
): CandidateList {
  const first = list.candidates[0];
  if (session === null || row === null || first === undefined) return list;
  const { when } = row.route;
  if (when.label !== undefined || when.modality !== undefined || when.use_case !== undefined) return list;
  if (list.candidates.some((candidate) => candidate.deployment.id === session)) return list;
  const deployment = prepared.world.deploymentsById.get(session);
  if (deployment === undefined || deployment.sandbox !== first.deployment.sandbox) return list;
  const inFront = (): CandidateList => ({
    ...list,
    candidates: [candidateOf(deployment, BEFORE_ROW, 'session'), ...list.candidates],
  });
  return list === row ? row.extended.of(`session ${session}`, inFront) : inFront();
}
