import { z } from 'zod';
import type { ApiKey } from './api-key.ts';
import { limitsSchema } from './configuration.ts';
import { AppError } from './errors.ts';
import { parseInput } from './parse-input.ts';
import { ROLES } from './vocabulary.ts';

/** Body of `POST /api/keys`, and what `alidade keys create` makes of its options. */
const keyRequestSchema = z.strictObject({
  id: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'letters, digits and . _ -, at most 64'),
  roles: z.array(z.enum(ROLES)).min(1).default(['app']),
  use_cases: z.array(z.string()).optional(),
  default_use_case: z.string().optional(),
  models: z.array(z.string()).optional(),
  limits: limitsSchema.optional(),
  team: z.string().min(1).optional(),
});

/** A key to be made. */
export type KeyRequest = Pick<ApiKey, 'id' | 'roles' | 'useCases' | 'defaultUseCase' | 'models' | 'limits' | 'team'>;

/** @throws AppError invalid_request naming the member */
export function parseKeyRequest(body: unknown): KeyRequest {
  const data = parseInput(keyRequestSchema, body);
  return {
    id: data.id,
    roles: data.roles,
    useCases: data.use_cases ?? null,
    defaultUseCase: data.default_use_case ?? null,
    models: data.models ?? null,
    limits: data.limits ?? null,
    ...(data.team === undefined ? {} : { team: data.team }),
  };
}

/** @throws AppError invalid_request for a team that the configuration does not have: its limits would bind nobody */
export function requireKnownTeam({ team }: KeyRequest, teams: readonly string[]): void {
  if (team === undefined || teams.includes(team)) return;
  const known = teams.length === 0 ? 'The configuration has none.' : `The configuration has ${teams.join(', ')}.`;
  throw new AppError('invalid_request', `There is no team ${JSON.stringify(team)}. ${known}`, { param: 'team' });
}

/** What may be shown of a key. Field by field, so that a new secret field is not shown by accident. */
export function publishKey(key: ApiKey) {
  return {
    id: key.id,
    prefix: key.prefix,
    roles: key.roles,
    use_cases: key.useCases,
    default_use_case: key.defaultUseCase,
    models: key.models,
    limits: key.limits,
    team: key.team ?? null,
    created_at: key.createdAt,
    revoked_at: key.revokedAt,
  };
}

export type PublishedKey = ReturnType<typeof publishKey>;
