import type { AuthScheme, Endpoint } from '../contracts/deployment.ts';

/** Headers that decide framing, destination or identity: neither a request nor the configuration of an endpoint sets them. */
const FRAMING_HEADERS = new Set([
  'host',
  'connection',
  'content-length',
  'content-type',
  'transfer-encoding',
  'accept-encoding',
  'keep-alive',
  'upgrade',
  'expect',
  'te',
  'trailer',
  'proxy-authorization',
  'proxy-connection',
]);

const CREDENTIAL_HEADERS = new Set(['authorization', 'x-api-key', 'api-key', 'x-goog-api-key', 'cookie']);

/** True for headers that a single request may not set. Names in lower case. */
export const isOwnedHeader = (name: string): boolean => FRAMING_HEADERS.has(name) || CREDENTIAL_HEADERS.has(name);

const HEADER_OF: Record<Exclude<AuthScheme, 'none'>, (key: string) => [name: string, value: string]> = {
  bearer: (key) => ['authorization', `Bearer ${key}`],
  'x-api-key': (key) => ['x-api-key', key],
  'api-key': (key) => ['api-key', key],
  'x-goog-api-key': (key) => ['x-goog-api-key', key],
};

/**
 * Header names and values, flat, that every call to the endpoint with this credential carries. An endpoint's own
 * headers may replace its credential header (some gateways want another one), never the framing.
 */
export function authenticationHeaders(endpoint: Endpoint, credential: number, userAgent: string): string[] {
  const headers = new Map([
    ['content-type', 'application/json'],
    ['accept', 'application/json, text/event-stream'],
    ['accept-encoding', 'identity'],
    ['user-agent', userAgent],
  ]);
  const key = endpoint.apiKeys[credential];
  if (endpoint.auth !== 'none' && key !== undefined) {
    const [name, value] = HEADER_OF[endpoint.auth](key);
    headers.set(name, value);
  }
  for (const [name, value] of Object.entries(endpoint.extraHeaders)) {
    const lower = name.toLowerCase();
    if (!FRAMING_HEADERS.has(lower)) headers.set(lower, value);
  }
  return [...headers].flat();
}
