import type { MessageHead } from '../http/message-reader.ts';

/** One request and what becomes of it. Exactly one of `onEnd` and `onFail` is called. */
export interface Exchange {
  onHead?(head: MessageHead): void;
  onBody?(chunk: Buffer, start: number, end: number): void;
  /** One socket read that held body bytes was handled. */
  onRead?(): void;
  onEnd(status: number): void;
  onFail(reason: string): void;
}

/** What a job sends, over and over, and where. */
export interface Target {
  port: number;
  path: string;
  headers: Record<string, string>;
  body: string;
  /** Three digits each, as they stand in the body: every request has others there. Nobody asks the same thing for hours. */
  vary?: readonly string[];
}

/** The request as bytes, as it stands. */
export function requestBytes(target: Target): Buffer {
  const lines = [`POST ${target.path} HTTP/1.1`, `host: 127.0.0.1:${target.port}`, 'content-type: application/json'];
  for (const [name, value] of Object.entries(target.headers)) lines.push(`${name}: ${value}`);
  lines.push(`content-length: ${Buffer.byteLength(target.body)}`, '', target.body);
  return Buffer.from(lines.join('\r\n'));
}

const LEAST = 100;
const NUMBERS = 900;
/** Of this process, so that no job repeats what an earlier one has sent. */
let sent = 0;

/**
 * Makes request after request, each with other numbers where the target varies: two of them do not repeat for 810,000 requests.
 * @throws Error where the body does not hold what is to vary
 */
export function requestMaker(target: Target): () => Buffer {
  const bytes = requestBytes(target);
  const body = bytes.indexOf('\r\n\r\n');
  const places = (target.vary ?? []).map((digits) => {
    const place = bytes.indexOf(digits, body);
    if (place < 0 || !/^\d{3}$/.test(digits)) throw new Error(`no three digits ${digits} in the body`);
    return place;
  });
  if (places.length === 0) return () => bytes;
  return () => {
    const request = Buffer.from(bytes);
    let rest = sent;
    for (const place of places) {
      request.write(String(LEAST + (rest % NUMBERS)), place, 'latin1');
      rest = Math.floor(rest / NUMBERS);
    }
    sent += 1;
    return request;
  };
}
