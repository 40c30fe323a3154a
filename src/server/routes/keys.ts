import { AppError } from '../../contracts/errors.ts';
import { parseKeyRequest, publishKey } from '../../contracts/key-request.ts';
import type { ControlRoute } from '../route-definition.ts';

export const listKeysRoute: ControlRoute = {
  method: 'GET',
  paths: ['/api/keys'],
  access: ['admin', 'auditor'],
  summary: 'Keys without their secrets',
  handle: ({ app }) => ({ keys: app.keys.list().map(publishKey) }),
};

export const createKeyRoute: ControlRoute = {
  method: 'POST',
  paths: ['/api/keys'],
  access: ['admin'],
  summary: 'Makes a key; the secret is shown in this answer and never again',
  handle: async ({ app, caller, request, reply }) => {
    const { key, secret } = await app.createKey(parseKeyRequest(request.body), caller.actor);
    reply.code(201);
    return { ...publishKey(key), secret };
  },
};

export const revokeKeyRoute: ControlRoute = {
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
