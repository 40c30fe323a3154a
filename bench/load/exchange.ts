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
}

/** The request as bytes, made once. */
export function requestBytes(target: Target): Buffer {
  const lines = [`POST ${target.path} HTTP/1.1`, `host: 127.0.0.1:${target.port}`, 'content-type: application/json'];
  for (const [name, value] of Object.entries(target.headers)) lines.push(`${name}: ${value}`);
  lines.push(`content-length: ${Buffer.byteLength(target.body)}`, '', target.body);
  return Buffer.from(lines.join('\r\n'));
}
