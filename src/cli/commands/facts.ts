import type { Command } from 'commander';
import { AppError } from '../../contracts/errors.ts';
import { nearestNames } from '../../lib/edit-distance.ts';
import type { ListedFact } from '../../offline/facts-offline.ts';
import { type ConfigOption, type JsonOption, withConfig, withJson } from '../command-options.ts';
import type { CommandContext } from '../context.ts';
import { EXIT } from '../exit-code.ts';
import { table, writeJson } from '../output.ts';

type Options = ConfigOption & JsonOption & { days?: string };

const shown = (value: unknown): string => (Array.isArray(value) ? value.join(' ') || 'none' : String(value));

function write(facts: readonly ListedFact[], options: Options, context: CommandContext): void {
  if (options.json) {
    writeJson(context, facts);
    return;
  }
  const rows = facts.map(({ subject, region, fact, value, state, certainty, valid_until: until, source }) => [
    region === null ? subject : `${subject} (${region})`,
    fact,
    shown(value),
    state,
    certainty ?? '-',
    until ?? '-',
    source ?? '-',
  ]);
  context.write(table(['subject', 'fact', 'value', 'state', 'certainty', 'valid until', 'source'], rows));
}

async function worldOf(options: Options, context: CommandContext) {
  const { loadOrFail } = await import('../load-or-fail.ts');
  const { buildOfflineWorld } = await import('../../offline/offline-world.ts');
  const { loaded, source } = loadOrFail(options.config, context);
  const input = { loaded, source, env: context.env, now: context.now(), withPrices: false };
  return (await buildOfflineWorld(input)).gatewayWorld.world;
}

async function list(options: Options, context: CommandContext): Promise<void> {
  const { listFacts } = await import('../../offline/facts-offline.ts');
  const { deployments } = await worldOf(options, context);
  write(listFacts(deployments, context.now()), options, context);
}

async function show(subject: string, options: Options, context: CommandContext): Promise<void> {
  const { listFacts } = await import('../../offline/facts-offline.ts');
  const { deployments } = await worldOf(options, context);
  const facts = listFacts(deployments, context.now());
  const bare = (name: string): string => name.slice(name.indexOf(':') + 1);
  const found = facts.filter(({ subject: name }) => name === subject || bare(name) === subject);
  if (found.length === 0) {
    const near = nearestNames(subject, new Set(facts.map((fact) => bare(fact.subject))), 3);
    const hint = near.length === 0 ? '`alidade facts list` shows all.' : `Did you mean ${near.join(', ')}?`;
    throw new AppError('not_found', `There are no facts about ${JSON.stringify(subject)}. ${hint}`);
  }
  write(found, options, context);
}

async function stale(options: Options, context: CommandContext): Promise<void> {
  const days = Number(options.days ?? 0);
  if (!Number.isFinite(days) || days < 0) throw new AppError('config_invalid', '--days is a number from 0 on.');
  const { listStaleFacts } = await import('../../offline/facts-offline.ts');
  const { deployments } = await worldOf(options, context);
  const facts = listStaleFacts(deployments, context.now(), days);
  context.exitCode = facts.length === 0 ? EXIT.done : EXIT.gateSaysNo;
  if (facts.length > 0 || options.json) write(facts, options, context);
  else context.write('No fact about an endpoint in use is stale.\n');
}

/** `alidade facts list|show|stale`. */
export function addFactsCommand(program: Command, context: CommandContext): void {
  const facts = program.command('facts').description('what is known about endpoints, since when and until when');
  withJson(withConfig(facts.command('list')))
    .description('every fact about endpoints in use, then what is documented about everybody')
    .action((options: Options) => list(options, context));
  withJson(withConfig(facts.command('show <subject>')))
    .description('the facts about one endpoint, preset, operator or feature')
    .action((subject: string, options: Options) => show(subject, options, context));
  withJson(withConfig(facts.command('stale')))
    .description('facts about endpoints in use that count no longer; exit 3 when there are any')
    .option('--days <days>', 'also those that will not count so many days from now')
    .action((options: Options) => stale(options, context));
}
