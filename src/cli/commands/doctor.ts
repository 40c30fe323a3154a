import type { Command } from 'commander';
import type { LoadedConfiguration } from '../../config/load.ts';
import { type ConfigOption, type JsonOption, withConfig, withJson } from '../command-options.ts';
import type { CommandContext } from '../context.ts';
import type { Finding } from '../doctor/finding.ts';
import { EXIT } from '../exit-code.ts';
import type { UsableConfiguration } from '../load-or-fail.ts';
import { writeJson } from '../output.ts';

type Options = ConfigOption & JsonOption;

/** What a server with this configuration would own. A folder that cannot be used needs no further complaint. */
async function checkData(loaded: LoadedConfiguration, context: CommandContext): Promise<Finding[]> {
  const { findLiveOwner } = await import('../owner-client.ts');
  const { listKeysOffline } = await import('../../offline/keys-offline.ts');
  const { catalogueDates } = await import('../../offline/diagnosis.ts');
  const machine = await import('../doctor/machine.ts');
  const data = await import('../doctor/data-checks.ts');
  const { configuration, paths } = loaded;
  const dates = catalogueDates();
  const folder = await machine.checkDataFolder(paths.dataDir);
  const about = machine.checkAges(context.now(), dates);
  if (folder.status === 'error') return [folder, ...about];
  const owner = findLiveOwner(paths.dataDir);
  const callers = data.checkCallerKeys(() => listKeysOffline(loaded, context.now()));
  const journal = await data.checkJournal(paths, owner);
  return [
    owner === null
      ? await machine.checkPort(configuration.server, callers.exist)
      : machine.servedBy(owner.pid, paths.dataDir),
    callers.finding,
    folder,
    await machine.checkDisk(paths.dataDir, configuration.journal.min_free_bytes),
    ...(await data.checkStore(paths, owner)),
    journal.finding,
    machine.checkClock(context.now(), dates.models, journal.writtenMs),
    ...about,
  ];
}

async function checkWorld({ loaded, source, problems }: UsableConfiguration, context: CommandContext) {
  const { buildOfflineWorld } = await import('../../offline/offline-world.ts');
  const { findLocalEngines, keyVariables } = await import('../../offline/diagnosis.ts');
  const checks = await import('../doctor/world-checks.ts');
  const { fine } = await import('../doctor/finding.ts');
  const { checkEvidence } = await import('../doctor/data-checks.ts');
  const { evidenceFiles } = await import('../../offline/evidence-offline.ts');
  const { env } = context;
  const { evidence, findings } = checkEvidence(() => evidenceFiles(loaded.paths.dataDir).promoted());
  const world = await buildOfflineWorld({ loaded, source, env, now: context.now(), withPrices: false, evidence });
  const engines = loaded.configuration.detect_local_engines ? await findLocalEngines() : [];
  return [
    ...checks.checkConfiguration([...problems, ...world.problems], source.file),
    ...findings,
    checks.checkVendorKeys(keyVariables(env), loaded.usesEnvironmentKeys),
    ...checks.checkModels(world),
    ...checks.checkFacts(world, context.now()),
    checks.checkPolicy(loaded),
    ...checks.checkTokens(loaded),
    ...engines.map(({ preset, baseUrl, models }) => fine('engines', `${preset} at ${baseUrl}: ${models.join(', ')}`)),
    ...(engines.length === 0 ? [fine('engines', 'no model server found on this machine')] : []),
  ];
}

async function examine(options: Options, context: CommandContext): Promise<Finding[]> {
  const { load } = await import('../load-or-fail.ts');
  const { checkNode } = await import('../doctor/machine.ts');
  const { checkConfiguration } = await import('../doctor/world-checks.ts');
  const result = load(options.config, context);
  const node = checkNode(process.versions.node);
  // Without a configuration nobody knows which port, folder or database is meant.
  if (result.loaded === null) return [node, ...checkConfiguration(result.problems, result.source.file)];
  const usable = { ...result, loaded: result.loaded };
  return [node, ...(await checkWorld(usable, context)), ...(await checkData(result.loaded, context))];
}

const SIGNS = { ok: 'ok', warning: 'WARN', error: 'FAIL' } as const;

function text(findings: readonly Finding[]): string {
  return findings
    .map(({ area, status, code, message, fix }) => {
      const head = `${SIGNS[status].padEnd(5)}${area.padEnd(11)}${code === null ? '' : `${code}  `}${message}`;
      return fix === null ? `${head}\n` : `${head}\n${' '.repeat(16)}${fix}\n`;
    })
    .join('');
}

async function doctor(options: Options, context: CommandContext): Promise<void> {
  const findings = await examine(options, context);
  const ok = findings.every(({ status }) => status !== 'error');
  context.exitCode = ok ? EXIT.done : EXIT.failed;
  if (options.json) writeJson(context, { ok, checks: findings });
  else context.write(text(findings));
}

/** `alidade doctor`. */
export function addDoctorCommand(program: Command, context: CommandContext): void {
  withJson(withConfig(program.command('doctor')))
    .description('look at machine, configuration, data and models; exit 1 when something would not work')
    .action((options: Options) => doctor(options, context));
}
