import type { Deployment } from '../contracts/deployment.ts';
import { parseTraceparent } from '../lib/traceparent.ts';
import type { UpstreamBody } from '../wire/dialect.ts';

/** Bytes are read and relayed as they come: an answer that is compressed without having been asked for is none. */
const PLAIN = { 'content-type': 'application/json', 'accept-encoding': 'identity' };
const UPSTREAM_HEADERS = Object.freeze({ ...PLAIN, accept: 'application/json' });
const UPSTREAM_STREAM_HEADERS = Object.freeze({ ...PLAIN, accept: 'text/event-stream' });

/** Headers of one call besides credentials; nothing of the client's own is among them but what its dialect allows, and its trace. */
export function upstreamHeaders(
  deployment: Deployment,
  { headers: ofDialect }: UpstreamBody,
  stream: boolean,
  traceparent: string | null,
  sandboxFault: string | null,
): Readonly<Record<string, string>> {
  const fixed = stream ? UPSTREAM_STREAM_HEADERS : UPSTREAM_HEADERS;
  const fault = deployment.sandbox ? sandboxFault : null;
  // Nobody searches headers, so nothing leaves in one but what it is for: ids.
  const trace = traceparent !== null && parseTraceparent(traceparent) !== null ? traceparent : null;
  if (trace === null && fault === null && ofDialect === undefined) return fixed;
  return {
    ...fixed,
    ...ofDialect,
    ...(trace === null ? {} : { traceparent: trace }),
    ...(fault === null ? {} : { 'x-alidade-sandbox-fault': fault }),
  };
}
