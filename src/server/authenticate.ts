import type { IncomingMessage } from 'node:http';
import type { ApiKey } from '../contracts/api-key.ts';
import { AppError } from '../contracts/errors.ts';
import type { Role } from '../contracts/vocabulary.ts';

/** Who calls: a key, or whoever reaches a server without keys or its admin socket. */
export interface Caller {
  key: ApiKey | null;
  /** Id for records: key id, `open` or `socket`. */
  actor: string;
  roles: readonly Role[];
}

const EVERY_ROLE: readonly Role[] = ['app', 'admin', 'auditor', 'reviewer'];

export const OPEN_CALLER: Caller = { key: null, actor: 'open', roles: EVERY_ROLE };
export const SOCKET_CALLER: Caller = { key: null, actor: 'socket', roles: EVERY_ROLE };

/** `Authorization: Bearer` first, then `x-api-key`; null when neither is there. */
function credentialOf(request: IncomingMessage): string | null {
  const authorization = request.headers.authorization;
  if (authorization !== undefined) {
    if (authorization.length > 7 && authorization.slice(0, 7).toLowerCase() === 'bearer ') {
      return authorization.slice(7).trim();
    }
    return null;
  }
  const key = request.headers['x-api-key'];
  return typeof key === 'string' && key !== '' ? key : null;
}

/**
 * The caller behind a request's credential.
 * @throws AppError missing_api_key or invalid_api_key; the latter says the same for unknown and revoked keys, so that
 * nobody learns which keys exist
 */
export function authenticate(request: IncomingMessage, find: (secret: string) => ApiKey | null): Caller {
  const credential = credentialOf(request);
  if (credential === null) {
    throw new AppError('missing_api_key', 'Send your key as `Authorization: Bearer <key>` or `x-api-key: <key>`.');
  }
  const key = find(credential);
  if (key === null || key.revokedAt !== null) {
    throw new AppError('invalid_api_key', 'This key is unknown or revoked.');
  }
  return { key, actor: key.id, roles: key.roles };
}

/** @throws AppError role_not_allowed */
export function requireRole(caller: Caller, allowed: readonly Role[]): void {
  if (caller.roles.some((role) => allowed.includes(role))) return;
  throw new AppError('role_not_allowed', `This needs a key with the role ${allowed.join(' or ')}.`);
}
