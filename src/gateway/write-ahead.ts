import { randomUUID } from 'node:crypto';
import type { Deployment } from '../contracts/deployment.ts';
import { WrittenStrings, writeLongStrings } from '../lib/json-writer.ts';
import { inTurns } from './in-turns.ts';
import { isLargeBody, type ReadRequest } from './read-request.ts';
import type { TokenisedRequest } from './tokenised-request.ts';

/**
 * Long strings of a large request as JSON, for lanes that write it anew: at once, 10 MB would hold everybody up. null:
 * nothing is worth it. `tokenised`: the same request as those see it that get tokens.
 */
export function writeAhead(
  body: Buffer,
  read: ReadRequest,
  plan: readonly Deployment[],
  tokenised: Pick<TokenisedRequest, 'read'> | null,
): Promise<WrittenStrings> | null {
  if (!isLargeBody(body) || plan.every(({ endpoint }) => endpoint.dialect === read.dialect)) return null;
  const bodies = [read, ...(tokenised === null ? [] : [tokenised.read])].map(({ request }) => request.body);
  return inTurns(writeLongStrings(bodies, new WrittenStrings(randomUUID())));
}
