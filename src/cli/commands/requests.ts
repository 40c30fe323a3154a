import { join } from 'node:path';
import { type Command, Option } from 'commander';
import { AppError } from '../../contracts/errors.ts';
import type { Page, RequestFilter, RequestSummary } from '../../contracts/request-log.ts';
import { OUTCOMES } from '../../contracts/vocabulary.ts';
import { type ConfigOption, type JsonOption, withConfig, withJson } from '../command-options.ts';
import type { CommandContext } from '../context.ts';
import { dollars, table, thousands, writeJson } from '../output.ts';

interface Options extends ConfigOption, JsonOption {
  key?: string;
  useCase?: string;
  task?: string;
  model?: string;
  deployment?: string;
  outcome?: RequestFilter['outcome'];
  since?: string;
  until?: string;
  parent?: string;
  limit: string;
}

const MAX_LIMIT = 200;

function readLimit(text: string): number {
  const limit = Number(text);
  if (Number.isInteger(limit) && limit >= 1 && limit <= MAX_LIMIT) return limit;
  throw new AppError('config_invalid', `--limit takes a number from 1 to ${MAX_LIMIT}, not ${JSON.stringify(text)}.`);
}

/** RFC 3339 in UTC, from whatever names a moment unmistakably. */
function readTime(name: string, text: string): string {
  if (/^\d{4}-\d{2}-\d{2}(T.*(Z|[+-]\d{2}:\d{2}))?$/.test(text) && !Number.isNaN(Date.parse(text))) {
    return new Date(text).toISOString();
  }
  throw new AppError('config_invalid', `--${name} takes a date or a time with its offset, e.g. 2026-11-21T08:00:00Z.`);
}

function filterOf(options: Options): RequestFilter {
  const { key, useCase, task, model, deployment, outcome, since, until, parent } = options;
  return {
    ...(key === undefined ? {} : { key }),
    ...(useCase === undefined ? {} : { use_case: useCase }),
    ...(task === undefined ? {} : { task_type: task }),
    ...(model === undefined ? {} : { model }),
    ...(deployment === undefined ? {} : { deployment }),
    ...(outcome === undefined ? {} : { outcome }),
    ...(since === undefined ? {} : { since: readTime('since', since) }),
    ...(until === undefined ? {} : { until: readTime('until', until) }),
    ...(parent === undefined ? {} : { parent_id: parent }),
  };
}

async function find(filter: RequestFilter, limit: number, dataDir: string): Promise<readonly RequestSummary[]> {
  const { findLiveOwner } = await import('../owner-client.ts');
  const owner = findLiveOwner(dataDir);
  if (owner === null) {
    const { listRequests } = await import('../../offline/read-journal.ts');
    return listRequests(join(dataDir, 'journal'), filter, limit);
  }
  const query = new URLSearchParams({ limit: String(limit) });
  for (const [name, value] of Object.entries(filter)) query.set(name, String(value));
  return ((await owner.request('GET', `/api/requests?${query}`)) as Page<RequestSummary>).items;
}

const requestTable = (requests: readonly RequestSummary[]): string =>
  table(
    ['TIME', 'REQUEST', 'KEY', 'TASK', 'DEPLOYMENT', 'OUTCOME', 'MS', 'TOKENS IN, OUT', 'COST'],
    requests.map((request) => [
      request.received_at,
      request.request_id,
      request.key ?? 'open',
      request.task_type ?? '-',
      request.deployment ?? '-',
      request.outcome,
      thousands(Math.round(request.total_ms)),
      `${request.input_tokens ?? 'unknown'}, ${request.output_tokens ?? 'unknown'}`,
      request.cost_usd === null ? 'unknown' : dollars(request.cost_usd),
    ]),
  );

async function list(options: Options, context: CommandContext): Promise<void> {
  const limit = readLimit(options.limit);
  const filter = filterOf(options);
  const { loadOrFail } = await import('../load-or-fail.ts');
  const { loaded } = loadOrFail(options.config, context);
  const requests = await find(filter, limit, loaded.paths.dataDir);
  if (options.json) writeJson(context, requests);
  else if (requests.length > 0) context.write(requestTable(requests));
  else context.note('No request matches.\n');
  const last = requests.at(-1);
  if (last !== undefined && requests.length === limit) context.note(`Older ones: --until ${last.received_at}\n`);
}

/** `alidade requests list`. */
export function addRequestsCommand(program: Command, context: CommandContext): void {
  const requests = program.command('requests').description('what was asked, who answered, what it cost');
  withJson(withConfig(requests.command('list', { isDefault: true })))
    .description('requests, newest first, from the server that owns the data or from its journal')
    .option('--key <id>', 'of this key')
    .option('--use-case <id>', 'of this use case')
    .option('--task <name>', 'with this task or label')
    .option('--model <model>', 'answered by this logical model')
    .option('--deployment <id>', 'answered by this deployment')
    .addOption(new Option('--outcome <outcome>', 'with this outcome').choices(OUTCOMES))
    .option('--since <time>', 'from this time on')
    .option('--until <time>', 'before this time')
    .option('--parent <id>', 'calls made on behalf of this request, which are left out otherwise')
    .option('--limit <n>', `1 to ${MAX_LIMIT}`, '50')
    .action((options: Options) => list(options, context));
}
