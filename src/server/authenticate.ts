import type { Socket } from 'node:net';
import type { ApiKey } from '../contracts/api-key.ts';
import { AppError } from '../contracts/errors.ts';
import type { Role } from '../contracts/vocabulary.ts';
import type { RequestHead } from './request-head.ts';

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

/** `Authorization: Bearer` first, then `x-api-key`, then `api-key`; null when none is there. */
function credentialOf(request: RequestHead): string | null {
  const authorization = request.headers.authorization;
  if (authorization !== undefined) {
    if (authorization.length > 7 && authorization.slice(0, 7).toLowerCase() === 'bearer ') {
      return authorization.slice(7).trim();
    }
    return null;
  }
  const key = request.headers['x-api-key'] || request.headers['api-key'];
  return typeof key === 'string' && key !== '' ? key : null;
}

/** Where keys are looked up; `generation` changes whenever an earlier answer may no longer hold. */
export interface KeyLookup {
  readonly generation: number;
  find(secret: string): ApiKey | null;
}

/** What a connection's last request was let in with. */
interface Admission {
  authorization: string | undefined;
  apiKey: string | string[] | undefined;
  shortKey: string | string[] | undefined;
  generation: number;
  caller: Caller;
}

const admissions = new WeakMap<Socket, Admission>();

function lookUp(request: RequestHead, keys: KeyLookup): Caller {
  const credential = credentialOf(request);
  if (credential === null) {
    throw new AppError(
      'missing_api_key',
      'Send your key as `Authorization: Bearer <key>`, `x-api-key: <key>` or `api-key: <key>`.',
    );
  }
  const key = keys.find(credential);
  if (key === null || key.revokedAt !== null) {
    throw new AppError('invalid_api_key', 'This key is unknown or revoked.');
  }
  return { key, actor: key.id, roles: key.roles };
}

/**
 * The caller behind a request's credential. A connection that repeats the headers it was let in with is not hashed
 * again: what is compared is the sender's own earlier header, so its timing tells the sender nothing new.
 * @throws AppError missing_api_key or invalid_api_key; the latter says the same for unknown and revoked keys, so that
 * nobody learns which keys exist
 */
export function authenticate(request: RequestHead, keys: KeyLookup): Caller {
  const { authorization, 'x-api-key': apiKey, 'api-key': shortKey } = request.headers;
  const before = admissions.get(request.socket);
  if (
    before !== undefined &&
    before.generation === keys.generation &&
    before.authorization === authorization &&
    before.apiKey === apiKey &&
    before.shortKey === shortKey
  ) {
    return before.caller;
  }
  const caller = lookUp(request, keys);
  admissions.set(request.socket, { authorization, apiKey, shortKey, generation: keys.generation, caller });
  return caller;
}

/** @throws AppError role_not_allowed */
export function requireRole(caller: Caller, allowed: readonly Role[]): void {
  if (caller.roles.some((role) => allowed.includes(role))) return;
  throw new AppError('role_not_allowed', `This needs a key with the role ${allowed.join(' or ')}.`);
}
