import type { IncomingMessage } from 'node:http';
import { AppError } from '../contracts/errors.ts';
import type { RequestHead } from './request-head.ts';

const tooLarge = (maxBytes: number): AppError =>
  new AppError('body_too_large', `The body is larger than server.max_body_bytes (${maxBytes} bytes).`);

const READABLE_TYPE = /^application\/(?:[\w.+-]+\+)?json\b|^application\/x-www-form-urlencoded$/i;
const CHARSET = /;\s*charset\s*=\s*["']?([^"';,\s]+)/i;
/** UTF-8 and the part of it that is ASCII, however they are spelt. */
const READABLE_CHARSET = /^(?:utf[-_]?8|(?:us[-_]?)?ascii)$/i;

/** @throws AppError unsupported_media_type */
function checkType(type: string): void {
  if (!READABLE_TYPE.test(type)) throw new AppError('unsupported_media_type', 'Send the body as application/json.');
  const charset = CHARSET.exec(type)?.[1];
  if (charset === undefined || READABLE_CHARSET.test(charset)) return;
  throw new AppError('unsupported_media_type', `Send the body in UTF-8, as JSON is: ${charset} is not read.`);
}

/** Refuses what we could only misread: another media type or character set, or a compressed body. @throws AppError */
export function checkHeaders(request: RequestHead, maxBytes: number): void {
  const type = request.headers['content-type'];
  // A missing type is tolerated: curl -d without -H is how people try things out first.
  if (type !== undefined && type !== 'application/json') checkType(type);
  const encoding = request.headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') {
    throw new AppError('unsupported_media_type', 'Send the body uncompressed: content-encoding is not accepted.');
  }
  const length = request.headers['content-length'];
  if (length !== undefined && Number(length) > maxBytes) throw tooLarge(maxBytes);
}

/**
 * Reads the whole body; one of the callbacks is called once. Callbacks, since most bodies arrive in one piece and a
 * promise would cost more than the reading. Past the limit the rest is not read. `whole` joins what came in many pieces,
 * which for a body that came byte by byte is work of its own.
 */
export function readBody(
  request: IncomingMessage,
  maxBytes: number,
  onBody: (whole: () => Buffer) => void,
  onError: (error: AppError) => void,
): void {
  try {
    checkHeaders(request, maxBytes);
  } catch (error) {
    onError(error as AppError);
    return;
  }
  const chunks: Buffer[] = [];
  let size = 0;
  let settled = false;
  request.on('data', (chunk: Buffer) => {
    if (settled) return;
    size += chunk.length;
    if (size > maxBytes) {
      settled = true;
      request.pause();
      onError(tooLarge(maxBytes));
      return;
    }
    chunks.push(chunk);
  });
  request.on('end', () => {
    if (settled) return;
    settled = true;
    onBody(() => (chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, size)));
  });
  request.on('error', (cause) => {
    if (settled) return;
    settled = true;
    onError(new AppError('client_gone', 'The client closed the connection while sending.', { cause }));
  });
}
