import type { Command } from 'commander';
import type { LoadedConfiguration } from '../../config/load.ts';
import { AppError } from '../../contracts/errors.ts';
import type { PublishedKey } from '../../contracts/key-request.ts';
import { type ConfigOption, collect, type JsonOption, wholeNumber, withConfig, withJson } from '../command-options.ts';
import type { CommandContext } from '../context.ts';
import { table, writeJson } from '../output.ts';
import type { LiveOwner } from '../owner-client.ts';

type Options = ConfigOption & JsonOption;

interface CreateOptions extends Options {
  id: string;
  role?: string[];
  useCase?: string[];
  defaultUseCase?: string;
  model?: string[];
  rpm?: string;
  concurrency?: string;
  team?: string;
}

type CreatedKey = PublishedKey & { secret: string };

async function locate(
  options: Options,
  context: CommandContext,
): Promise<{ loaded: LoadedConfiguration; owner: LiveOwner | null }> {
  const { loadOrFail } = await import('../load-or-fail.ts');
  const { findLiveOwner } = await import('../owner-client.ts');
  const { loaded } = loadOrFail(options.config, context);
  return { loaded, owner: findLiveOwner(loaded.paths.dataDir) };
}

/** The body of `POST /api/keys`; members that no option gives are left out. */
function requestBody(options: CreateOptions): Record<string, unknown> {
  const { id, role, useCase, defaultUseCase, model, rpm, concurrency, team } = options;
  const limits = { rpm, concurrency };
  const given = Object.entries(limits).flatMap(([name, text]) =>
    text === undefined ? [] : [[name, wholeNumber(name, text)]],
  );
  return {
    id,
    ...(role === undefined ? {} : { roles: role }),
    ...(useCase === undefined ? {} : { use_cases: useCase }),
    ...(defaultUseCase === undefined ? {} : { default_use_case: defaultUseCase }),
    ...(model === undefined ? {} : { models: model }),
    ...(team === undefined ? {} : { team }),
    ...(given.length === 0 ? {} : { limits: Object.fromEntries(given) }),
  };
}

async function makeKey(options: CreateOptions, context: CommandContext): Promise<CreatedKey> {
  const { parseKeyRequest, publishKey } = await import('../../contracts/key-request.ts');
  const body = requestBody(options);
  const request = parseKeyRequest(body);
  const { loaded, owner } = await locate(options, context);
  if (owner !== null) return (await owner.request('POST', '/api/keys', body)) as CreatedKey;
  const { createKeyOffline } = await import('../../offline/keys-offline.ts');
  const { key, secret } = await createKeyOffline(loaded, request, context.now());
  return { ...publishKey(key), secret };
}

async function create(options: CreateOptions, context: CommandContext): Promise<void> {
  const created = await makeKey(options, context);
  if (options.json) {
    writeJson(context, created);
    return;
  }
  context.write(`${created.secret}\n`);
  context.note(
    `Key ${created.id} (${created.roles.join(', ')}). The line above is its secret; it is shown only now.\n`,
  );
}

async function list(options: Options, context: CommandContext): Promise<void> {
  const { loaded, owner } = await locate(options, context);
  const keys = owner === null ? await keysAtRest(loaded, context) : await keysOf(owner);
  if (options.json) {
    writeJson(context, keys);
    return;
  }
  if (keys.length === 0) {
    context.note('No key: the server is in open mode and listens on loopback only.\n');
    return;
  }
  const rows = keys.map((key) => [
    key.id,
    `${key.prefix}…`,
    key.roles.join(', '),
    key.use_cases?.join(', ') ?? 'none',
    key.models?.join(', ') ?? 'all',
    key.team ?? 'none',
    key.created_at,
    key.revoked_at ?? 'in force',
  ]);
  context.write(table(['ID', 'SECRET', 'ROLES', 'USE CASES', 'MODELS', 'TEAM', 'CREATED', 'REVOKED'], rows));
}

async function keysAtRest(loaded: LoadedConfiguration, context: CommandContext): Promise<readonly PublishedKey[]> {
  const { publishKey } = await import('../../contracts/key-request.ts');
  const { listKeysOffline } = await import('../../offline/keys-offline.ts');
  return listKeysOffline(loaded, context.now()).map(publishKey);
}

const keysOf = async (owner: LiveOwner): Promise<readonly PublishedKey[]> =>
  ((await owner.request('GET', '/api/keys')) as { keys: PublishedKey[] }).keys;

async function revoke(id: string, options: Options, context: CommandContext): Promise<void> {
  const { loaded, owner } = await locate(options, context);
  if (owner !== null) await owner.request('DELETE', `/api/keys/${encodeURIComponent(id)}`);
  else {
    const { revokeKeyOffline } = await import('../../offline/keys-offline.ts');
    const revoked = await revokeKeyOffline(loaded, id, context.now());
    if (!revoked) throw new AppError('not_found', `There is no key ${JSON.stringify(id)}.`);
  }
  if (options.json) writeJson(context, { id, revoked: true });
  else context.note(`Key ${id} is revoked.\n`);
}

/** `alidade keys create|list|revoke`. */
export function addKeysCommand(program: Command, context: CommandContext): void {
  const keys = program.command('keys').description('keys of callers; with the first one open mode ends');
  withJson(withConfig(keys.command('create')))
    .description('make a key; its secret goes to stdout, once')
    .requiredOption('--id <id>', 'a name for receipts and lists')
    .option('--role <role>', 'app, admin, auditor or reviewer; may be given several times (default: app)', collect)
    .option('--use-case <id>', 'a use case that it may name; may be given several times', collect)
    .option('--default-use-case <id>', 'the one that applies where a request names none')
    .option(
      '--model <model>',
      'a model that it may use, or maker/*; may be given several times (default: all)',
      collect,
    )
    .option('--rpm <n>', 'requests per minute')
    .option('--concurrency <n>', 'requests in flight')
    .option('--team <id>', 'whose limits its requests count for as well; one of `teams`')
    .action((options: CreateOptions) => create(options, context));
  withJson(withConfig(keys.command('list')))
    .description('every key, revoked ones too, without secrets')
    .action((options: Options) => list(options, context));
  withJson(withConfig(keys.command('revoke <id>')))
    .description('refuse a key from the next request on')
    .action((id: string, options: Options) => revoke(id, options, context));
}
