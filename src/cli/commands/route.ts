import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { AppError } from '../../contracts/errors.ts';
import type { ChainedReceipt } from '../../contracts/receipt.ts';
import { type ConfigOption, type JsonOption, withConfig, withJson } from '../command-options.ts';
import type { CommandContext } from '../context.ts';
import { EXIT } from '../exit-code.ts';
import { writeJson } from '../output.ts';

interface Options extends ConfigOption, JsonOption {
  file?: string;
  prompt?: string;
}

const usage = (message: string): AppError => new AppError('config_invalid', message);

/** The body of the request, from exactly one of the places where it may stand. */
async function readBody({ file, prompt }: Options, context: CommandContext): Promise<Buffer> {
  if (prompt !== undefined) {
    return Buffer.from(JSON.stringify({ model: 'auto', messages: [{ role: 'user', content: prompt }] }));
  }
  if (file === '-') return context.readInput();
  const path = resolve(context.cwd, file as string);
  return readFile(path).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'EISDIR') throw usage(`${path} is a folder: name the file in it that holds the body.`);
    throw usage(`The file ${path} cannot be read (${cause.code}).`);
  });
}

async function explainBody(options: Options, context: CommandContext): Promise<void> {
  const body = await readBody(options, context);
  const { loadWorldOrFail } = await import('../load-world.ts');
  const { routeOffline } = await import('../../offline/route-offline.ts');
  const { world } = await loadWorldOrFail(options.config, context);
  const decision = await routeOffline(world, body, context.now());
  if (options.json) {
    writeJson(context, decision);
    return;
  }
  const { decisionText } = await import('../decision-text.ts');
  context.write(decisionText(decision));
}

/** From the server that owns the data, or from the journal where nobody serves. */
async function readReceipt(id: string, dataDir: string, more = ''): Promise<ChainedReceipt> {
  const { findLiveOwner } = await import('../owner-client.ts');
  const owner = findLiveOwner(dataDir);
  if (owner !== null) {
    return (await owner.request('GET', `/api/receipts/${encodeURIComponent(id)}`)) as ChainedReceipt;
  }
  const { findReceipt } = await import('../../offline/read-journal.ts');
  const found = await findReceipt(join(dataDir, 'journal'), id);
  if (found === null)
    throw new AppError('not_found', `There is no receipt ${JSON.stringify(id)} in ${dataDir}${more}.`);
  return found;
}

async function explainReceipt(id: string, options: Options, context: CommandContext, more: string): Promise<void> {
  const { loadOrFail } = await import('../load-or-fail.ts');
  const { loaded, source } = loadOrFail(options.config, context);
  const receipt = await readReceipt(id, loaded.paths.dataDir, more);
  if (receipt.decision === null) {
    throw new AppError('not_found', `${id} was refused before a decision: ${receipt.error ?? receipt.outcome}.`);
  }
  const { publishOffline } = await import('../../offline/publish-offline.ts');
  const input = { loaded, source, env: context.env, now: context.now() };
  const { decision, elsewhere } = await publishOffline(receipt.decision, join(loaded.paths.dataDir, 'journal'), input);
  if (options.json) {
    writeJson(context, decision);
    return;
  }
  const { decisionText, outcomeText } = await import('../decision-text.ts');
  const { ensembleText } = await import('../ensemble-text.ts');
  const story = receipt.ensemble === undefined ? '' : `${ensembleText(receipt.ensemble)}\n`;
  context.write(`${outcomeText(receipt)}\n${story}${decisionText(decision, elsewhere)}`);
}

/** `named`: a request id, or the place of a body as `--file` takes it. */
async function explain(named: string | undefined, options: Options, context: CommandContext): Promise<void> {
  const given = [named, options.file, options.prompt].filter((value) => value !== undefined);
  // An empty name would be this folder; it is what a shell makes of a variable that is not set.
  if (given.length !== 1 || named === '' || options.file === '')
    throw usage('Give one of: a request id, a FILE or --file FILE (- for standard input), --prompt TEXT.');
  if (named === undefined) return explainBody(options, context);
  const isBody = named === '-' || existsSync(resolve(context.cwd, named));
  if (isBody) await explainBody({ ...options, file: named }, context);
  else await explainReceipt(named, options, context, `, and no file ${named} here`);
}

async function replay(id: string, options: Options, context: CommandContext): Promise<void> {
  const { loadOrFail } = await import('../load-or-fail.ts');
  const { replayDecision } = await import('../../offline/replay.ts');
  const { loaded, source } = loadOrFail(options.config, context);
  const receipt = await readReceipt(id, loaded.paths.dataDir);
  const { decision, error, outcome } = receipt;
  if (decision === null) throw new AppError('not_found', `${id} was refused before a decision: ${error ?? outcome}.`);
  const input = { loaded, source, env: context.env, now: context.now() };
  const result = await replayDecision(receipt, decision, join(loaded.paths.dataDir, 'journal'), input);
  context.exitCode = result.same ? EXIT.done : EXIT.failed;
  if (options.json) return writeJson(context, result);
  const { replayText } = await import('../replay-text.ts');
  context.write(replayText(result));
}

interface SimulateOptions extends ConfigOption, JsonOption {
  log: string;
}

async function simulateLog(options: SimulateOptions, context: CommandContext): Promise<void> {
  const { loadWorldOrFail } = await import('../load-world.ts');
  const { simulate } = await import('../../offline/simulate.ts');
  const { world } = await loadWorldOrFail(options.config, context);
  const simulation = await simulate(resolve(context.cwd, options.log), null, world);
  if (simulation.requests === 0) context.note(`There are no receipts of requests in ${options.log}.\n`);
  if (options.json) return writeJson(context, simulation);
  const { simulationText } = await import('../simulation-text.ts');
  context.write(simulationText(simulation));
}

/** `alidade route explain|replay|simulate`. */
export function addRouteCommand(program: Command, context: CommandContext): void {
  const route = program.command('route').description('why a request goes where it goes');
  withJson(withConfig(route.command('explain [request-id|file]')))
    .description('decide as a server with this configuration would, without calling anyone; or explain a past request')
    .option('-f, --file <file>', 'body of the request, as for POST /api/route; - is standard input')
    .option('-p, --prompt <text>', 'a single user message for model auto')
    .addHelpText('after', '\nWith --json: exactly the decision that POST /api/route answers.')
    .action((named: string | undefined, options: Options) => explain(named, options, context));
  withJson(withConfig(route.command('replay <request-id>')))
    .description('make a decision of the record again; exit 1 where it comes out otherwise')
    .action((id: string, options: Options) => replay(id, options, context));
  withJson(withConfig(route.command('simulate')))
    .description('decide a recorded log again with this configuration, and compare')
    .requiredOption('--log <path>', 'a journal, the data folder around it, or a file of its lines')
    .addHelpText('after', '\nOf a long log the interval comes from 500 groups of requests, resampled 1,000 times.')
    .action((options: SimulateOptions) => simulateLog(options, context));
}
