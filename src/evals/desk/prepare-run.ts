import type { Call } from '../../contracts/call.ts';
import { AppError } from '../../contracts/errors.ts';
import type { JudgePlan, RunPlan, ScorerCalibration, Suite } from '../../contracts/evaluation.ts';
import type { RunRequest } from '../../contracts/evaluation-request.ts';
import type { CalibrationStore } from '../certification/calibration-store.ts';
import { scorerOf } from '../certification/certify.ts';
import { knownCalibration } from '../certification/labelled-refusals.ts';
import { openSandbox } from '../code-sandbox/sandbox.ts';
import { runNamed } from '../runner/run-folders.ts';
import { planRun } from '../runner/run-plan.ts';
import type { Baseline } from '../runner/stop-rule.ts';
import { createJudgeScorer, isJudgeScorer } from '../scorers/judge-scorer.ts';
import type { Scorer } from '../scorers/scorer.ts';
import { dataFolder, fetchedData } from '../suites/suite.ts';
import { suiteSource } from '../suites/suite-list.ts';
import type { SuiteStore } from '../suites/suite-store.ts';
import { baselineOf } from './baseline.ts';
import { findSuite } from './find-suite.ts';
import { judgePlan } from './judge-of-run.ts';

export interface KnownDeployment {
  model: string;
  upstreamModel: string;
  endpointDigest: string;
  /** A program of ours and no AI model. */
  sandbox: boolean;
}

/** Where scorers and plans look deployments up, and through what a judge is asked. */
export interface DeploymentPorts {
  call: Call;
  /** null: no such deployment. */
  deployment(id: string): KnownDeployment | null;
}

export interface Preparation {
  ports: DeploymentPorts;
  /** Where runs, suites and the data of public suites lie. */
  directory: string;
  suites: SuiteStore;
  calibrations: CalibrationStore;
}

export interface PreparedRun {
  suite: Suite;
  scorer: Scorer;
  plan: RunPlan;
  baseline: Baseline | undefined;
  /** What somebody should know, in sentences. */
  notes: string[];
}

/** Everything of a run before its first call; nothing is kept and nothing spent. @throws AppError not_found, invalid_request */
export async function prepareRun(request: RunRequest, preparation: Preparation): Promise<PreparedRun> {
  const { ports, directory, suites } = preparation;
  const notes: string[] = [];
  const suite = await findSuite(request, suites, directory, (text) => notes.push(text));
  const judge = judgePlan(request, suite.scorer);
  const scorer = await openScorer(suite.scorer, judge, request.use_case ?? null, ports);
  const plan = planOf(request, suite, scorer, judge, preparation);
  if (judge !== undefined) notes.push(...checkJudge(judge, request.deployment, ports));
  checkTargets(suite, plan, scorer);
  return { suite, scorer, plan, baseline: baselineOf(directory, plan), notes };
}

function planOf(
  request: RunRequest,
  suite: Suite,
  scorer: Scorer,
  judge: JudgePlan | undefined,
  preparation: Preparation,
): RunPlan {
  const { deployment: id, limit, budget_usd: budget, use_case: useCase } = request;
  const { model, upstreamModel, endpointDigest } = known(id, preparation.ports);
  return planRun(suite, scorer, {
    deployment: id,
    seed: request.seed,
    limit: limit ?? null,
    budgetUsd: budget ?? null,
    margin: request.margin,
    alpha: request.alpha,
    maxConcurrency: request.concurrency,
    useCase: useCase ?? null,
    ...(judge === undefined ? {} : { judge }),
    ...(request.stop_against === undefined
      ? {}
      : { stopAgainst: runNamed(preparation.directory, request.stop_against) }),
    ...calibrationOf(request, suite, scorer, preparation),
    ...{ model, upstreamModel, endpointDigest },
  });
}

/** What people's labels say of the scorer: those beside the suite's data, or what somebody gave for this suite. */
function calibrationOf(
  { data }: RunRequest,
  { name, licence }: Suite,
  scorer: Scorer,
  { directory, calibrations }: Preparation,
): { calibration?: ScorerCalibration } {
  const folder = licence === 'own' ? null : dataFolder(suiteSource(name), data ?? fetchedData(directory));
  const beside = folder === null ? null : knownCalibration(name, folder);
  const found = beside ?? calibrations.find({ suite: name, scorer: scorer.name, scorer_version: scorer.version });
  return found === null ? {} : { calibration: found };
}

/** What somebody should know of a judge. @throws AppError invalid_request where it may not judge this deployment */
function checkJudge(judge: JudgePlan, deployment: string, ports: DeploymentPorts): string[] {
  const [judging, judged] = [known(judge.deployment, ports), known(deployment, ports)];
  if (judging.sandbox && !judged.sandbox) {
    throw new AppError('invalid_request', 'A program of the sandbox does not judge AI models.');
  }
  return judging.model === judged.model
    ? [`${judge.deployment} judges answers of its own model, which judges are known to prefer.`]
    : [];
}

/**
 * A run goes on only where its plan still says who answers: what was asked before and what is asked now would be two models
 * under one name. @throws AppError not_found, invalid_request
 */
export function checkUnchanged(plan: RunPlan, ports: DeploymentPorts): void {
  const { model, upstreamModel, endpointDigest } = known(plan.deployment, ports);
  const changed = [
    ['model', plan.model, model],
    ['name of the model there', plan.upstream_model, upstreamModel],
    ['endpoint', plan.endpoint_digest, endpointDigest],
  ].filter(([, planned, now]) => planned !== null && planned !== now);
  if (changed.length === 0) return;
  throw new AppError(
    'invalid_request',
    `${plan.deployment} is not what this run was planned for: its ${changed.map(([what]) => what).join(' and ')} changed. Begin another run.`,
  );
}

function known(id: string, ports: DeploymentPorts): KnownDeployment {
  const deployment = ports.deployment(id);
  if (deployment !== null) return deployment;
  throw new AppError('not_found', `There is no deployment ${JSON.stringify(id)}.`);
}

/** The scorer of a name, with the judge or the sandbox that it needs. @throws AppError not_found, invalid_request */
export async function openScorer(
  name: string,
  judge: JudgePlan | undefined,
  useCase: string | null,
  ports: DeploymentPorts,
): Promise<Scorer> {
  if (isJudgeScorer(name)) {
    if (judge === undefined) throw new AppError('invalid_request', `The scorer ${name} needs a model that judges.`);
    const { model, upstreamModel, endpointDigest } = known(judge.deployment, ports);
    const instrument = [model, upstreamModel, endpointDigest];
    return createJudgeScorer(name, { call: ports.call, plan: judge, instrument, useCase });
  }
  if (name !== 'code') {
    const scorer = scorerOf(name, null);
    if (scorer !== null) return scorer;
    throw new AppError('invalid_request', `There is no scorer ${JSON.stringify(name)}.`);
  }
  const sandbox = await openSandbox();
  if (sandbox.level === 'none') {
    throw new AppError('invalid_request', `Code runs in a sandbox only, which is missing: ${sandbox.command}`);
  }
  return scorerOf(name, sandbox) as Scorer;
}

function checkTargets(suite: Suite, plan: RunPlan, scorer: Scorer): void {
  if (scorer.needsTarget === false) return;
  const wanted = new Set(plan.samples);
  const without = suite.samples.filter(({ id, target }) => wanted.has(id) && (target === null || target === undefined));
  if (without.length === 0) return;
  throw new AppError(
    'invalid_request',
    `${without.length} of ${plan.samples.length} samples have no target, which ${scorer.name} compares with. Give them targets, or use the scorer "answered" and let experts review.`,
  );
}
