import { dirname, join, resolve } from 'node:path';
import type { Command } from 'commander';
import { type ConfigOption, type JsonOption, withConfig, withJson } from '../command-options.ts';
import type { CommandContext } from '../context.ts';
import { EXIT } from '../exit-code.ts';
import { thousands, writeJson } from '../output.ts';

type Options = ConfigOption & JsonOption;

/** What is named on the command line needs no configuration, so that an auditor can check a copy anywhere. */
async function folderOf(folder: string | undefined, options: Options, context: CommandContext): Promise<string> {
  if (folder !== undefined) {
    const { journalFolder } = await import('../../offline/verify-offline.ts');
    return journalFolder(resolve(context.cwd, folder));
  }
  const { loadOrFail } = await import('../load-or-fail.ts');
  return join(loadOrFail(options.config, context).loaded.paths.dataDir, 'journal');
}

async function verify(folder: string | undefined, options: Options, context: CommandContext): Promise<void> {
  const { verifyOffline } = await import('../../offline/verify-offline.ts');
  const { findDataOwner } = await import('../../offline/data-owner.ts');
  const path = await folderOf(folder, options, context);
  const isLive = (): boolean => findDataOwner(dirname(path), Date.now) !== null;
  const { ok, records, first_bad, head } = await verifyOffline(path, isLive);
  context.exitCode = ok ? EXIT.done : EXIT.failed;
  if (options.json) writeJson(context, { ok, records, first_bad });
  else if (first_bad !== null) {
    context.write(`BAD: ${first_bad.file}, line ${first_bad.line}: ${first_bad.reason}\n`);
    context.write(`${thousands(records)} records before it are whole.\n`);
  } else {
    // Whoever keeps this line elsewhere can later see that nothing was cut off.
    context.write(
      `ok: ${thousands(records)} records, chain ${head?.chain}, last seq ${head?.seq}, hash ${head?.hash}\n`,
    );
  }
}

/** `alidade audit verify`. */
export function addAuditCommand(program: Command, context: CommandContext): void {
  const audit = program.command('audit').description('the record of what happened');
  withJson(withConfig(audit.command('verify [folder]')))
    .description('check the hash chain of a journal with nothing but its bytes; exit 1 names the first bad record')
    .addHelpText('after', '\nfolder: the journal, or the data folder around it; default: that of the configuration.')
    .action((folder: string | undefined, options: Options) => verify(folder, options, context));
}
