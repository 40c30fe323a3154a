import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { AppError } from '../../contracts/errors.ts';
import { type ConfigOption, collect, type JsonOption, wholeNumber, withConfig, withJson } from '../command-options.ts';
import type { CommandContext } from '../context.ts';
import { dollars, table, writeJson } from '../output.ts';

type Options = ConfigOption & JsonOption;

interface CreateOptions extends Options {
  run: string[];
  reviewer: string[];
  kind: string;
  criterion?: string[];
  raters?: string;
  size?: string;
  seed?: string;
  gold?: string;
}

interface JudgeOptions extends Options {
  deployment: string;
  budget?: string;
}

type Door = Awaited<ReturnType<typeof import('../evaluation/desk-door.ts')['openDoor']>>['door'];

async function through<Result>(
  options: ConfigOption,
  context: CommandContext,
  work: (door: Door) => Promise<Result>,
): Promise<Result> {
  const { openDoor } = await import('../evaluation/desk-door.ts');
  const { door } = await openDoor(options.config, context);
  try {
    return await work(door);
  } finally {
    await door.close();
  }
}

/** Lines `{"question", "better", "worse"}`. */
async function readGold(path: string | undefined, context: CommandContext): Promise<unknown[]> {
  if (path === undefined) return [];
  const text = await readFile(resolve(context.cwd, path), 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new AppError('config_invalid', `${path} cannot be read (${cause.code}).`);
  });
  try {
    return text.split('\n').flatMap((line) => (line.trim() === '' ? [] : [JSON.parse(line) as unknown]));
  } catch (cause) {
    throw new AppError('config_invalid', `${path} holds a line that is not JSON.`, { cause });
  }
}

async function create(options: CreateOptions, context: CommandContext): Promise<void> {
  const { run, reviewer, kind, criterion, raters, size, seed, gold } = options;
  const { parseReviewRequest } = await import('../../contracts/review.ts');
  const request = parseReviewRequest({
    ...{ runs: run, reviewers: reviewer, kind, gold: await readGold(gold, context) },
    ...(criterion === undefined ? {} : { criteria: criterion }),
    ...(raters === undefined ? {} : { raters_per_item: wholeNumber('raters', raters) }),
    ...(size === undefined ? {} : { size: wholeNumber('size', size) }),
    ...(seed === undefined ? {} : { seed: wholeNumber('seed', seed, 0) }),
  });
  const created = await through(options, context, (door) => door.createReview(request));
  if (options.json) {
    writeJson(context, created);
    return;
  }
  const rows = created.links.map(({ reviewer: name, path }) => [name, path]);
  context.write(table(['REVIEWER', 'LINK (on your server; shown once)'], rows));
  context.note(
    `${created.review}: ${created.items} items, ${created.gold} of them gold, sealed ${created.seal.slice(0, 16)}\n`,
  );
}

async function list(options: Options, context: CommandContext): Promise<void> {
  const reviews = await through(options, context, (door) => door.listReviews());
  if (options.json) {
    writeJson(context, reviews);
    return;
  }
  const rows = reviews.map(({ review, created_at: at, kind, suite, items, unblinded }) => [
    ...[review, at, kind, suite, String(items)],
    unblinded === null ? 'blind' : `unblinded by ${unblinded.by}`,
  ]);
  if (rows.length > 0) context.write(table(['REVIEW', 'CREATED', 'KIND', 'SUITE', 'ITEMS', 'STATE'], rows));
}

type Progress = Awaited<ReturnType<Door['showReview']>>;

function showProgress(shown: Progress, context: CommandContext): void {
  const { review, items, gold, complete, votes, reviewers, agreement, judge, sandbox } = shown;
  context.write(
    `${review}: ${complete} of ${items - gold} items have all their votes, ${votes} votes${sandbox ? '  SANDBOX: not an AI model' : ''}\n`,
  );
  const rows = reviewers.map((each) => [
    ...[each.reviewer, String(each.votes), String(each.skipped)],
    `${each.gold_right} of ${each.gold_seen}`,
  ]);
  context.write(table(['REVIEWER', 'VOTES', 'SKIPPED', 'GOLD RIGHT'], rows));
  for (const { items: count, criterion, agreed, ...kappa } of agreement) {
    const name = criterion === null ? '' : ` on ${criterion}`;
    context.write(`agreement${name}: ${kappaText(kappa)}, ${percent(agreed)} of votes alike, over ${count} items\n`);
  }
  if (judge !== null) showJudge(judge, context);
}

const percent = (share: number): string => `${(share * 100).toFixed(0)} %`;

function kappaText({ estimate, low, high }: NonNullable<Judge['kappa']>): string {
  if (estimate === null) return 'kappa undefined (one and the same vote everywhere)';
  const interval = low === null || high === null ? 'interval unknown' : `[${low.toFixed(2)}, ${high.toFixed(2)}]`;
  return `kappa ${estimate.toFixed(2)} ${interval}`;
}

type Judge = NonNullable<Progress['judge']>;

function showJudge(judge: Judge, context: CommandContext): void {
  const {
    kappa,
    deployment,
    items: count,
    agreed,
    flipped,
    no_verdict: none,
    failures,
    stopped,
    cost_usd: cost,
  } = judge;
  const figure = kappa === null ? 'too few items' : kappaText(kappa);
  context.write(
    `judge ${deployment} against experts: ${figure}, same on ${agreed} of ${count} items, ${flipped} verdicts changed with the order, ${cost === null ? 'cost unknown' : dollars(cost)}${stopped === 'complete' ? '' : `, stopped: ${stopped}`}\n`,
  );
  if (none > 0) context.write(`no verdict on ${none} items:\n`);
  for (const { reason, count: times } of failures) context.write(`  ${times} x ${reason}\n`);
}

async function show(id: string, options: Options, context: CommandContext): Promise<void> {
  const shown = await through(options, context, (door) => door.showReview(id));
  if (options.json) writeJson(context, shown);
  else showProgress(shown, context);
}

async function judge(id: string, options: JudgeOptions, context: CommandContext): Promise<void> {
  const { deployment, budget } = options;
  const { parseJudgeRequest } = await import('../../contracts/review.ts');
  const request = parseJudgeRequest({
    deployment,
    ...(budget === undefined ? {} : { budget_usd: Number(budget) }),
  });
  const { tellWork } = await import('../evaluation/progress.ts');
  const shown = await through(options, context, (door) =>
    door.judgeReview(id, request, tellWork(context, 'pairs judged')),
  );
  if (options.json) writeJson(context, shown);
  else showProgress(shown, context);
}

async function unblind(id: string, options: Options & { reason: string }, context: CommandContext): Promise<void> {
  const result = await through(options, context, (door) => door.unblindReview(id, options.reason));
  if (options.json) {
    writeJson(context, result);
    return;
  }
  showProgress(result, context);
  const { preference, ratings, runs, strengths, strengths_over: over } = result;
  if (preference !== null) {
    const { estimate, low, high, wins, losses, ties, verdict } = preference;
    context.write(
      `${runs[1]} against ${runs[0]}: ${verdict.replaceAll('_', ' ')}, ${estimate.toFixed(2)} [${low.toFixed(2)}, ${high.toFixed(2)}] (${wins} won, ${losses} lost, ${ties} equal)\n`,
    );
  }
  for (const { run, log_strength: strength, low, high } of strengths) {
    context.write(
      `${run}: Bradley-Terry ${strength.toFixed(2)} [${low.toFixed(2)}, ${high.toFixed(2)}], interval over ${over}\n`,
    );
  }
  for (const { run, criterion, estimate, low, high, n } of ratings) {
    context.write(
      `${run} ${criterion}: ${estimate.toFixed(2)} [${low.toFixed(2)}, ${high.toFixed(2)}], ${n} ratings\n`,
    );
  }
}

/** `alidade review create|list|show|judge|unblind`. */
export function addReviewCommand(program: Command, context: CommandContext): void {
  const review = program
    .command('review')
    .description('blind review: experts judge answers without knowing whose they are');
  withJson(withConfig(review.command('create')))
    .description('set up a review of runs; prints a link for each reviewer, once')
    .requiredOption('--run <id>', 'a run; two for pairs, one or more for a rubric', collect)
    .requiredOption('--reviewer <name>', 'who judges; may be given several times', collect)
    .addOption(new Option('--kind <kind>', 'how').choices(['pairwise', 'rubric']).default('pairwise'))
    .option('--criterion <text>', 'what to look at, or what is rated 1 to 5; may be given several times', collect)
    .option('--raters <n>', 'votes wanted on each item (default: 2)')
    .option('--size <n>', 'at most so many samples (default: 100)')
    .option('--seed <n>', 'default: 1')
    .option('--gold <file>', 'lines {"question", "better", "worse"} whose better side is known')
    .action((options: CreateOptions) => create(options, context));
  withJson(withConfig(review.command('list')))
    .description('every review, newest first')
    .action((options: Options) => list(options, context));
  withJson(withConfig(review.command('show <review>')))
    .description('how far it is and how much reviewers agree; not who is better')
    .action((id: string, options: Options) => show(id, options, context));
  withJson(withConfig(review.command('judge <review>')))
    .description('have a model judge the same masked pairs, to see how far it agrees with the experts')
    .requiredOption('--deployment <id>', 'who judges')
    .option('--budget <usd>', 'stop before more is spent; asked again it goes on')
    .action((id: string, options: JudgeOptions) => judge(id, options, context));
  withJson(withConfig(review.command('unblind <review>')))
    .description('open the seal, for good and on record: who wrote what, who is better')
    .requiredOption('--reason <text>', 'why now')
    .action((id: string, options: Options & { reason: string }) => unblind(id, options, context));
}
