import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { AppError, ERRORS, type ErrorCode } from '../contracts/errors.ts';
import { findDataOwner } from '../offline/data-owner.ts';

/** A server that answers quickly or not at all: it is on this machine. */
const TIMEOUT_MS = 30_000;

/** A running server that owns a data folder. What it owns is asked of it and never opened beside it. */
export interface LiveOwner {
  pid: number;
  /** @throws AppError as the server answered, or internal when it does not answer */
  request(method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<unknown>;
  /** Values of an answer that comes line by line, for as long as it takes. @throws AppError as `request` */
  lines(path: string): AsyncGenerator<unknown>;
}

/** The server that owns `dataDir` now, or null. */
export function findLiveOwner(dataDir: string): LiveOwner | null {
  const owner = findDataOwner(dataDir, Date.now);
  if (owner === null) return null;
  const { pid, adminSocket } = owner;
  const ask = async (method: string, path: string, body: unknown, signal: AbortSignal): Promise<IncomingMessage> => {
    if (adminSocket === null) {
      throw new AppError(
        'internal',
        `Process ${pid} owns ${dataDir} and has no admin socket; try again when it is done.`,
      );
    }
    return await send(adminSocket, method, path, body, signal).catch((cause: Error) => {
      const message = `The server (process ${pid}) that owns ${dataDir} does not answer on ${adminSocket}: ${cause.message}`;
      throw new AppError('internal', message, { cause });
    });
  };
  return {
    pid,
    request: async (method, path, body) => {
      const response = await ask(method, path, body, AbortSignal.timeout(TIMEOUT_MS));
      return readAnswer({ status: response.statusCode ?? 0, body: await text(response) });
    },
    lines: async function* (path) {
      const response = await ask('GET', path, undefined, new AbortController().signal);
      const status = response.statusCode ?? 0;
      if (status >= 400) readAnswer({ status, body: await text(response) });
      const { createInterface } = await import('node:readline');
      for await (const line of createInterface({ input: response })) if (line !== '') yield JSON.parse(line) as unknown;
    },
  };
}

interface Answer {
  status: number;
  body: string;
}

async function send(
  socketPath: string,
  method: string,
  path: string,
  body: unknown,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const { request } = await import('node:http');
  const payload = body === undefined ? undefined : JSON.stringify(body);
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const headers = {
    // The socket carries no host of its own; a loopback name is what the server's guards know.
    host: 'localhost',
    ...(payload === undefined
      ? {}
      : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) }),
  };
  request({ socketPath, method, path, headers, signal, agent: false }, resolve).once('error', reject).end(payload);
  return await promise;
}

/** Reports such as `/readyz` say what they have to say whatever their status is; an error has a message. */
function readAnswer({ status, body }: Answer): unknown {
  const value = JSON.parse(body) as { error?: { message: string; code: string } | null } | null;
  const error = value?.error ?? null;
  if (status < 400 || error === null) return value;
  throw new AppError(error.code in ERRORS ? (error.code as ErrorCode) : 'internal', error.message);
}
