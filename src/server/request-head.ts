import type { IncomingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';

/** What the server reads of a request before its body, whoever took it from the socket: node:http or direct/. */
export interface RequestHead {
  readonly headers: IncomingHttpHeaders;
  readonly socket: Socket;
}
