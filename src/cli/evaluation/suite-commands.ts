import { resolve } from 'node:path';
import { AppError } from '../../contracts/errors.ts';
import type { FetchOptions } from '../../offline/fetch-suite.ts';
import type { ConfigOption, JsonOption } from '../command-options.ts';
import type { CommandContext } from '../context.ts';
import { EXIT } from '../exit-code.ts';
import { table, thousands, writeJson } from '../output.ts';

export interface CertifyOptions extends ConfigOption, JsonOption {
  data?: string;
  suite?: string[];
  checks?: boolean;
}

export interface FetchCommandOptions extends ConfigOption, JsonOption {
  url?: string;
  sha256?: string;
  as?: string;
  maxMb?: string;
  private?: boolean;
}

const MEGABYTE = 1_000_000;
const DEFAULT_MAX_MB = 1_024;

async function dataDirOf({ config }: ConfigOption, context: CommandContext): Promise<string> {
  const { loadOrFail } = await import('../load-or-fail.ts');
  return loadOrFail(config, context).loaded.paths.dataDir;
}

/** `alidade eval suites`. */
export async function listPublicSuites({ json }: JsonOption, context: CommandContext): Promise<void> {
  const { listSuites } = await import('../../offline/certify-suites.ts');
  const known = listSuites();
  if (json) {
    writeJson(context, known);
    return;
  }
  const rows = known.map(({ name, scorer, version, licence, downloadable, origin }) => [
    ...[name, scorer, version, licence, downloadable ? 'eval fetch' : 'with --url and --sha256', origin],
  ]);
  context.write(table(['suite', 'scorer', 'version', 'licence', 'download', 'from'], rows));
}

/** `alidade eval certify`. */
export async function certifyScorers(options: CertifyOptions, context: CommandContext): Promise<void> {
  const { certificateRows, certificationRows, CERTIFICATE_HEAD, certifySuites, downloadedSuites, failedOnly } =
    await import('../../offline/certify-suites.ts');
  const { data, suite = [], checks, json } = options;
  const dir = data === undefined ? downloadedSuites(await dataDirOf(options, context)) : resolve(context.cwd, data);
  const certification = await certifySuites(dir, suite, (name) => context.note(`${name} ...\n`));
  const { certificates, own, withoutData, unread, sandbox, sandboxCommand } = certification;
  const all = [...certificates, ...own];
  // A certificate that nobody could earn is no yes.
  context.exitCode = certificates.length > 0 && all.every(({ ok }) => ok) ? EXIT.done : EXIT.gateSaysNo;
  if (json) {
    writeJson(context, { certificates, own_scorers: own, without_data: withoutData, unread, code_sandbox: sandbox });
    return;
  }
  const everyCheck = ['suite', 'scorer', 'verdict', 'check', 'result', ''];
  if (checks === true) context.write(table(everyCheck, certificateRows(all)));
  else context.write(table([...CERTIFICATE_HEAD], certificationRows(certification)));
  const failed = failedOnly(all);
  if (failed.length > 0 && checks !== true) context.write(`\n${table(everyCheck, certificateRows(failed))}`);
  for (const { suite, part, reason } of unread) context.note(`${suite}: ${part} is not read: ${reason}.\n`);
  if (sandbox !== null) {
    const bound = sandbox.memory === 'kernel' ? 'bounded by the kernel' : 'watched, since no kernel group can bound it';
    context.note(`Code ran at level ${sandbox.level}; memory of all processes of a program together is ${bound}.\n`);
  }
  if (certificates.length === 0) context.note(`There is no data in ${dir}.\n`);
  if (sandboxCommand !== null) context.note(`Code suites need a sandbox: ${sandboxCommand}\n`);
}

function ownDownload({ url, sha256, as, maxMb }: FetchCommandOptions): Pick<FetchOptions, 'own'> {
  if (url === undefined && sha256 === undefined && as === undefined) return {};
  if (url === undefined || sha256 === undefined) {
    throw new AppError('config_invalid', 'A file of your own choice needs --url and --sha256.');
  }
  if (!URL.canParse(url)) throw new AppError('config_invalid', `--url takes an address, not ${JSON.stringify(url)}.`);
  const most = Number(maxMb ?? DEFAULT_MAX_MB);
  if (!(most > 0)) throw new AppError('config_invalid', '--max-mb takes a number above 0.');
  return { own: { url, sha256, maxBytes: most * MEGABYTE, ...(as === undefined ? {} : { path: as }) } };
}

/** `alidade eval fetch`. */
export async function fetchPublicSuite(
  suite: string,
  options: FetchCommandOptions,
  context: CommandContext,
): Promise<void> {
  const own = ownDownload(options);
  const { fetchSuite } = await import('../../offline/fetch-suite.ts');
  const fetched = await fetchSuite(await dataDirOf(options, context), suite, {
    ...own,
    private: options.private === true,
    notice: (text) => context.note(text),
    tell: ({ path, bytes, kept }) => context.note(`${path}: ${kept ? 'there already' : `${thousands(bytes)} bytes`}\n`),
  });
  if (options.json) writeJson(context, fetched);
  else context.write(`${suite} lies in ${fetched.folder}; eval run --suite ${suite} and eval certify find it.\n`);
}
