import { z } from 'zod';
import type { ApiKey } from '../../contracts/api-key.ts';
import { limitsSchema } from '../../contracts/configuration.ts';
import { AppError } from '../../contracts/errors.ts';
import { ROLES } from '../../contracts/vocabulary.ts';
import type { RouteDefinition } from '../route-definition.ts';

const bodySchema = z.strictObject({
  id: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'letters, digits and . _ -, at most 64'),
  roles: z.array(z.enum(ROLES)).min(1).default(['app']),
  use_cases: z.array(z.string()).optional(),
  default_use_case: z.string().optional(),
  models: z.array(z.string()).optional(),
  limits: limitsSchema.optional(),
});

/** What may be shown of a key. Field by field, so that a new secret field is not shown by accident. */
function published(key: ApiKey) {
  return {
    id: key.id,
    prefix: key.prefix,
    roles: key.roles,
    use_cases: key.useCases,
    default_use_case: key.defaultUseCase,
    models: key.models,
    limits: key.limits,
    created_at: key.createdAt,
    revoked_at: key.revokedAt,
  };
}

export const listKeysRoute: RouteDefinition = {
  method: 'GET',
  paths: ['/api/keys'],
  access: ['admin', 'auditor'],
  summary: 'Keys without their secrets',
  handle: ({ app }) => ({ keys: app.keys.list().map(published) }),
};

export const createKeyRoute: RouteDefinition = {
  method: 'POST',
  paths: ['/api/keys'],
  access: ['admin'],
  summary: 'Makes a key; the secret is shown in this answer and never again',
  handle: async ({ app, caller, request, reply }) => {
    const parsed = bodySchema.safeParse(request.body);
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      throw new AppError('invalid_request', `${issue?.path.join('.') || 'body'}: ${issue?.message}`, {
        param: issue?.path.join('.') ?? 'body',
      });
    }
    const { data } = parsed;
    const { key, secret } = await app.createKey(
      {
        id: data.id,
        roles: data.roles,
        useCases: data.use_cases ?? null,
        defaultUseCase: data.default_use_case ?? null,
        models: data.models ?? null,
        limits: data.limits ?? null,
      },
      caller.actor,
    );
    reply.code(201);
    return { ...published(key), secret };
  },
};

export const revokeKeyRoute: RouteDefinition = {
  method: 'DELETE',
  paths: ['/api/keys/:id'],
  access: ['admin'],
  summary: 'Revokes a key from the next request on',
  handle: async ({ app, caller, request }) => {
    const { id } = request.params as { id: string };
    if (!(await app.revokeKey(id, caller.actor))) {
      throw new AppError('not_found', `There is no key ${JSON.stringify(id)}.`);
    }
    return { id, revoked: true };
  },
};
