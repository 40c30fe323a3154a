// ensemble/: several answers to one request, and one of them, or one made of them, given back.
// May import: contracts/, lib/ and checks/. Models are reached through `Call` and in no other way.
// Start here; plan.ts is what is refused before money is spent, fan-out.ts asks, strategies.ts decides, arbiter.ts judges.
// Candidates are nameless from shown-text.ts on, and what they say is data and never an instruction.
// Whatever is chosen of a member is passed on word for word; the receipt tells how it came to it (contracts/ensemble.ts).
import type { EnsembleResult, EnsembleRun, RunEnsemble } from '../contracts/ensemble.ts';
import type { EnsembleRecord } from '../contracts/ensemble-record.ts';
import { AppError } from '../contracts/errors.ts';
import { Arbiter } from './arbiter.ts';
import { Asking } from './asking.ts';
import type { Candidate } from './candidate.ts';
import { type FanOut, type IsDecided, Members, namesOf } from './fan-out.ts';
import { planEnsemble, reasonsOf, tooFew } from './plan.ts';
import { type Choice, Strategies } from './strategies.ts';
import { byTieRule } from './tie-rule.ts';
import { AGREEMENT, countVotes } from './vote.ts';

/** Everything that a run has found out so far. */
interface Told {
  asking: Asking;
  fanOut: FanOut;
  arbiter: Arbiter | null;
  strategies: Strategies | null;
  choice: Choice | null;
  membersMs: number;
  decidingMs: number;
}

const NOBODY: FanOut = { candidates: [], verified: new Map(), records: [] };

/** Whether the votes that are in decide, however those that are awaited turn out. */
function votesDecide({ ensemble }: EnsembleRun): IsDecided {
  if (ensemble.strategy !== 'vote') return () => false;
  return (candidates, awaited) => {
    const all = candidates.length + awaited;
    // Too few to decide even if all of them agree.
    if (candidates.length < Math.max(2, ensemble.quorum, AGREEMENT * all - 1e-9)) return false;
    const largest = countVotes(candidates, ensemble.vote).groups[0]?.length ?? 0;
    return largest >= 2 && largest / all >= AGREEMENT - 1e-9;
  };
}

function recordOf(run: EnsembleRun, told: Told): EnsembleRecord {
  const { asking, fanOut, arbiter, strategies, choice } = told;
  const { ensemble } = run;
  const failed = fanOut.records.filter(({ dropped }) => dropped !== null && dropped !== 'not_needed');
  return {
    name: ensemble.name,
    strategy: ensemble.strategy,
    ensemble: strategies !== null,
    quorum: ensemble.quorum,
    members: fanOut.records,
    models_used: [...new Set(fanOut.candidates.map(({ model }) => model))],
    members_failed: failed.map(({ model, why, dropped }) => ({ model, why: why ?? dropped ?? 'failed' })),
    arbiter: arbiter?.record ?? null,
    votes: (strategies?.votes?.groups ?? []).map((group) => ({ members: group.map(({ id }) => id) })),
    agreement: strategies?.votes == null ? null : Math.round(strategies.votes.agreement * 1e4) / 1e4,
    comparisons: arbiter?.comparisons ?? [],
    shortened: [...(arbiter?.shortened ?? [])],
    synthesis: strategies?.synthesis ?? null,
    chosen: choice?.candidate.id ?? null,
    decided_by: choice?.by ?? 'none',
    obligations: run.obligations,
    max_cost_usd: ensemble.maxCostUsd,
    cost_usd: asking.calls.costUsd,
    members_ms: Math.round(told.membersMs * 1e3) / 1e3,
    deciding_ms: Math.round(told.decidingMs * 1e3) / 1e3,
  };
}

/** Fewer answers than are needed: an error, or by configuration the best of them. */
function belowQuorum({ ensemble, seed }: EnsembleRun, { candidates, records }: FanOut): Choice | AppError {
  const reasons = records.flatMap(({ model, why, dropped }) =>
    dropped === null || dropped === 'not_needed' ? [] : [{ model, why: why ?? dropped }],
  );
  if (candidates.length === 0 || ensemble.belowQuorum === 'error') {
    return tooFew(ensemble, candidates.length, reasonsOf(reasons));
  }
  return { candidate: byTieRule(candidates, seed).winner, by: 'below_quorum' };
}

async function choose(run: EnsembleRun, told: Told): Promise<Choice | AppError> {
  const { candidates } = told.fanOut;
  if (run.signal.aborted) return new AppError('superseded', 'The request was ended while its members answered.');
  if (candidates.length === 0 || candidates.length < run.ensemble.quorum) return belowQuorum(run, told.fanOut);
  if (candidates.length === 1) return { candidate: candidates[0] as Candidate, by: 'only_survivor' };
  told.strategies = new Strategies(told.asking, told.arbiter as Arbiter, told.fanOut);
  return told.strategies.decide(candidates);
}

/** One request to an ensemble, from plan to record. Never rejects: a fault of ours is an `internal` error. */
export const runEnsemble: RunEnsemble = async (run) => {
  const asking = new Asking(run);
  const told: Told = {
    ...{ asking, fanOut: NOBODY, arbiter: null, strategies: null, choice: null, membersMs: 0, decidingMs: 0 },
  };
  try {
    const plan = await planEnsemble(run);
    const startedMs = run.now();
    told.arbiter = new Arbiter(asking, plan, namesOf(plan.slots));
    told.fanOut = await new Members(asking, plan, votesDecide(run)).ask();
    told.membersMs = run.now() - startedMs;
    const chosen = await choose(run, told);
    told.decidingMs = run.now() - startedMs - told.membersMs;
    if (chosen instanceof AppError) return failed(run, told, chosen);
    told.choice = chosen;
    return answered(run, told, chosen);
  } catch (cause) {
    const error =
      cause instanceof AppError ? cause : new AppError('internal', 'Something went wrong on our side.', { cause });
    return failed(run, told, error);
  }
};

function answered(run: EnsembleRun, told: Told, { candidate }: Choice): EnsembleResult {
  const { parts, deployment, model, settlement } = candidate;
  const { calls } = told.asking;
  const { outcome } = settlement;
  return {
    ok: true,
    parts,
    outcome,
    deployment,
    model,
    loss: settlement.loss ?? [],
    record: recordOf(run, told),
    calls,
  };
}

const failed = (run: EnsembleRun, told: Told, error: AppError): EnsembleResult => ({
  ok: false,
  error,
  record: recordOf(run, told),
  calls: told.asking.calls,
});
