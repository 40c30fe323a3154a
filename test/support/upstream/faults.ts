import { type ChatStreamOptions, chatCompletionBody, chatEvents, sseEvent } from './openai-replies.ts';
import { cut, hold, raw, reset, type Script, type Step, send, stall } from './steps.ts';

/** Events of a stream up to and including the n-th content delta (the role chunk is not counted, reasoning deltas are). */
function eventsUpToDelta(contentDeltas: number, options: ChatStreamOptions): string[] {
  return chatEvents({ ...options, usage: 'none' }).slice(0, 1 + contentDeltas);
}

const sends = (events: readonly string[]): Step[] => events.map((event) => send(event));

/** Accepts the request and never answers. */
export const neverAnswers = (): Script => ({ before: [stall()] });

/** RST before the status line. */
export const resetsBeforeHead = (): Script => ({ before: [reset()] });

/** FIN before the status line. */
export const closesBeforeHead = (): Script => ({ before: [cut()] });

/** A stream that is closed in good order (FIN) after n content deltas, without finish reason or `[DONE]`. */
export const streamCutAfter = (contentDeltas: number, options: ChatStreamOptions = {}): Script => ({
  body: [...sends(eventsUpToDelta(contentDeltas, options)), cut()],
});

/** A stream broken by RST after n content deltas. */
export const streamResetAfter = (contentDeltas: number, options: ChatStreamOptions = {}): Script => ({
  body: [...sends(eventsUpToDelta(contentDeltas, options)), reset()],
});

/** A stream that falls silent after n content deltas with the connection open. */
export const streamStallsAfter = (contentDeltas: number, options: ChatStreamOptions = {}): Script => ({
  body: [...sends(eventsUpToDelta(contentDeltas, options)), stall()],
});

/** A stream whose HTTP framing ends properly after n content deltas: complete for HTTP, cut for the dialect. */
export const streamEndsSilentlyAfter = (contentDeltas: number, options: ChatStreamOptions = {}): Script => ({
  body: sends(eventsUpToDelta(contentDeltas, options)),
});

/** An error event inside a 200 stream after n content deltas. */
export const streamErrorsAfter = (contentDeltas: number, options: ChatStreamOptions = {}): Script => ({
  body: [
    ...sends(eventsUpToDelta(contentDeltas, options)),
    send(sseEvent({ error: { message: 'The server is overloaded', type: 'server_error', code: 'overloaded' } })),
  ],
});

/** A good stream with one event of broken JSON after n content deltas. */
export const streamMalformedEventAt = (contentDeltas: number, options: ChatStreamOptions = {}): Script => {
  const events = chatEvents(options);
  return {
    body: sends([
      ...events.slice(0, 1 + contentDeltas),
      'data: {"choices":[{"delta":{"con\n\n',
      ...events.slice(1 + contentDeltas),
    ]),
  };
};

/** A stream that waits for `call.release()` before each event after the first. */
export const heldStream = (options: ChatStreamOptions = {}): Script => ({
  body: chatEvents(options).flatMap((event, index) => (index === 0 ? [send(event)] : [hold(), send(event)])),
});

/** A proxy's HTML page with the given status, as served when a vendor's edge answers instead of the vendor. */
export const html = (status = 200): Script => ({
  status,
  headers: { 'content-type': 'text/html; charset=utf-8' },
  body: '<!doctype html><html><head><title>Upstream</title></head><body><h1>It works?</h1></body></html>',
});

/** Valid framing around a JSON text that stops in the middle. */
export const truncatedJson = (): Script => {
  const whole = JSON.stringify(chatCompletionBody());
  return { body: whole.slice(0, Math.floor(whole.length / 2)) };
};

/** Announces more bytes than it sends and then closes. */
export const shorterThanAnnounced = (): Script => {
  const whole = JSON.stringify(chatCompletionBody());
  return { framing: 'length', contentLength: whole.length + 100, body: [send(whole), cut()] };
};

/** A chunk size that is not hexadecimal. */
export const wrongChunkSize = (): Script => ({ body: [send(chatEvents()[0] ?? ''), raw('zz\r\nnonsense\r\n')] });

/** Not HTTP at all. */
export const notHttp = (): Script => ({ framing: 'raw', body: [raw('SSH-2.0-OpenSSH_9.6\r\n'), stall()] });

/** Transfer-Encoding and Content-Length together, the request-smuggling pair. */
export const conflictingFraming = (): Script => ({ headers: { 'content-length': '5' }, body: [send('hello')] });

/** A redirect, e.g. to an internal address. */
export const redirect = (location: string, status = 302): Script => ({ status, headers: { location }, body: '' });

/** An answer of `totalBytes` bytes in pieces of 64 KiB. */
export const oversized = (totalBytes: number): Script => {
  const piece = Buffer.alloc(65_536, 0x61);
  return {
    headers: { 'content-type': 'application/json' },
    body: Array.from({ length: Math.ceil(totalBytes / piece.length) }, () => send(piece)),
  };
};

/** A JSON answer that claims a content encoding nobody asked for. */
export const encoded = (contentEncoding: string, bytes: Buffer): Script => ({
  headers: { 'content-encoding': contentEncoding },
  body: bytes,
});
