import type { ServerResponse } from 'node:http';
import type { Fault } from './fault.ts';
import { SANDBOX_NOTICE } from './notice.ts';
import type { SandboxProfile } from './profiles.ts';
import type { Asked, SandboxDialect, StreamEvent } from './sandbox-dialect.ts';

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
export function sendFault(response: ServerResponse, fault: Fault, dialect: SandboxDialect, asked: Asked): boolean {
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
  const { status, retryAfterS } = fault;
  const problem = {
    status,
    message: `Injected fault: status ${status}.`,
    code: status === 429 ? 'rate_limit_exceeded' : 'sandbox_fault',
    ...(retryAfterS === null ? {} : { retryAfterS }),
  };
  const headers: Record<string, string> = retryAfterS === null ? {} : { 'retry-after': retryAfterS };
  sendJson(response, status, dialect.errorBody(problem, asked), headers);
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

/** An answer on its way: in which dialect, at what pace, and what goes wrong with it. */
export interface Sending {
  dialect: SandboxDialect;
  asked: Asked;
  latency: SandboxProfile['latency'];
  fault: Fault | null;
}

/** The whole answer after the time that the program would take, or a part of it where the fault says so. */
export function sendWhole(
  response: ServerResponse,
  body: string,
  pieces: number,
  { dialect, asked, latency, fault }: Sending,
): void {
  const waitMs = Math.min(latency.firstTokenMs + pieces * latency.perTokenMs, MAX_WAIT_MS) + (fault?.slowMs ?? 0);
  after(response, waitMs, () => {
    if (fault?.truncate === true) sendJson(response, 200, body.slice(0, Math.floor(body.length / 2)));
    else if (fault?.cutAfter != null || fault?.resetAfter != null) sendCutBody(response, body, fault);
    else if (fault?.stallAfter != null) beginBody(response, body);
    else if (fault?.errorAfter != null)
      sendJson(
        response,
        500,
        dialect.errorBody({ status: 500, message: 'Injected fault.', code: 'sandbox_fault' }, asked),
      );
    else if (fault?.malformedAfter != null) sendJson(response, 200, body.slice(0, -2));
    else sendJson(response, 200, body);
  });
}

/** Announces the whole body and sends half of it. */
function beginBody(response: ServerResponse, body: string): void {
  response.writeHead(200, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'x-alidade-sandbox': SANDBOX_NOTICE,
  });
  response.write(body.slice(0, Math.floor(body.length / 2)));
}

function sendCutBody(response: ServerResponse, body: string, fault: Fault): void {
  beginBody(response, body);
  setImmediate(() => (fault.resetAfter === null ? response.destroy() : breakConnection(response)));
}

/**
 * Sends the events at the program's pace, which is that of its tokens: what stands around them (roles, ends, usage) leaves
 * with them. Those that are overdue, because this process was busy, leave together, as they would from a server that is busy.
 */
export function sendStream(
  response: ServerResponse,
  events: readonly StreamEvent[],
  { dialect, latency, fault }: Sending,
): void {
  const paceMs = Math.min(latency.perTokenMs, MAX_WAIT_MS / Math.max(events.length, 1)) + (fault?.slowChunksMs ?? 0);
  const faultAt = atEvent(fault, events);
  const later = timerOf(response);
  let began = 0;
  /** Events whose time has come. A pace below the timer's resolution would only add its overhead. */
  const due = (): number => (paceMs < 0.5 ? events.length : Math.floor((performance.now() - began) / paceMs) + 1);
  const sendFrom = (first: number): void => {
    const until = withWhatStandsAround(events, Math.min(events.length, Math.max(first + 1, due())));
    for (let index = first; index < until; ) {
      if (response.destroyed) return;
      if (faultAt !== null && index === faultAt.index && faultAt.strike(response, dialect)) return;
      // What is due before the fault leaves in one write.
      const together = faultAt !== null && faultAt.index > index ? Math.min(until, faultAt.index) : until;
      const end = paceMs < 0.5 ? index + 1 : together;
      const room = response.write(textOf(events, index, end));
      index = end;
      if (!room) {
        response.once('drain', () => sendFrom(end));
        return;
      }
    }
    if (until < events.length) later(paceMs, () => sendFrom(until));
    else response.end();
  };
  later(latency.firstTokenMs + (fault?.slowMs ?? 0), () => {
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache',
      'x-alidade-sandbox': SANDBOX_NOTICE,
    });
    began = performance.now();
    sendFrom(0);
  });
}

/** The same place or a later one: up to a token with all that follows it and is none. */
function withWhatStandsAround(events: readonly StreamEvent[], until: number): number {
  let end = until;
  while (end < events.length && !(events[end - 1]?.isContent === true && events[end]?.isContent === true)) end += 1;
  return end;
}

function textOf(events: readonly StreamEvent[], from: number, to: number): string {
  let text = '';
  for (let index = from; index < to; index += 1) text += (events[index] as StreamEvent).text;
  return text;
}

/** One timer at a time, which the end of the response cancels. */
function timerOf(response: ServerResponse): (ms: number, go: () => void) => void {
  let timer: NodeJS.Timeout | undefined;
  response.once('close', () => clearTimeout(timer));
  return (ms, go) => {
    timer = setTimeout(go, ms);
  };
}

interface Strike {
  index: number;
  /** true: nothing more may be sent. */
  strike(response: ServerResponse, dialect: SandboxDialect): boolean;
}

function atEvent(fault: Fault | null, events: readonly StreamEvent[]): Strike | null {
  if (fault === null) return null;
  const contents = events.flatMap(({ isContent }, index) => (isContent ? [index] : []));
  const strikes: [number | null, Strike['strike']][] = [
    [fault.truncate ? Math.floor(contents.length / 2) : null, endSilently],
    [fault.cutAfter, cutStream],
    [fault.resetAfter, resetStream],
    [fault.stallAfter, () => true],
    [fault.errorAfter, endWithError],
    [fault.malformedAfter, sendMalformed],
  ];
  const found = strikes.find(([chunks]) => chunks !== null);
  if (found === undefined) return null;
  const [chunks, strike] = found;
  // Right before the next content; where there is not that much of it, before the last event.
  return { index: contents[chunks ?? 0] ?? events.length - 1, strike };
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

function endWithError(response: ServerResponse, dialect: SandboxDialect): boolean {
  response.end(dialect.errorEvent('Injected fault in the middle of a stream.'));
  return true;
}

function sendMalformed(response: ServerResponse, dialect: SandboxDialect): boolean {
  response.write(dialect.malformedEvent);
  return false;
}
