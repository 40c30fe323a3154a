import type { Command } from 'commander';
import type { ConfigurationProblem } from '../../config/problem.ts';
import { type ConfigOption, type JsonOption, withConfig, withJson } from '../command-options.ts';
import type { CommandContext } from '../context.ts';
import { EXIT } from '../exit-code.ts';
import { writeJson } from '../output.ts';

type Options = ConfigOption & JsonOption;

/** Every problem that a start would find, the catalogue's too, in the order of the places. */
async function check(file: string | undefined, options: Options, context: CommandContext): Promise<void> {
  const { load } = await import('../load-or-fail.ts');
  const { formatPath, formatProblem, hasErrors } = await import('../../config/problem.ts');
  const { loaded, source, problems } = load(file ?? options.config, context);
  const all = [...problems];
  if (loaded !== null) {
    const { buildOfflineWorld } = await import('../../offline/offline-world.ts');
    const { env } = context;
    all.push(...(await buildOfflineWorld({ loaded, source, env, now: context.now(), withPrices: false })).problems);
  }
  const ok = !hasErrors(all);
  context.exitCode = ok ? EXIT.done : EXIT.usage;
  if (options.json) {
    const shown = all.map(({ path, ...problem }: ConfigurationProblem) => ({ ...problem, path: formatPath(path) }));
    writeJson(context, { ok, file: source.file, problems: shown });
    return;
  }
  for (const problem of all) context.write(`${formatProblem(problem)}\n`);
  const name = source.file ?? 'built-in default (no alidade.yaml found)';
  if (ok) context.write(`${name}: ok\n`);
}

async function show(options: Options, context: CommandContext): Promise<void> {
  const { loadOrFail } = await import('../load-or-fail.ts');
  const { effectiveConfiguration } = await import('../../offline/effective-configuration.ts');
  const { loaded, source } = loadOrFail(options.config, context);
  const { configuration, fromEnvironment } = effectiveConfiguration(loaded, context.env);
  for (const { variable, endpoint } of fromEnvironment) context.note(`endpoint ${endpoint}: from ${variable}\n`);
  if (options.json) {
    writeJson(context, configuration);
    return;
  }
  const { stringify } = await import('yaml');
  context.write(`# In force: ${source.file ?? 'the built-in default'}. Secrets are redacted.\n`);
  context.write(stringify(configuration, { lineWidth: 120, aliasDuplicateObjects: false }));
}

async function schema(context: CommandContext): Promise<void> {
  const { configurationJsonSchema } = await import('../../config/schema.ts');
  writeJson(context, configurationJsonSchema());
}

/** `alidade config check|show|schema`. */
export function addConfigCommand(program: Command, context: CommandContext): void {
  const config = program.command('config').description('check and show the configuration');
  withJson(withConfig(config.command('check [file]')))
    .description('name every problem with file, line and column; exit 2 when there is an error')
    .action((file: string | undefined, options: Options) => check(file, options, context));
  withJson(withConfig(config.command('show')))
    .description('print everything that is in force, secrets redacted')
    .action((options: Options) => show(options, context));
  withJson(config.command('schema'))
    .description('print the JSON Schema (draft-07) of the configuration file')
    .action(() => schema(context));
}
