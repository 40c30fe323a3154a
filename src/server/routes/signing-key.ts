import { z } from 'zod';
import { AppError } from '../../contracts/errors.ts';
import type { ControlRoute } from '../route-definition.ts';

const rotationSchema = z.strictObject({ revoke: z.boolean().default(false) });

export const listSigningKeysRoute: ControlRoute = {
  method: 'GET',
  paths: ['/api/audit/keys'],
  access: ['admin', 'auditor'],
  summary: 'Public keys whose signatures stand in the journal: the one in force and those before it',
  handle: ({ app }) => ({ keys: app.signingKeys() }),
};

export const rotateSigningKeyRoute: ControlRoute = {
  method: 'POST',
  paths: ['/api/audit/rotate-key'],
  access: ['admin'],
  summary: 'Makes a new signing key for the journal; the old one hands over on record and is destroyed',
  handle: ({ app, caller, request }) => {
    const parsed = rotationSchema.safeParse(request.body ?? {});
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      const param = issue?.path.join('.') || 'body';
      throw new AppError('invalid_request', `${param}: ${issue?.message}`, { param });
    }
    return app.rotateSigningKey(parsed.data.revoke, caller.actor);
  },
};
