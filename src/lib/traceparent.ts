const TRACEPARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/** Ids of a trace as a W3C `traceparent` header holds them; flags are a byte in hexadecimal. */
export interface TraceParent {
  traceId: string;
  spanId: string;
  flags: string;
}

/** null where the text is none (https://www.w3.org/TR/trace-context/#traceparent-header). Later versions say more behind it. */
export function parseTraceparent(text: string): TraceParent | null {
  const [, traceId, spanId, flags] = TRACEPARENT.exec(text) ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined || text.startsWith('ff')) return null;
  return /[1-9a-f]/.test(traceId) && /[1-9a-f]/.test(spanId) ? { traceId, spanId, flags } : null;
}
