import type { IncomingHttpHeaders } from 'node:http';

/** A request whose head leaves nothing open: a POST with a length, on a connection that is kept. */
export interface DirectHead {
  /** As it was sent, query included. */
  path: string;
  headers: IncomingHttpHeaders;
  /** Bytes of the head, and of the body that follows. */
  headBytes: number;
  bodyBytes: number;
}

const HEAD_END = Buffer.from('\r\n\r\n');
const START = 'POST ';
const VERSION = ' HTTP/1.1';
const PATH = /^\/[!-~]*$/;
/** Lines of printable ASCII, none of them empty, each ended by both characters. No tabs: behind a length some refuse them. */
const LINES = /^[ -~]+(?:\r\n[ -~]+)*$/;
/** Node's server leaves out what is beyond a thousand headers. */
const MOST_LINES = 1_000;
const NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const LENGTH = /^\d{1,9}$/;
/** They change where a request ends, or what the connection is used for; the last is an old name of `Connection`. */
const NOT_HERE = ['transfer-encoding', 'expect', 'upgrade', 'trailer', 'proxy-connection'] as const;

/**
 * The head at the beginning of `bytes`; null where it is not whole or anything about it is out of the ordinary: then
 * node:http reads it, which knows all of HTTP. What is read here must mean the same to every reader of HTTP/1.1, so
 * nothing is guessed and nothing repaired: one length, no header twice, no folded line, no byte beyond ASCII.
 */
export function readDirectHead(bytes: Buffer, maxHeadBytes: number): DirectHead | null {
  const end = bytes.indexOf(HEAD_END);
  if (end === -1 || end > maxHeadBytes) return null;
  const text = bytes.toString('latin1', 0, end);
  if (!LINES.test(text)) return null;
  const lines = text.split('\r\n');
  if (lines.length > MOST_LINES) return null;
  const path = readPath(lines[0] as string);
  const headers = path === null ? null : readFields(lines);
  if (path === null || headers === null || headers.host === undefined) return null;
  const { connection, 'content-length': length } = headers;
  if (length === undefined || !LENGTH.test(length)) return null;
  if (connection !== undefined && connection.toLowerCase() !== 'keep-alive') return null;
  for (const name of NOT_HERE) if (headers[name] !== undefined) return null;
  return { path, headers, headBytes: end + HEAD_END.length, bodyBytes: Number(length) };
}

function readPath(line: string): string | null {
  if (!line.startsWith(START) || !line.endsWith(VERSION)) return null;
  const path = line.slice(START.length, -VERSION.length);
  return PATH.test(path) ? path : null;
}

function readFields(lines: readonly string[]): IncomingHttpHeaders | null {
  const headers: IncomingHttpHeaders = Object.create(null) as IncomingHttpHeaders;
  for (let at = 1; at < lines.length; at += 1) {
    const line = lines[at] as string;
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(0, colon)).toLowerCase();
    if (!NAME.test(name) || headers[name] !== undefined) return null;
    headers[name] = line.slice(colon + 1).trim();
  }
  return headers;
}
