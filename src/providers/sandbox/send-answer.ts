import type { ServerResponse } from 'node:http';
import type { Fault } from './fault.ts';
import { SANDBOX_NOTICE } from './notice.ts';
import type { SandboxProfile } from './profiles.ts';
import { errorBody, errorEvent } from './wire-openai.ts';

/** Nobody should wait longer than this for a sandbox, however long its answer is. */
const MAX_WAIT_MS = 2_000;

/** Sends JSON with the headers that all sandbox answers carry. */
export function sendJson(
  response: ServerResponse,
  status: number,
  body: string,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'x-alidade-sandbox': SANDBOX_NOTICE,
    ...headers,
  });
  response.end(body);
}

/** Does what a fault does instead of an answer; false where it asks for nothing of that kind. */
export function sendFault(response: ServerResponse, fault: Fault): boolean {
  if (fault.beforeHead === 'stall') return true;
  if (fault.beforeHead === 'reset') {
    breakConnection(response);
    return true;
  }
  if (fault.html) {
    const page = `<!doctype html><html><body><h1>${SANDBOX_NOTICE}</h1></body></html>`;
    sendJson(response, 200, page, { 'content-type': 'text/html; charset=utf-8' });
    return true;
  }
  if (fault.status === null) return false;
  const retryAfter = fault.retryAfterS === null ? {} : { 'retry-after': fault.retryAfterS };
  const limited = fault.status === 429;
  const body = errorBody(
    `Injected fault: status ${fault.status}.`,
    limited ? 'rate_limit_error' : fault.status >= 500 ? 'server_error' : 'invalid_request_error',
    limited ? 'rate_limit_exceeded' : 'sandbox_fault',
  );
  sendJson(response, fault.status, body, retryAfter);
  return true;
}

function breakConnection(response: ServerResponse): void {
  // RST, not FIN: the peer sees ECONNRESET.
  response.socket?.resetAndDestroy();
}

/** A timer that the end of the response cancels, so that an aborted call leaves nothing behind. */
function after(response: ServerResponse, ms: number, go: () => void): void {
  const cancel = (): void => clearTimeout(timer);
  const timer = setTimeout(() => {
    response.off('close', cancel);
    go();
  }, ms);
  response.once('close', cancel);
}

/** The whole answer after the time that the program would take, or a part of it where the fault says so. */
export function sendWhole(
  response: ServerResponse,
  body: string,
  pieces: number,
  latency: SandboxProfile['latency'],
  fault: Fault | null,
): void {
  const waitMs = Math.min(latency.firstTokenMs + pieces * latency.perTokenMs, MAX_WAIT_MS) + (fault?.slowMs ?? 0);
  after(response, waitMs, () => {
    if (fault?.truncate === true) sendJson(response, 200, body.slice(0, Math.floor(body.length / 2)));
    else if (fault?.cutAfter != null || fault?.resetAfter != null) sendCutBody(response, body, fault);
    else if (fault?.stallAfter != null) beginBody(response, body);
    else if (fault?.errorAfter != null)
      sendJson(response, 500, errorBody('Injected fault.', 'server_error', 'sandbox_fault'));
    else if (fault?.malformedAfter != null) sendJson(response, 200, body.slice(0, -2));
    else sendJson(response, 200, body);
  });
}

/** Announces the whole body and sends half of it. */
function beginBody(response: ServerResponse, body: string): void {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
  response.write(body.slice(0, Math.floor(body.length / 2)));
}

function sendCutBody(response: ServerResponse, body: string, fault: Fault): void {
  beginBody(response, body);
  setImmediate(() => (fault.resetAfter === null ? response.destroy() : breakConnection(response)));
}

/** Sends the events at the program's pace. The first event carries the role only; content chunks are counted after it. */
export function sendStream(
  response: ServerResponse,
  events: readonly string[],
  latency: SandboxProfile['latency'],
  fault: Fault | null,
): void {
  const paceMs = Math.min(latency.perTokenMs, MAX_WAIT_MS / Math.max(events.length, 1)) + (fault?.slowChunksMs ?? 0);
  const faultAt = atEvent(fault, events.length);
  const sendFrom = (first: number): void => {
    for (let index = first; index < events.length; index += 1) {
      if (response.destroyed) return;
      if (faultAt !== null && index === faultAt.index && faultAt.strike(response)) return;
      const room = response.write(events[index]);
      if (!room) {
        response.once('drain', () => sendFrom(index + 1));
        return;
      }
      // A pace below the timer's resolution would only add its overhead.
      if (paceMs >= 0.5) {
        after(response, paceMs, () => sendFrom(index + 1));
        return;
      }
    }
    response.end();
  };
  after(response, latency.firstTokenMs + (fault?.slowMs ?? 0), () => {
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache',
      'x-alidade-sandbox': SANDBOX_NOTICE,
    });
    sendFrom(0);
  });
}

interface Strike {
  index: number;
  /** true: nothing more may be sent. */
  strike(response: ServerResponse): boolean;
}

function atEvent(fault: Fault | null, events: number): Strike | null {
  if (fault === null) return null;
  const strikes: [number | null, Strike['strike']][] = [
    [fault.truncate ? Math.floor(events / 2) : null, endSilently],
    [fault.cutAfter, cutStream],
    [fault.resetAfter, resetStream],
    [fault.stallAfter, () => true],
    [fault.errorAfter, endWithError],
    [fault.malformedAfter, sendMalformed],
  ];
  const found = strikes.find(([chunks]) => chunks !== null);
  if (found === undefined) return null;
  const [chunks, strike] = found;
  return { index: Math.min((chunks ?? 0) + 1, events - 1), strike };
}

function endSilently(response: ServerResponse): boolean {
  response.end();
  return true;
}

function cutStream(response: ServerResponse): boolean {
  response.socket?.destroySoon();
  return true;
}

function resetStream(response: ServerResponse): boolean {
  // What was written must leave first, else the RST overtakes it.
  setImmediate(() => breakConnection(response));
  return true;
}

function endWithError(response: ServerResponse): boolean {
  response.end(errorEvent('Injected fault in the middle of a stream.'));
  return true;
}

function sendMalformed(response: ServerResponse): boolean {
  response.write('data: {"choices":[{"delta":{"con\n\n');
  return false;
}
