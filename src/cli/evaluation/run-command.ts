import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { AppError, ERRORS, type ErrorCode } from '../../contracts/errors.ts';
import type { RunDone, RunFeed } from '../../contracts/evaluation-events.ts';
import { parseRunRequest } from '../../contracts/evaluation-request.ts';
import type { ConfigOption, JsonOption } from '../command-options.ts';
import type { CommandContext } from '../context.ts';
import { EXIT } from '../exit-code.ts';
import { Interrupted } from '../interrupted.ts';
import { writeJson } from '../output.ts';
import { type DeskDoor, openDoor } from './desk-door.ts';
import { Progress } from './progress.ts';

export interface GateOptions {
  gate?: string[];
  junit?: string;
}

export interface RunCommandOptions extends ConfigOption, JsonOption, GateOptions {
  suite?: string;
  data?: string;
  file?: string;
  scorer?: string;
  judge?: string;
  rubric?: string;
  points?: string;
  deployment: string[];
  limit?: string;
  seed?: string;
  budget?: string;
  margin?: string;
  alpha?: string;
  stopAgainst?: string;
  concurrency?: string;
  useCase?: string;
  cache?: boolean;
}

const numberOf = (name: string, text: string | undefined): Record<string, number> => {
  if (text === undefined) return {};
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value)) return { [name.replaceAll('-', '_')]: value };
  throw new AppError('config_invalid', `--${name} takes a number, not ${JSON.stringify(text)}.`);
};

/** One event a line, or progress for people. Notes are for people either way. */
async function follow(door: DeskDoor, run: string, json: boolean, context: CommandContext): Promise<RunDone> {
  const progress = new Progress(context);
  let done: RunDone | null = null;
  for await (const event of door.follow(run)) {
    progress.see(event);
    if (event.event === 'error') throw asError(event);
    if (json && event.event !== 'note') context.write(`${JSON.stringify(event)}\n`);
    if (event.event === 'done') done = event;
  }
  if (done !== null) return done;
  throw new AppError('internal', `The run ${run} ended without a result.`);
}

const asError = ({ code, message }: Extract<RunFeed, { event: 'error' }>): AppError =>
  new AppError(code in ERRORS ? (code as ErrorCode) : 'internal', message);

/** The first signal pauses the run: what is paid arrives and is kept. The second ends this process. */
function pauseOnSignal(door: DeskDoor, current: () => string | null): () => boolean {
  let interrupted = false;
  const onSignal = (): void => {
    if (interrupted) process.exit(EXIT.interrupted);
    interrupted = true;
    const run = current();
    // It may have ended in this moment.
    if (run !== null) void door.pause(run).catch(() => undefined);
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  return () => {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
    return interrupted;
  };
}

/** Starts or resumes runs one after another, follows each to its end, then judges the gates. */
async function carryOut(
  starts: readonly ((door: DeskDoor) => Promise<{ run: string }>)[],
  options: ConfigOption & JsonOption & GateOptions,
  context: CommandContext,
): Promise<void> {
  const { parseGates } = await import('../../offline/judge-run.ts');
  const gates = parseGates(options.gate ?? []);
  const { door, dataDir } = await openDoor(options.config, context);
  let current: string | null = null;
  const stop = pauseOnSignal(door, () => current);
  const ended: RunDone[] = [];
  try {
    for (const start of starts) {
      current = (await start(door)).run;
      const done = await follow(door, current, options.json === true, context);
      current = null;
      ended.push(done);
      if (done.stopped === 'paused') break;
    }
  } finally {
    const interrupted = stop();
    await door.close();
    if (interrupted) {
      context.note(`Paused. Go on with: alidade eval resume ${ended.at(-1)?.run ?? current ?? 'RUN'}\n`);
      // biome-ignore lint/correctness/noUnsafeFinally: whatever else went wrong, the user ended it.
      throw new Interrupted();
    }
  }
  await conclude(ended, gates, dataDir, options, context);
}

async function conclude(
  ended: readonly RunDone[],
  gates: readonly { text: string }[],
  dataDir: string,
  { json, junit }: JsonOption & GateOptions,
  context: CommandContext,
): Promise<void> {
  const { doneTable, gateLine, judgeRuns } = await import('../../offline/judge-run.ts');
  const { results, junitText } = judgeRuns(
    dataDir,
    ended.map(({ run }) => run),
    gates.map(({ text }) => text),
    junit !== undefined,
  );
  if (junit !== undefined) await writeFile(resolve(context.cwd, junit), junitText);
  if (!json) context.write(doneTable(ended));
  for (const result of results) context.note(`${gateLine(result)}\n`);
  // A run that stopped for want of money has not been completed, and says nothing by a gate.
  if (results.some(({ ok }) => !ok)) context.exitCode = EXIT.gateSaysNo;
}

function judgeOf({ judge, rubric, points }: RunCommandOptions): object {
  if (judge === undefined) {
    if (rubric === undefined && points === undefined) return {};
    throw new AppError('config_invalid', '--rubric and --points are for a judge: name its deployment with --judge.');
  }
  const more = { ...(rubric === undefined ? {} : { rubric }), ...numberOf('points', points) };
  return { judge: { deployment: judge, ...more } };
}

/** `alidade eval run`. */
export async function runEvaluation(options: RunCommandOptions, context: CommandContext): Promise<void> {
  const { suite, data, file, scorer, deployment, useCase, cache } = options;
  if (suite === undefined && file === undefined) {
    throw new AppError('config_invalid', 'Name a suite with --suite, or a file of your own with --file.');
  }
  const name = suite ?? (file as string).replace(/^.*\//, '').replace(/\.[^.]+$/, '');
  const request = {
    suite: name,
    ...(data === undefined ? {} : { data: resolve(context.cwd, data) }),
    ...(file === undefined ? {} : { file: resolve(context.cwd, file) }),
    ...(scorer === undefined ? {} : { scorer }),
    ...judgeOf(options),
    ...(useCase === undefined ? {} : { use_case: useCase }),
    ...(cache === false ? { cache: false } : {}),
    ...numberOf('limit', options.limit),
    ...numberOf('seed', options.seed),
    ...numberOf('margin', options.margin),
    ...numberOf('alpha', options.alpha),
    ...(options.stopAgainst === undefined ? {} : { stop_against: options.stopAgainst }),
    ...numberOf('concurrency', options.concurrency),
    ...(options.budget === undefined ? {} : { budget_usd: numberOf('budget', options.budget)['budget'] }),
  };
  const requests = deployment.map((id) => parseRunRequest({ ...request, deployment: id }));
  await carryOut(
    requests.map((each) => (door: DeskDoor) => door.start(each)),
    options,
    context,
  );
}

/** `alidade eval resume`. */
export async function resumeEvaluation(
  run: string,
  options: ConfigOption & JsonOption & GateOptions,
  context: CommandContext,
): Promise<void> {
  await carryOut([(door) => door.resume(run)], options, context);
}

/** `alidade eval pause`: of a run that a server is at work on. */
export async function pauseEvaluation(
  run: string,
  options: ConfigOption & JsonOption,
  context: CommandContext,
): Promise<void> {
  const { door } = await openDoor(options.config, context);
  try {
    await door.pause(run);
  } finally {
    await door.close();
  }
  if (options.json) writeJson(context, { run, paused: true });
  else context.note(`${run} asks for no more; what is under way arrives.\n`);
}
