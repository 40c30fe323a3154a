import type { Consideration, ConsideredDeployment } from '../contracts/call.ts';
import type { ChatRequest } from '../contracts/chat-request.ts';
import type { Ensemble, EnsembleRun } from '../contracts/ensemble.ts';
import { AppError } from '../contracts/errors.ts';
import { comparison, DEFAULT_RUBRIC, VERDICT_TOKENS } from './questions.ts';

/** One answer that is wanted. */
export interface Slot {
  /** A, B, ...: all that anybody who judges could learn of it. */
  id: string;
  target: string;
  /** Which of several answers of this target, from 1. */
  sample: number;
  /** The deployment that is asked first; null: nobody may be. */
  first: ConsideredDeployment | null;
  /** Why nobody may be asked. */
  refusal: AppError | null;
}

export interface PlannedArbiter {
  target: string;
  first: ConsideredDeployment;
  /** Its maker made none of the members. */
  familyApart: boolean;
  /** Tokens that two candidates may take together; null: its window is unknown. */
  roomTokens: number | null;
}

export interface EnsemblePlan {
  slots: readonly Slot[];
  /** Whoever may judge, makers of no member first. Empty: nobody. */
  arbiters: readonly PlannedArbiter[];
  /** Arbiters that may not, and why. */
  arbitersFailed: readonly { model: string; why: string }[];
  /** What judging will probably cost; kept back while members answer. */
  judgingUsd: number;
}

/** Of a candidate at least so much must fit before an arbiter, or there is nothing to judge by. */
const LEAST_SHOWN = 'word '.repeat(250);
/** Answers in between: what a member's probably comes to (routing/costs.ts expects 500 tokens). */
const USUAL_ANSWER = 'word '.repeat(500);

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** Strategies that ask the arbiter whatever members say. */
const ALWAYS_JUDGED: ReadonlySet<Ensemble['strategy']> = new Set(['select_best', 'synthesize', 'staged']);

/** As members are asked: parts of each as they come, so that one that falls silent is noticed. */
export const memberRequest = (chat: ChatRequest, { target, sample }: Pick<Slot, 'target' | 'sample'>): ChatRequest => ({
  ...chat,
  model: target,
  stream: true,
  includeUsage: true,
  // The same seed twice would be the same answer twice.
  seed: chat.seed === null ? null : chat.seed + sample - 1,
});

async function considered(run: EnsembleRun, request: ChatRequest, purpose: 'member' | 'arbiter') {
  const { parentId, obligations, ensemble } = run;
  const asked = { parentId, purpose, obligations, budget: { usd: ensemble.maxCostUsd } };
  try {
    return await run.consider(request, asked);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const nobody: Consideration = { plan: [], removed: [], refusal: error, estimatedTokens: 0, estimatedTokensP95: 0 };
    return nobody;
  }
}

async function planSlots(run: EnsembleRun): Promise<Slot[]> {
  const { members } = run.ensemble;
  const targets = [...new Set(members)];
  const known = await Promise.all(
    targets.map((target) => considered(run, memberRequest(run.chat, { target, sample: 1 }), 'member')),
  );
  const samples = new Map<string, number>();
  return members.map((target, index) => {
    const { plan, refusal } = known[targets.indexOf(target)] as Consideration;
    const sample = (samples.get(target) ?? 0) + 1;
    samples.set(target, sample);
    return { id: ALPHABET[index] as string, target, sample, first: plan[0] ?? null, refusal };
  });
}

async function planArbiter(
  run: EnsembleRun,
  target: string,
  makers: ReadonlySet<string>,
): Promise<PlannedArbiter | AppError> {
  const rubric = run.ensemble.rubric.length === 0 ? DEFAULT_RUBRIC : run.ensemble.rubric;
  const question = (text: string): ChatRequest => ({
    ...comparison(run.chat, text, text, rubric, '00000000').request,
    model: target,
  });
  const least = await considered(run, question(LEAST_SHOWN), 'arbiter');
  const [first] = least.plan;
  if (first === undefined) return least.refusal ?? new AppError('no_deployment', `Nobody serves ${target}.`);
  const [usual, bare] = await Promise.all([
    considered(run, question(USUAL_ANSWER), 'arbiter'),
    considered(run, question(''), 'arbiter'),
  ]);
  const window = first.contextWindowTokens;
  return {
    target,
    first: { ...first, expectedUsd: usual.plan[0]?.expectedUsd ?? first.expectedUsd },
    familyApart: !makers.has(first.maker),
    roomTokens: window === null ? null : Math.max(0, window - VERDICT_TOKENS - bare.estimatedTokensP95),
  };
}

async function planArbiters(run: EnsembleRun, slots: readonly Slot[]) {
  const makers = new Set(slots.flatMap(({ first }) => (first === null ? [] : [first.maker])));
  const { arbiters: targets } = run.ensemble;
  const planned = await Promise.all(targets.map((target) => planArbiter(run, target, makers)));
  const arbiters = planned.filter((arbiter): arbiter is PlannedArbiter => !(arbiter instanceof AppError));
  const refusals = planned.flatMap((arbiter, index) =>
    arbiter instanceof AppError ? [{ model: targets[index] as string, why: arbiter.code, error: arbiter }] : [],
  );
  // As written among those that are equally far from the candidates.
  arbiters.sort((a, b) => Number(b.familyApart) - Number(a.familyApart));
  return { arbiters, refusals };
}

/** Questions to the arbiter where every member answers. */
function questionsOf({ strategy }: Ensemble, answers: number): number {
  const matches = 2 * Math.max(0, answers - 1);
  if (strategy === 'select_best') return matches;
  if (strategy === 'synthesize') return 1 + 2 * Math.max(0, answers - 3);
  // Select, synthesise, compare once more.
  return strategy === 'staged' ? matches + 3 : 0;
}

const sumOf = (values: readonly (number | null)[]): number =>
  values.reduce<number>((sum, value) => sum + (value ?? 0), 0);

/**
 * Everything that can be known before any money is spent.
 * @throws AppError invalid_request, denied_by_policy, budget_exceeded, no_capable_deployment, ensemble_no_survivor,
 *   ensemble_below_quorum
 */
export async function planEnsemble(run: EnsembleRun): Promise<EnsemblePlan> {
  const { ensemble, chat } = run;
  if (chat.choices > 1) {
    throw new AppError('invalid_request', 'An ensemble gives one answer: leave n out, or set it to 1.', { param: 'n' });
  }
  const slots = await planSlots(run);
  const live = slots.filter(({ first }) => first !== null);
  refuseTooFew(ensemble, slots, live.length);
  const { arbiters, refusals } = live.length < 2 ? { arbiters: [], refusals: [] } : await planArbiters(run, slots);
  if (arbiters.length === 0 && ALWAYS_JUDGED.has(ensemble.strategy)) refuseSmallWindow(refusals);
  const questions = arbiters.length === 0 ? 0 : questionsOf(ensemble, live.length);
  const judgingUsd = questions * (arbiters[0]?.first.expectedUsd ?? 0);
  refuseTooDear(ensemble, sumOf(live.map(({ first }) => first?.expectedUsd ?? null)) + judgingUsd);
  return { slots, arbiters, arbitersFailed: refusals.map(({ model, why }) => ({ model, why })), judgingUsd };
}

/** Reasons by model, each once. */
export const reasonsOf = (failed: readonly { model: string; why: string }[]): string =>
  [...new Set(failed.map(({ model, why }) => `${model}: ${why}`))].join('; ');

function refuseTooFew(ensemble: Ensemble, slots: readonly Slot[], live: number): void {
  if (live >= ensemble.quorum || (live > 0 && ensemble.belowQuorum === 'best_single')) return;
  const refusals = slots.flatMap(({ target, refusal }) =>
    refusal === null ? [] : [{ model: target, why: refusal.code }],
  );
  const [first] = slots.flatMap(({ refusal }) => (refusal === null ? [] : [refusal]));
  // Where all are out for one reason, that reason is the answer; a name that nobody has is the operator's, not the caller's.
  const isOne = first !== undefined && refusals.every(({ why }) => why === first.code);
  if (live === 0 && isOne && first.code !== 'model_not_found') throw first;
  throw tooFew(ensemble, live, reasonsOf(refusals));
}

/** The error where fewer answered, or could, than the ensemble asks for. */
export function tooFew({ name, quorum }: Ensemble, answers: number, reasons: string): AppError {
  if (answers === 0) return new AppError('ensemble_no_survivor', `No member of ${name} answered (${reasons}).`);
  const text = `${answers} of the ${quorum} answers that ${name} needs (${reasons}).`;
  return new AppError('ensemble_below_quorum', text);
}

function refuseSmallWindow(refusals: readonly { model: string; error: AppError }[]): void {
  const small = refusals.find(({ error }) => error.code === 'no_capable_deployment');
  if (small === undefined || !refusals.every(({ error }) => error.code === 'no_capable_deployment')) return;
  const text = `The arbiter ${small.model} cannot take the request and two answers: ${small.error.message}`;
  throw new AppError('no_capable_deployment', text);
}

function refuseTooDear({ name, maxCostUsd }: Ensemble, expectedUsd: number): void {
  if (maxCostUsd === null || expectedUsd <= maxCostUsd) return;
  const text = `${name} would cost about ${expectedUsd.toFixed(4)} dollars and may cost ${maxCostUsd}.`;
  throw new AppError('budget_exceeded', text);
}
