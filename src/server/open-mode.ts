import { AppError } from '../contracts/errors.ts';
import type { RequestHead } from './request-head.ts';

/**
 * Without keys the server trusts whoever reaches it, so it must be sure that a browser did not bring a stranger:
 * a foreign Host is DNS rebinding, a foreign Origin is a web page. Only loopback names pass.
 */

/** Whether an address to listen on is reached from this machine alone. */
export const isLoopbackAddress = (host: string): boolean => /^(localhost|127(\.\d{1,3}){3}|::1)$/.test(host);

/**
 * Without keys whoever reaches the server may use every upstream key that it holds.
 * @throws AppError config_invalid
 */
export function refuseOpenBeyondLoopback(isOpen: boolean, host: string): void {
  if (!isOpen || isLoopbackAddress(host)) return;
  throw new AppError(
    'config_invalid',
    `Without keys the server listens on loopback only, not on ${host}. Create one first: alidade keys create --id admin --role admin --role app`,
  );
}

const LOOPBACK_HOSTS: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

/** The name of a Host header without its port; null when it is not a plain host. */
function hostName(host: string): string | null {
  const match = /^(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.-]+)(:\d{1,5})?$/.exec(host);
  return match?.[1]?.toLowerCase() ?? null;
}

function isAllowed(name: string | null, allowedHosts: readonly string[]): boolean {
  return name !== null && (LOOPBACK_HOSTS.has(name) || /^127(\.\d{1,3}){3}$/.test(name) || allowedHosts.includes(name));
}

function originName(origin: string): string | null {
  try {
    const url = new URL(origin);
    return url.protocol === 'http:' || url.protocol === 'https:' ? url.hostname.toLowerCase() : null;
  } catch {
    return null;
  }
}

/**
 * Throws foreign_host or foreign_origin. Hosts seen lately are remembered, since almost all requests name the same.
 */
export function createOpenModeGuard(allowedHosts: readonly string[]): (request: RequestHead) => void {
  let lastGoodHost: string | null = null;
  return (request) => {
    const host = request.headers.host ?? '';
    if (host !== lastGoodHost) {
      if (!isAllowed(hostName(host), allowedHosts)) {
        const message =
          'Without keys only requests to a loopback host are answered. Create a key (`alidade keys create`) to serve other hosts.';
        throw new AppError('foreign_host', message);
      }
      lastGoodHost = host;
    }
    const origin = request.headers.origin;
    if (origin !== undefined && !isAllowed(originName(origin), allowedHosts)) {
      throw new AppError('foreign_origin', 'Without keys requests from web pages of other origins are refused.');
    }
  };
}
