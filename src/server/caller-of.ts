import type { Socket } from 'node:net';
import type { App } from '../app.ts';
import { authenticate, type Caller, OPEN_CALLER, requireRole, SOCKET_CALLER } from './authenticate.ts';
import type { createOpenModeGuard } from './open-mode.ts';
import type { RequestHead } from './request-head.ts';
import type { RouteDefinition } from './route-definition.ts';

export type Guard = ReturnType<typeof createOpenModeGuard>;

/** Sockets of the admin socket's server, whose caller is whoever may open the file. */
export const adminSockets = new WeakSet<Socket>();

/** Who calls, checked against what the route asks for. @throws AppError */
export function callerOf(app: App, route: RouteDefinition, request: RequestHead, guard: Guard): Caller {
  if (route.access === 'probe') return OPEN_CALLER;
  if (adminSockets.has(request.socket)) return SOCKET_CALLER;
  if (app.keys.empty) {
    guard(request);
    return OPEN_CALLER;
  }
  if (route.access === 'public') return OPEN_CALLER;
  const caller = authenticate(request, app.keys);
  requireRole(caller, route.access);
  return caller;
}
