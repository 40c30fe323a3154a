import { request } from 'node:http';
import { connect } from 'node:net';
import type { RunningSubject } from './subject.ts';

/** true once something listens, null before. */
export function acceptsConnections(port: number): Promise<true | null> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(null));
  });
}

export interface Probe {
  status: number;
  body: string;
}

/** One request outside of any measurement; null when there is no answer at all. */
export function probe(
  port: number,
  options: {
    method: 'GET' | 'POST';
    path: string;
    headers?: Record<string, string>;
    body?: string;
    timeoutMs?: number;
  },
): Promise<Probe | null> {
  return new Promise((resolve) => {
    const { method, path, body = '' } = options;
    const headers = {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      ...options.headers,
    };
    const call = request({
      port,
      host: '127.0.0.1',
      method,
      path,
      headers,
      agent: false,
      timeout: options.timeoutMs ?? 10_000,
    });
    call.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (piece: string) => {
        text += piece;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text }));
      response.on('error', () => resolve(null));
    });
    call.on('timeout', () => call.destroy());
    call.on('error', () => resolve(null));
    call.end(method === 'POST' ? body : undefined);
  });
}

/** Asks the subject for one completion; the reason when it cannot give one, else null. */
export async function whyNotAnswering(subject: RunningSubject, body: string): Promise<string | null> {
  const answer = await probe(subject.port, { method: 'POST', path: subject.path, headers: subject.headers, body });
  if (answer === null) return 'it gave no answer';
  if (answer.status === 200) return null;
  return `it answered ${answer.status}: ${answer.body.replaceAll(/\s+/g, ' ').slice(0, 200)}`;
}
