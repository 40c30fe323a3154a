import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { AppError } from '../../contracts/errors.ts';
import type { EvidenceVersion } from '../../contracts/evidence.ts';
import { type ConfigOption, type JsonOption, withConfig, withJson } from '../command-options.ts';
import type { CommandContext } from '../context.ts';
import type { UsableConfiguration } from '../load-or-fail.ts';
import { table, thousands, writeJson } from '../output.ts';

type Options = ConfigOption & JsonOption;

async function filesOf(options: Options, context: CommandContext) {
  const { loadOrFail } = await import('../load-or-fail.ts');
  const { evidenceFiles } = await import('../../offline/evidence-offline.ts');
  const usable = loadOrFail(options.config, context);
  return { usable, files: evidenceFiles(usable.loaded.paths.dataDir) };
}

function versionsText(versions: readonly EvidenceVersion[]): string {
  if (versions.length === 0) return 'There is no evidence yet.\n';
  return table(
    ['VERSION', 'DECIDES', 'ROWS', 'MADE', 'FROM', 'OF', 'NOTE'],
    versions.map(({ version, promoted, rows, created_at, parent, sandbox, note }) => [
      version,
      promoted ? 'yes' : 'no',
      thousands(rows),
      created_at,
      parent ?? 'nothing',
      sandbox ? 'sandbox' : 'models',
      note,
    ]),
  );
}

async function list(options: Options, context: CommandContext): Promise<void> {
  const { files } = await filesOf(options, context);
  const versions = files.list();
  if (options.json) writeJson(context, { versions });
  else context.write(versionsText(versions));
}

/** What the version would have changed in the recorded log; null: there is no log yet. */
async function compare(version: string, usable: UsableConfiguration, context: CommandContext) {
  const journal = join(usable.loaded.paths.dataDir, 'journal');
  if (statSync(journal, { throwIfNoEntry: false }) === undefined) return null;
  const { compareEvidence } = await import('../../offline/evidence-offline.ts');
  context.note('Comparing with the recorded log ...\n');
  return compareEvidence(version, journal, { ...usable, env: context.env, now: context.now() });
}

async function promote(
  version: string,
  options: Options & { dryRun?: boolean },
  context: CommandContext,
): Promise<void> {
  const { usable, files } = await filesOf(options, context);
  files.read(version);
  const comparison = await compare(version, usable, context);
  if (options.dryRun !== true) {
    const { findLiveOwner } = await import('../owner-client.ts');
    const owner = findLiveOwner(usable.loaded.paths.dataDir);
    if (owner === null) files.promote(version);
    else await owner.request('POST', '/api/evidence/promote', { version });
  }
  const promoted = options.dryRun !== true;
  if (options.json) return writeJson(context, { version, promoted, comparison });
  const { simulationText } = await import('../simulation-text.ts');
  context.write(comparison === null ? 'There is no recorded log to compare with.\n' : simulationText(comparison));
  context.write(promoted ? `Decisions go by ${version} now.\n` : `Nothing was changed: ${version} is not promoted.\n`);
}

async function rollback(options: Options & { sandbox?: boolean }, context: CommandContext): Promise<void> {
  const { usable, files } = await filesOf(options, context);
  const { findLiveOwner } = await import('../owner-client.ts');
  const owner = findLiveOwner(usable.loaded.paths.dataDir);
  const sandbox = options.sandbox === true;
  const { version } =
    owner === null
      ? { version: files.rollback(sandbox) }
      : ((await owner.request('POST', '/api/evidence/rollback', { sandbox })) as { version: string | null });
  if (options.json) return writeJson(context, { version });
  context.write(version === null ? 'No evidence decides now.\n' : `Decisions go by ${version} again.\n`);
  context.write(
    `New versions are still made of the newest; \`evidence import --onto ${version ?? 'nothing'}\` leaves out what came after.\n`,
  );
}

interface ImportOptions extends ConfigOption, JsonOption {
  mapping?: string;
  adapter?: string;
  models?: string;
  skipUnknown?: boolean;
  dryRun?: boolean;
  note?: string;
  onto?: string;
}

async function importFile(file: string, options: ImportOptions, context: CommandContext): Promise<void> {
  if (options.mapping !== undefined && options.adapter !== undefined) {
    throw new AppError('config_invalid', 'Give --mapping or --adapter, not both.');
  }
  const { loadWorldOrFail } = await import('../load-world.ts');
  const { readEvidence } = await import('../../offline/evidence-import/import-evidence.ts');
  const { evidenceFiles } = await import('../../offline/evidence-offline.ts');
  const { loaded, world } = await loadWorldOrFail(options.config, context);
  const { rows, skipped } = readEvidence(
    {
      file: resolve(context.cwd, file),
      mapping: options.mapping === undefined ? null : resolve(context.cwd, options.mapping),
      adapter: options.adapter ?? null,
      models: options.models === undefined ? null : resolve(context.cwd, options.models),
      skipUnknown: options.skipUnknown === true,
      date: context.now().toISOString().slice(0, 10),
    },
    world.gatewayWorld.world,
  );
  if (skipped.length > 0) context.note(`Left out, because nobody here knows them: ${skipped.join(', ')}\n`);
  const onto = options.onto === 'nothing' ? null : options.onto;
  const files = evidenceFiles(loaded.paths.dataDir);
  const made = options.dryRun === true ? null : files.add(rows, options.note ?? `import of ${file}`, onto);
  if (options.json) return writeJson(context, { rows: rows.length, skipped, version: made?.version ?? null });
  context.write(`${thousands(rows.length)} rows of evidence in ${file}.\n`);
  if (made === null) context.write('Nothing was imported.\n');
  else if (made.sandbox)
    context.write(
      `Version ${made.version} holds them. It is about sandbox programs and decides at once, in a running server from its next reload.\n`,
    );
  else
    context.write(`Version ${made.version} holds them; \`alidade evidence promote ${made.version}\` lets it decide.\n`);
}

/** `alidade evidence import|list|promote|rollback`. */
export function addEvidenceCommand(program: Command, context: CommandContext): void {
  const evidence = program
    .command('evidence')
    .description('what was measured, and by which version of it decisions go');
  withJson(withConfig(evidence.command('import <file>')))
    .description(
      'make a version of measurements in a JSONL or CSV file: all of it, or nothing and the lines that are wrong',
    )
    .option('--mapping <file>', 'which column is what (docs/evidence.md); absent: the lines are rows of evidence')
    .option('--adapter <name>', 'bfcl-leaderboard, routellm-replay or llmrouterbench: a table as it is published')
    .option('--models <file>', 'what its names of models mean here: a YAML or JSON object')
    .option('--skip-unknown', 'leave out models that nobody here knows instead of refusing the file')
    .option('--dry-run', 'read and check only')
    .option('--note <text>', 'where it comes from')
    .option('--onto <version>', 'add to this version instead of the newest; nothing: to none')
    .action((file: string, options: ImportOptions) => importFile(file, options, context));
  withJson(withConfig(evidence.command('list')))
    .description('versions, oldest first')
    .action((options: Options) => list(options, context));
  withJson(withConfig(evidence.command('promote <version>')))
    .description('let decisions go by a version, after comparing it with the recorded log')
    .option('--dry-run', 'compare only')
    .action((version: string, options: Options & { dryRun?: boolean }) => promote(version, options, context));
  withJson(withConfig(evidence.command('rollback')))
    .description('let decisions go by the version promoted before')
    .option('--sandbox', 'of the evidence about sandbox programs')
    .action((options: Options & { sandbox?: boolean }) => rollback(options, context));
}
