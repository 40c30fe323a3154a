import { HTTPParser, headersByName } from './node-answer-reader.ts';

/** A request as it was read from a connection. */
export interface ReadRequest {
  isPost: boolean;
  path: string;
  /** Names in lower case; values of repeated ones in order. */
  headers: Readonly<Record<string, readonly string[]>>;
  body: string;
  /** Whether its end was read. */
  isWhole: boolean;
  /** Whether the connection may bring another one. */
  keepsAlive: boolean;
}

/** What came of the bytes of one connection. */
export interface ReadRequests {
  requests: readonly ReadRequest[];
  /** What stopped the reading; empty: nothing did. */
  code: string;
}

/** Its place in the parser's list of methods. */
const POST = 3;
const MAX_HEADER_BYTES = 16_384;

type Head = [
  ...[major: number, minor: number, headers: string[] | undefined, method: number, url: string],
  ...[status: number, reason: string, upgrade: boolean, keepsAlive: boolean],
];

/** Reads bytes of a connection as Node's server does. */
export function readRequestsAsNode(bytes: Buffer): ReadRequests {
  const requests: ReadRequest[] = [];
  const parser = new HTTPParser();
  parser.initialize(HTTPParser.REQUEST, { type: 'HTTPINCOMINGMESSAGE' }, MAX_HEADER_BYTES, HTTPParser.kLenientNone);
  let early: string[] = [];
  let earlyPath = '';
  let code = '';
  // Many headers are told in parts, and the path with the first of them.
  parser[HTTPParser.kOnHeaders] = (headers: string[], path: string) => {
    early.push(...headers);
    earlyPath += path;
  };
  parser[HTTPParser.kOnHeadersComplete] = (...head: unknown[]): number => {
    const [, , last, method, path, , , upgrade, keepsAlive] = head as Head;
    const headers = headersByName([...early, ...(last ?? [])]);
    if (upgrade) code = 'UPGRADE';
    requests.push({
      ...{ isPost: method === POST, path: earlyPath + (path ?? ''), headers },
      ...{ body: '', isWhole: false, keepsAlive },
    });
    early = [];
    earlyPath = '';
    return 0;
  };
  parser[HTTPParser.kOnBody] = (part: Buffer) => {
    const request = requests.at(-1);
    if (request !== undefined) request.body += part.toString('latin1');
  };
  parser[HTTPParser.kOnMessageComplete] = () => {
    early = [];
    const request = requests.at(-1);
    if (request !== undefined) request.isWhole = true;
  };
  const result = parser.execute(bytes);
  if (result instanceof Error) code = result.code;
  parser.close();
  return { requests, code };
}
