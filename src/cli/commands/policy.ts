import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { AppError } from '../../contracts/errors.ts';
import type { ChangedDecision } from '../../offline/policy-diff.ts';
import type { CheckedPolicies } from '../../offline/policy-offline.ts';
import { type ConfigOption, type JsonOption, withConfig, withJson } from '../command-options.ts';
import type { CommandContext } from '../context.ts';
import { EXIT } from '../exit-code.ts';
import { table, writeJson } from '../output.ts';

/** `starter: false` comes of `--no-starter`. */
type Options = ConfigOption & JsonOption & { file?: string; starter?: boolean; log?: string };

interface Source {
  /** A rule file or a folder; null where none is configured. */
  path: string | null;
  withStarter: boolean;
}

/** What `-f` names, or the folder of the configuration. */
async function sourceOf(options: Options, context: CommandContext): Promise<Source> {
  if (options.file !== undefined) {
    return { path: resolve(context.cwd, options.file), withStarter: options.starter !== false };
  }
  const { load } = await import('../load-or-fail.ts');
  const { loaded, problems } = load(options.config, context);
  if (loaded !== null) {
    const withStarter = options.starter !== false && loaded.configuration.policy.starter_bundle;
    return { path: loaded.paths.policies, withStarter };
  }
  const { formatProblem } = await import('../../config/problem.ts');
  throw new AppError('config_invalid', problems.map(formatProblem).join('\n'));
}

/** @throws AppError config_invalid with every problem and its place */
async function usable({ path, withStarter }: Source): Promise<CheckedPolicies> {
  const { checkPolicies, problemLines } = await import('../../offline/policy-offline.ts');
  const checked = checkPolicies(path, withStarter);
  if (checked.ok) return checked;
  throw new AppError('config_invalid', problemLines(checked.problems).join('\n'));
}

async function check(options: Options, context: CommandContext): Promise<void> {
  const { checkPolicies, problemLines } = await import('../../offline/policy-offline.ts');
  const { path, withStarter } = await sourceOf(options, context);
  const { bundle: _, ...checked } = checkPolicies(path, withStarter);
  context.exitCode = checked.ok ? EXIT.done : EXIT.usage;
  if (options.json) {
    writeJson(context, checked);
    return;
  }
  for (const line of problemLines(checked.problems)) context.write(`${line}\n`);
  if (checked.ok) context.write(`ok: ${checked.rules.length} rules in force, digest ${checked.digest}\n`);
}

async function test(options: Options, context: CommandContext): Promise<void> {
  const { findPolicyTests, runPolicyTests } = await import('../../offline/policy-offline.ts');
  const source = await sourceOf(options, context);
  if (source.path === null)
    throw new AppError('config_invalid', 'No folder of policies is configured; name one by -f.');
  const named = /\.test\.(yaml|yml|json)$/.test(source.path);
  const rules = named ? resolve(source.path, '..') : source.path;
  const { bundle } = await usable({ ...source, path: rules });
  const files = findPolicyTests(source.path);
  if (bundle === null || files.length === 0) {
    throw new AppError('config_invalid', `There is no test file (*.test.yaml) in ${source.path}.`);
  }
  const results = runPolicyTests(bundle, files, context.now());
  const failed = results.filter(({ passed }) => !passed);
  context.exitCode = failed.length === 0 ? EXIT.done : EXIT.failed;
  if (options.json) {
    writeJson(context, {
      ok: failed.length === 0,
      passed: results.length - failed.length,
      failed: failed.length,
      results,
    });
    return;
  }
  for (const { file, name, differences } of failed) {
    context.write(`FAILED ${file}: ${name}\n${differences.map((difference) => `  ${difference}\n`).join('')}`);
  }
  context.write(`${results.length - failed.length} passed, ${failed.length} failed\n`);
}

const told = ({ permitted, rules, obligations }: ChangedDecision['before']): string =>
  permitted ? ['permitted', ...obligations].join(' ') : rules.join(' ');

async function readLog(path: string, context: CommandContext): Promise<string> {
  if (path === '-') return (await context.readInput()).toString('utf8');
  const { logFiles } = await import('../../offline/log-files.ts');
  const files = await logFiles(resolve(context.cwd, path));
  const texts = files.map((file) =>
    readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
      throw new AppError('config_invalid', `The log ${file} cannot be read (${cause.code}).`);
    }),
  );
  return (await Promise.all(texts)).join('');
}

async function diff(before: string, after: string, options: Options, context: CommandContext): Promise<void> {
  const { loadOrFail } = await import('../load-or-fail.ts');
  const { buildOfflineWorld } = await import('../../offline/offline-world.ts');
  const { diffPolicies } = await import('../../offline/policy-diff.ts');
  const { loaded, source } = loadOrFail(options.config, context);
  const log = await readLog(options.log as string, context);
  const withStarter = options.starter !== false && loaded.configuration.policy.starter_bundle;
  const [old, fresh] = await Promise.all(
    [before, after].map((path) => usable({ path: resolve(context.cwd, path), withStarter })),
  );
  const now = context.now();
  const built = await buildOfflineWorld({ loaded, source, env: context.env, now, withPrices: false });
  if (old?.bundle == null || fresh?.bundle == null) return;
  const difference = diffPolicies(old.bundle, fresh.bundle, log, built.gatewayWorld.world, loaded, now);
  context.exitCode = difference.changed.length === 0 ? EXIT.done : EXIT.gateSaysNo;
  if (options.json) {
    writeJson(context, difference);
    return;
  }
  const rows = difference.changed.map((change) => [
    change.request_id,
    change.use_case ?? '-',
    change.deployment,
    told(change.before),
    told(change.after),
  ]);
  if (rows.length > 0) context.write(table(['request', 'use case', 'deployment', 'before', 'after'], rows));
  context.write(`${difference.decisions} decisions, ${rows.length} verdicts change\n`);
  for (const id of difference.unknown_deployments) context.note(`${id}: no such deployment any more\n`);
}

const withStarterOption = (command: Command): Command =>
  command.option('--no-starter', 'without the starter bundle (default: as the configuration says)');

/** `alidade policy check|test|diff`. */
export function addPolicyCommand(program: Command, context: CommandContext): void {
  const policy = program.command('policy').description('rules of where data may go');
  withStarterOption(withJson(withConfig(policy.command('check'))))
    .description('name every problem of the rules with file, line and column; exit 2 when there is an error')
    .option('-f, --file <path>', 'a .cedar file or a folder (default: policies of the configuration)')
    .action((options: Options) => check(options, context));
  withStarterOption(withJson(withConfig(policy.command('test'))))
    .description('run the test files (*.test.yaml) beside the rules; exit 1 when one fails')
    .option('-f, --file <path>', 'a folder, a .cedar file or one test file (default: policies of the configuration)')
    .action((options: Options) => test(options, context));
  withStarterOption(withJson(withConfig(policy.command('diff <old> <new>'))))
    .description('which decisions of a journal would come out differently; exit 3 when there are any')
    .requiredOption(
      '--log <path>',
      'a journal, the data folder around it, or a file of its lines; - reads standard input',
    )
    .action((before: string, after: string, options: Options) => diff(before, after, options, context));
}
