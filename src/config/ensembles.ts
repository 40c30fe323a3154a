import type { EnsembleConfig } from '../contracts/configuration.ts';
import type { ConfigurationPath } from '../contracts/configuration-problem.ts';
import type { Ensemble } from '../contracts/ensemble.ts';

type Report = (path: ConfigurationPath, message: string, hint?: string | null) => void;

/** Strategies that end with somebody who judges. */
const NEEDS_ARBITER: ReadonlySet<string> = new Set(['select_best', 'synthesize', 'staged']);

/** Answers of one run at most: what an operator can overlook. */
const MOST_ANSWERS = 16;

/** The two ensembles of the source article, there where the configuration names none. */
const DEFAULTS: Readonly<Record<string, EnsembleConfig>> = {
  legal_review: {
    members: ['zhipu/glm-5.2', 'anthropic/claude-4-opus'],
    samples: 1,
    arbiter: 'openai/gpt-5.5',
    strategy: 'select_best',
    quorum: 1,
    below_quorum: 'error',
    max_cost_usd: 0.5,
  },
  financial_analysis: {
    members: ['zhipu/glm-5.2', 'deepseek/deepseek-v3'],
    samples: 1,
    arbiter: 'anthropic/claude-4-opus',
    strategy: 'synthesize',
    quorum: 1,
    below_quorum: 'error',
    max_cost_usd: 0.5,
  },
};

const arbitersOf = ({ arbiter, arbitrator }: EnsembleConfig): readonly string[] => [arbiter ?? arbitrator ?? []].flat();

/** Ensembles with defaults filled in, by name; `undefined`: those of the source article. */
export function compileEnsembles(
  written: Readonly<Record<string, EnsembleConfig>> | undefined,
): ReadonlyMap<string, Ensemble> {
  return new Map(
    Object.entries(written ?? DEFAULTS).map(([name, config]) => [
      name,
      {
        name,
        strategy: config.strategy,
        members: Array.from({ length: config.samples }, () => config.members).flat(),
        arbiters: arbitersOf(config),
        quorum: config.quorum,
        belowQuorum: config.below_quorum,
        maxCostUsd: config.max_cost_usd ?? null,
        memberDeadlineMs: config.member_deadline_ms ?? null,
        deadlineMs: config.deadline_ms ?? null,
        rubric: config.rubric ?? [],
        vote: { form: config.vote?.on ?? 'auto', labels: config.vote?.labels ?? [] },
      },
    ]),
  );
}

/** What the schema cannot say about ensembles. */
export function checkEnsembles(ensembles: Readonly<Record<string, EnsembleConfig>>, report: Report): void {
  for (const [name, ensemble] of Object.entries(ensembles)) checkEnsemble(name, ensemble, report);
}

function checkEnsemble(name: string, ensemble: EnsembleConfig, report: Report): void {
  const path = ['ensembles', name];
  const { members, samples, strategy, quorum, vote } = ensemble;
  if (ensemble.arbiter !== undefined && ensemble.arbitrator !== undefined) {
    report([...path, 'arbitrator'], 'arbiter and arbitrator are the same thing; write one of them.');
  }
  const arbiters = arbitersOf(ensemble);
  if (arbiters.length === 0 && NEEDS_ARBITER.has(strategy)) {
    report(path, `The strategy ${strategy} needs an arbiter.`, 'Add arbiter: maker/model.');
  }
  const answers = members.length * samples;
  if (answers > MOST_ANSWERS) {
    report([...path, 'samples'], `${answers} answers are too many; at most ${MOST_ANSWERS} are asked for.`);
  }
  if (quorum > answers) {
    const there = samples === 1 ? `${members.length} members` : `${answers} answers`;
    report([...path, 'quorum'], `quorum is ${quorum}, but there are only ${there}.`);
  }
  if (vote?.on === 'label' && vote.labels === undefined) {
    report([...path, 'vote'], 'A vote on labels needs them.', 'Add labels: [yes, no].');
  }
  for (const [index, member] of members.entries()) checkNested(member, [...path, 'members', index], report);
  for (const arbiter of arbiters) checkNested(arbiter, [...path, 'arbiter'], report);
}

function checkNested(target: string, path: ConfigurationPath, report: Report): void {
  if (target.startsWith('ensemble/')) report(path, 'An ensemble cannot be part of another.', 'Name a model.');
  else if (target === 'auto' || target.startsWith('auto/')) {
    report(path, 'auto may be any model, the same one for all members.', 'Name a model.');
  }
}
