import { type Command, Option } from 'commander';
import { type ConfigOption, collect, type JsonOption, withConfig, withJson } from '../command-options.ts';
import type { CommandContext } from '../context.ts';
import type { GateOptions, RunCommandOptions } from '../evaluation/run-command.ts';
import type { SampleOptions } from '../evaluation/sample-commands.ts';
import type { CertifyOptions, FetchCommandOptions } from '../evaluation/suite-commands.ts';

const READING = () => import('../evaluation/read-commands.ts');
const SUITES = () => import('../evaluation/suite-commands.ts');
const RUNNING = () => import('../evaluation/run-command.ts');

const GATE_HELP = `
A gate is written "score>=0.8"; it says yes only where the whole 95 % interval does. Measures: score,
score_without_errors, refusals, errors, p50_ms, p95_ms, usd_per_task, usd_per_success.
Exit code 3: a gate says no, or the scorer failed its proof.`;

const withGates = (command: Command): Command =>
  command
    .option('--gate <condition>', 'e.g. "score>=0.8"; may be given several times', collect)
    .option('--junit <file>', 'JUnit XML: one case a sample')
    .addHelpText('after', GATE_HELP);

type Options = ConfigOption & JsonOption;

function addRunning(evaluation: Command, context: CommandContext): void {
  withGates(withJson(withConfig(evaluation.command('run'))))
    .description('ask the samples of a suite of a deployment, through the gateway, and score the answers')
    .option('--suite <name>', 'a public suite, or one that is kept here (alidade eval suites)')
    .option('--data <dir>', "a public suite's own folder or a parent of it")
    .option('--file <path>', 'a suite of your own: .jsonl, .csv or a promptfoo .yaml')
    .option('--scorer <name>', 'scorer of a .jsonl or .csv file')
    .option('--judge <id>', 'deployment that scores, for the scorers judge and judge_pair')
    .option('--rubric <text>', 'what the judge looks at, where a sample does not say it')
    .option('--points <n>', 'from so many of 5 points on an answer is correct (default: 4)')
    .requiredOption('--deployment <id>', 'who answers; may be given several times', collect)
    .option('--limit <n>', 'at most so many samples, drawn by the seed')
    .option('--seed <n>', 'which samples, in which order (default: 1)')
    .option('--budget <usd>', 'stop before more is spent')
    .option('--margin <share>', 'difference that matters, fixed before the first call (default: 0.05)')
    .option('--alpha <share>', 'risk of a wrong verdict, fixed before the first call (default: 0.05)')
    .option('--stop-against <run>', 'end as soon as a test that holds at every look tells it from this complete run')
    .option('--concurrency <n>', 'most calls under way; fewer where the deployment bears fewer (default: 16)')
    .option('--use-case <id>', 'whose rules and limits hold for the calls')
    .option('--no-cache', 'ask again what was answered before')
    .action(async (options: RunCommandOptions) => (await RUNNING()).runEvaluation(options, context));
  withGates(withJson(withConfig(evaluation.command('resume <run>'))))
    .description('go on with a run that was paused, stopped by its budget, or killed')
    .action(async (run: string, options: Options & GateOptions) =>
      (await RUNNING()).resumeEvaluation(run, options, context),
    );
  withJson(withConfig(evaluation.command('pause <run>')))
    .description('let a run of a server ask for no more; what is under way arrives')
    .action(async (run: string, options: Options) => (await RUNNING()).pauseEvaluation(run, options, context));
}

function addReading(evaluation: Command, context: CommandContext): void {
  withJson(withConfig(evaluation.command('list').alias('runs')))
    .description('every run, newest first')
    .action(async (options: Options) => (await READING()).listRuns(options, context));
  withJson(withConfig(evaluation.command('show <run>')))
    .description('what a run measured, with intervals; `last` and `last~1` name runs too')
    .action(async (run: string, options: Options) => (await READING()).showRun(run, options, context));
  withConfig(evaluation.command('export <run>'))
    .description('one record a sample: question, target, answer, verdict, cost')
    .addOption(new Option('--format <format>', 'how').choices(['jsonl', 'csv']).default('jsonl'))
    .addOption(new Option('--json', 'as one JSON array').conflicts('format'))
    .option('--out <file>', 'into a file that only you may read (default: standard output)')
    .action(async (run: string, options: Options & { format: string; out?: string }) =>
      (await READING()).exportRun(run, options, context),
    );
  withJson(withConfig(evaluation.command('calibrate <run>')))
    .description('compare a scorer with people: their labels of some answers of a run correct its rates from then on')
    .requiredOption('--labels <file>', 'lines {"sample": ..., "correct": true or false}')
    .action(async (run: string, options: Options & { labels: string }) =>
      (await READING()).calibrateRun(run, options, context),
    );
  withJson(withConfig(evaluation.command('compare <runs...>')))
    .description('runs against the first of them, paired: better, worse, equivalent within the margin, not enough data')
    .option('--gate', 'exit 3 unless each is shown not to be worse by the margin')
    .action(async (runs: string[], options: Options & { gate?: boolean }) =>
      (await READING()).compareRuns(runs, options, context),
    );
  withJson(withConfig(evaluation.command('report <runs...>')))
    .description('measures, comparison, claims beside them, failures to read')
    .option('--html', 'one self-contained file, for screens and paper')
    .option('--out <file>', 'into a file that only you may read (default: standard output)')
    .action(async (runs: string[], options: Options & { html?: boolean; out?: string }) =>
      (await READING()).reportRuns(runs, options, context),
    );
}

function addSampling(evaluation: Command, context: CommandContext): void {
  const sampling = () => import('../evaluation/sample-commands.ts');
  withJson(withConfig(evaluation.command('sample')))
    .description("draw a stratified random sample of a use case's kept requests, redacted, as a suite")
    .requiredOption('--use-case <id>', 'whose requests; it must keep bodies')
    .option('--name <suite>', 'name of the suite (default: traffic/<use case>)')
    .option('--size <n>', 'how many, the anchor part included (default: 300)')
    .option('--anchor <share>', 'share that is carried over from the sample before (default: 0.5)')
    .option('--seed <n>', 'default: 1')
    .option('--since <time>', 'requests from this time on')
    .option('--until <time>', 'requests before this time')
    .option('--scorer <name>', 'what its targets will be for; "answered" needs none (default: exact)')
    .action(async (options: SampleOptions) => (await sampling()).drawSample(options, context));
  withJson(withConfig(evaluation.command('label <suite>')))
    .description('without --targets: the questions of a kept suite, one JSON object a line; with it: give them targets')
    .option('--targets <file>', 'lines {"id": ..., "target": ...}')
    .option('--scorer <name>', 'scorer that compares with them (default: as before)')
    .action(async (suite: string, options: Options & { targets?: string; scorer?: string }) =>
      (await sampling()).labelSuite(suite, options, context),
    );
}

function addSuites(evaluation: Command, context: CommandContext): void {
  withJson(evaluation.command('suites'))
    .description('public suites that can be loaded from a folder of data, or downloaded')
    .action(async (options: JsonOption) => (await SUITES()).listPublicSuites(options, context));
  withJson(withConfig(evaluation.command('fetch <suite>')))
    .description('download a public suite: its licence is shown, its checksum demanded')
    .option('--url <address>', 'a file whose checksum you know, where none is known here')
    .option('--sha256 <digest>', 'of that file, unpacked if it ends in .gz')
    .option('--as <path>', "its place in the suite's folder (default: the suite's own file)")
    .option('--max-mb <n>', 'refuse more than so many megabytes (default: 1024)')
    .option('--private', 'the address may be http or inside your own network, as a mirror is')
    .action(async (suite: string, options: FetchCommandOptions) =>
      (await SUITES()).fetchPublicSuite(suite, options, context),
    );
  withJson(withConfig(evaluation.command('certify')))
    .description(
      'prove each scorer on its suite: gold, ten ways of writing, empties, refusals, mutants, recorded verdicts',
    )
    .option('--data <dir>', "a suite's own folder or a parent of it (default: what was downloaded)")
    .option('--suite <name>', 'only this suite; may be given several times', collect)
    .option('--checks', 'every check, and not one row a scorer')
    .addHelpText('after', '\nExit code 3: a scorer is not certified and must not be used.')
    .action(async (options: CertifyOptions) => (await SUITES()).certifyScorers(options, context));
}

/** `alidade eval suites|fetch|certify|sample|label|run|resume|pause|list|show|export|calibrate|compare|report`. */
export function addEvalCommand(program: Command, context: CommandContext): void {
  const evaluation = program.command('eval').description('evaluation: suites, scorers, runs over deployments, reports');
  addSuites(evaluation, context);
  addSampling(evaluation, context);
  addRunning(evaluation, context);
  addReading(evaluation, context);
}
