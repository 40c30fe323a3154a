import type { IncomingMessage } from 'node:http';
import type { ClientDialectName } from '../contracts/gateway-request.ts';

/** What the client of a request speaks, as far as path and headers tell: Anthropic's packages always send a version. */
export function dialectOf({ url = '', headers }: IncomingMessage): ClientDialectName {
  if (headers['anthropic-version'] !== undefined) return 'anthropic';
  const path = url.split('?', 1)[0] ?? url;
  return /^\/anthropic(\/|$)|\/messages(\/|$)/.test(path) ? 'anthropic' : 'openai';
}
