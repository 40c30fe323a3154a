import { Buffer } from 'node:buffer';

/** Adds `alidade` as the last member of the answer, for callers that asked for their receipt. */
export function withTrailer(body: Buffer, trailer: string | null): Buffer {
  if (trailer === null) return body;
  const end = body.lastIndexOf(0x7d);
  return Buffer.concat([body.subarray(0, end), Buffer.from(`,"alidade":${trailer}}`), body.subarray(end + 1)]);
}
