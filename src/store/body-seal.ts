import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import type { BodyCommitment, BodyRecord } from '../contracts/body-log.ts';

const CIPHER = 'aes-256-gcm';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** One key, one purpose: the keys that do the work are derived, so that none of them says anything about another. */
const derive = (key: Buffer, purpose: string): Buffer =>
  Buffer.from(hkdfSync('sha256', key, '', `alidade ${purpose} v1`, KEY_BYTES));

export const newKey = (): Buffer => randomBytes(KEY_BYTES);

/** Nonce, ciphertext and tag. `name` must be the same when it is opened. */
function seal(key: Buffer, name: string, plain: Buffer): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, key, nonce).setAAD(Buffer.from(name));
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

/** @throws Error when key, name or bytes are not those of `seal` */
function open(key: Buffer, name: string, sealed: Buffer): Buffer {
  const end = sealed.length - TAG_BYTES;
  const decipher = createDecipheriv(CIPHER, key, sealed.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(name)).setAuthTag(sealed.subarray(end));
  return Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES, end)), decipher.final()]);
}

/** A record's key as it lies on the disk: 60 bytes that only the folder's key opens, and only for this request. */
export const wrapKey = (master: Buffer, requestId: string, key: Buffer): Buffer =>
  seal(derive(master, 'body key wrapping'), requestId, key);

/** @throws Error when `master` did not wrap it */
export const unwrapKey = (master: Buffer, requestId: string, wrapped: Buffer): Buffer =>
  open(derive(master, 'body key wrapping'), requestId, wrapped);

/** What the record keeps of a body: nothing that can be guessed at without the record's key. */
export function commitmentOf(key: Buffer, { request, answer }: BodyRecord): BodyCommitment {
  const secret = derive(key, 'body commitment');
  const mac = (part: string, text: string): string =>
    createHmac('sha256', secret).update(`${part}\n`).update(text).digest('hex');
  return { algorithm: 'hmac-sha256', request: mac('request', request), answer: mac('answer', answer) };
}

export const sealBody = (key: Buffer, record: BodyRecord): string =>
  seal(derive(key, 'body encryption'), record.request_id, Buffer.from(JSON.stringify(record))).toString('base64');

/** @throws Error when it was sealed with another key, for another request, or was changed */
export const openBody = (key: Buffer, requestId: string, sealed: string): BodyRecord =>
  JSON.parse(
    open(derive(key, 'body encryption'), requestId, Buffer.from(sealed, 'base64')).toString('utf8'),
  ) as BodyRecord;
