import { createRequire } from 'node:module';

/** What a reader made of the bytes of one connection, as far as the first answer that is no informational one. */
export interface ReadAnswer {
  status: number;
  /** Names in lower case; values of repeated ones in order. */
  headers: Readonly<Record<string, readonly string[]>>;
  body: string;
  end: 'done' | 'open' | 'refused';
  /** Why it was refused; empty where it was not. */
  code: string;
  keepsAlive: boolean;
}

interface Parser {
  initialize(type: number, resource: object, maxHeaderBytes: number, lenient: number): void;
  execute(bytes: Buffer): number | (Error & { code: string });
  finish(): (Error & { code: string }) | undefined;
  close(): void;
  [callback: number]: unknown;
}

interface ParserClass {
  new (): Parser;
  REQUEST: number;
  RESPONSE: number;
  kOnHeaders: number;
  kOnHeadersComplete: number;
  kOnBody: number;
  kOnMessageComplete: number;
  kLenientNone: number;
}

/** The parser under Node's own client and server, which no public module hands out; its callbacks come before `execute` returns. */
export const { HTTPParser } = createRequire(import.meta.url)('_http_common') as { HTTPParser: ParserClass };

/** What Node's client tells the parser where a head has no body behind it, whatever it says. */
const SKIP_BODY = 1;
const MAX_HEADER_BYTES = 16_384;

export function headersByName(flat: readonly string[]): Record<string, string[]> {
  const headers: Record<string, string[]> = Object.create(null);
  for (let at = 0; at < flat.length; at += 2) {
    const name = (flat[at] as string).toLowerCase();
    headers[name] = [...(headers[name] ?? []), flat[at + 1] as string];
  }
  return headers;
}

/** Reads pieces as Node's client does; where `eof`, the connection ends behind them. */
export function readAsNode(pieces: readonly Buffer[], eof: boolean): ReadAnswer {
  const answer = { status: 0, headers: {}, body: '', end: 'open', code: '', keepsAlive: false } as ReadAnswer;
  const parser = new HTTPParser();
  parser.initialize(HTTPParser.RESPONSE, { type: 'HTTPCLIENTREQUEST' }, MAX_HEADER_BYTES, HTTPParser.kLenientNone);
  let early: string[] = [];
  let isInformational = false;
  parser[HTTPParser.kOnHeaders] = (headers: string[]) => {
    early.push(...headers);
  };
  parser[HTTPParser.kOnHeadersComplete] = (...head: unknown[]): number => {
    const [, , headers, , , status, , upgrade, keepsAlive] = head as [
      ...[number, number, string[] | undefined, number, string, number],
      ...[string, boolean, boolean],
    ];
    const all = [...early, ...(headers ?? [])];
    early = [];
    isInformational = status < 200;
    if (answer.end !== 'open') return 0;
    // Nobody asked for another protocol: Node's client destroys the connection.
    if (upgrade || status === 101) Object.assign(answer, { end: 'refused', code: 'UPGRADE' });
    else if (!isInformational) Object.assign(answer, { status, headers: headersByName(all), keepsAlive });
    return isInformational ? SKIP_BODY : 0;
  };
  parser[HTTPParser.kOnBody] = (part: Buffer) => {
    if (answer.end === 'open') answer.body += part.toString('latin1');
  };
  parser[HTTPParser.kOnMessageComplete] = () => {
    early = [];
    if (answer.end === 'open' && !isInformational) answer.end = 'done';
  };
  for (const piece of pieces) {
    const result = parser.execute(piece);
    if (answer.end !== 'open') break;
    if (result instanceof Error) Object.assign(answer, { end: 'refused', code: result.code });
  }
  if (eof && answer.end === 'open') parser.finish();
  parser.close();
  return answer;
}
