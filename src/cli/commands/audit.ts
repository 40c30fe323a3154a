import { resolve } from 'node:path';
import type { Command } from 'commander';
import { AppError } from '../../contracts/errors.ts';
import type { RotatedKey } from '../../offline/rotate-offline.ts';
import { type ConfigOption, collect, type JsonOption, withConfig, withJson } from '../command-options.ts';
import type { CommandContext } from '../context.ts';
import { EXIT } from '../exit-code.ts';
import { table, thousands, writeJson } from '../output.ts';

/** As audit/checkpoint.ts names it, in the data folder. */
const PUBLIC_KEY = 'audit-key.pub.pem';

type Options = ConfigOption & JsonOption;

interface VerifyOptions extends Options {
  anchor?: string[];
  publicKey?: string;
}

interface ExportOptions extends Options {
  from?: string;
  to?: string;
  since?: string;
  until?: string;
}

/** What is named on the command line needs no configuration, so that an auditor can check a copy anywhere. */
async function dataFolder(folder: string | undefined, options: Options, context: CommandContext): Promise<string> {
  if (folder !== undefined) return resolve(context.cwd, folder);
  const { loadOrFail } = await import('../load-or-fail.ts');
  return loadOrFail(options.config, context).loaded.paths.dataDir;
}

async function verify(folder: string | undefined, options: VerifyOptions, context: CommandContext): Promise<void> {
  const { dataFolderOf, verdictLines, verifyOffline } = await import('../../offline/verify-offline.ts');
  const { findDataOwner } = await import('../../offline/data-owner.ts');
  const path = await dataFolder(folder, options, context);
  const dataDir = await dataFolderOf(path);
  const result = await verifyOffline(
    {
      folder: path,
      anchorFiles: (options.anchor ?? []).map((file) => resolve(context.cwd, file)),
      publicKeyFile: options.publicKey === undefined ? undefined : resolve(context.cwd, options.publicKey),
    },
    () => findDataOwner(dataDir, Date.now) !== null,
  );
  const { ok, records, first_bad } = result;
  context.exitCode = ok ? EXIT.done : EXIT.failed;
  if (options.json) writeJson(context, { ok, records, first_bad });
  else context.write(`${verdictLines(result).join('\n')}\n`);
}

async function anchor(folder: string | undefined, options: Options, context: CommandContext): Promise<void> {
  const { newestAnchor } = await import('../../offline/audit-offline.ts');
  // One line either way, to be added to a file of anchors.
  context.write(`${await newestAnchor(await dataFolder(folder, options, context))}\n`);
}

/** @throws AppError invalid_request */
function seqOf(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const seq = Number(text);
  if (Number.isSafeInteger(seq) && seq >= 1) return seq;
  throw new AppError('invalid_request', `--${name} is the number of a record, 1 or more, not ${JSON.stringify(text)}.`);
}

/** @throws AppError invalid_request */
function timeOf(name: string, text: string | undefined): string | undefined {
  // Of "1" and "May" JavaScript makes a date as well, of some year.
  if (text === undefined || (/^\d{4}-\d\d-\d\d/.test(text) && !Number.isNaN(Date.parse(text)))) return text;
  throw new AppError(
    'invalid_request',
    `--${name} is a time such as 2026-11-01T00:00:00Z, not ${JSON.stringify(text)}.`,
  );
}

async function exportTo(target: string, options: ExportOptions, context: CommandContext): Promise<void> {
  const { exportRecords } = await import('../../offline/audit-offline.ts');
  const range = {
    fromSeq: seqOf('from', options.from),
    toSeq: seqOf('to', options.to),
    since: timeOf('since', options.since),
    until: timeOf('until', options.until),
  };
  const path = resolve(context.cwd, target);
  const exported = await exportRecords(await dataFolder(undefined, options, context), path, range);
  if (options.json) return writeJson(context, exported);
  const { first_seq, last_seq, covered } = exported;
  context.note(
    `Records ${thousands(first_seq)} to ${thousands(last_seq)} lie in ${path}; ${
      covered === null ? 'none of them is signed' : `signatures cover them up to ${thousands(covered)}`
    }. Check them anywhere: alidade audit verify ${target}\n`,
  );
}

async function erase(id: string, options: Options, context: CommandContext): Promise<void> {
  const { loadOrFail } = await import('../load-or-fail.ts');
  const { findLiveOwner } = await import('../owner-client.ts');
  const { loaded } = loadOrFail(options.config, context);
  const owner = findLiveOwner(loaded.paths.dataDir);
  if (owner !== null) await owner.request('DELETE', `/api/requests/${encodeURIComponent(id)}/body`);
  else {
    const { eraseBodyOffline } = await import('../../offline/erase-offline.ts');
    const erased = await eraseBodyOffline(loaded, id, context.now());
    if (!erased) throw new AppError('not_found', `No body is kept for ${JSON.stringify(id)}.`);
  }
  if (options.json) writeJson(context, { request_id: id, erased: true });
  else context.note(`The body of ${id} can no longer be read; its receipt stays, and the erasure is on record.\n`);
}

interface RotateOptions extends Options {
  revoke?: boolean;
}

async function rotateKey(options: RotateOptions, context: CommandContext): Promise<void> {
  const { loadOrFail } = await import('../load-or-fail.ts');
  const { findLiveOwner } = await import('../owner-client.ts');
  const { rotateKeyOffline } = await import('../../offline/rotate-offline.ts');
  const { loaded } = loadOrFail(options.config, context);
  const revoke = options.revoke === true;
  const owner = findLiveOwner(loaded.paths.dataDir);
  const rotated =
    owner === null
      ? await rotateKeyOffline(loaded, revoke)
      : ((await owner.request('POST', '/api/audit/rotate-key', { revoke })) as RotatedKey);
  if (options.json) return writeJson(context, rotated);
  const { key_id, previous } = rotated;
  context.note(
    `Key ${key_id} signs from now on; ${previous.key_id} is ${previous.state} with record ${thousands(previous.last_seq)}, on record, and destroyed. Give ${PUBLIC_KEY} to whoever verifies${revoke ? ': the old one no longer counts' : ''}.\n`,
  );
}

async function listKeys(folder: string | undefined, options: Options, context: CommandContext): Promise<void> {
  const { signingKeys } = await import('../../offline/rotate-offline.ts');
  const keys = signingKeys(await dataFolder(folder, options, context));
  if (options.json) return writeJson(context, keys);
  if (keys.length === 0) return context.note('No key: the first start of a server makes one.\n');
  const rows = keys.map(({ key_id, state, last_seq, ended_at, public_key }) => [
    key_id,
    state,
    last_seq === null ? '-' : thousands(last_seq),
    ended_at ?? '-',
    public_key,
  ]);
  context.write(table(['KEY', 'STATE', 'LAST RECORD', 'ENDED', 'PUBLIC KEY'], rows));
}

/** `alidade audit verify|anchor|export|erase|rotate-key|keys`. */
export function addAuditCommand(program: Command, context: CommandContext): void {
  const audit = program.command('audit').description('the record of what happened');
  withJson(withConfig(audit.command('verify [folder]')))
    .description('check a journal with nothing but its bytes; exit 1 names the first bad record')
    .option('--anchor <file>', 'what `audit anchor` printed, kept elsewhere; may be given several times', collect)
    .option('--public-key <file>', 'the key that must have signed it, or handed over (default: the one beside it)')
    .addHelpText('after', '\nfolder: the journal, or the data folder around it; default: that of the configuration.')
    .action((folder: string | undefined, options: VerifyOptions) => verify(folder, options, context));
  withJson(withConfig(audit.command('anchor [folder]')))
    .description('the newest signed checkpoint as one line of JSON, to be kept where this machine cannot change it')
    .action((folder: string | undefined, options: Options) => anchor(folder, options, context));
  withJson(withConfig(audit.command('export <target>')))
    .description('write records, their signatures and the public key into a folder that `audit verify` checks anywhere')
    .option('--from <seq>', 'first record')
    .option('--to <seq>', 'last record')
    .option('--since <time>', 'records from this time on, RFC 3339')
    .option('--until <time>', 'records up to this time')
    .action((target: string, options: ExportOptions) => exportTo(target, options, context));
  withJson(withConfig(audit.command('erase <request-id>')))
    .description('destroy the key of a kept body, so that nobody can read it again; the chain stays whole')
    .action((id: string, options: Options) => erase(id, options, context));
  withJson(withConfig(audit.command('rotate-key')))
    .description('make a new key that signs the journal; the old one hands over on record and is destroyed')
    .option('--revoke', 'the old key may be known to others: nothing is believed any more for its signature alone')
    .action((options: RotateOptions) => rotateKey(options, context));
  withJson(withConfig(audit.command('keys [folder]')))
    .description('public keys whose signatures stand in the journal: the one in force and those before it')
    .action((folder: string | undefined, options: Options) => listKeys(folder, options, context));
}
