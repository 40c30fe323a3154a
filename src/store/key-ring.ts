import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { ApiKey } from '../contracts/api-key.ts';
import { AppError } from '../contracts/errors.ts';
import type { KeyRequest } from '../contracts/key-request.ts';
import { checksum6, constantTimeEqual, sha256Hex } from '../lib/hash.ts';

const SECRET_PREFIX = 'ald_';
const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** 43 characters of base 62 hold 256 bits. */
const SECRET_CHARACTERS = 43;
const SHOWN_PREFIX_CHARACTERS = 8;

interface KeyFile {
  version: 1;
  keys: ApiKey[];
}

export type NewKey = KeyRequest;

function randomSecret(): string {
  let number = BigInt(`0x${randomBytes(32).toString('hex')}`);
  let text = '';
  for (let i = 0; i < SECRET_CHARACTERS; i += 1) {
    text += BASE62[Number(number % 62n)];
    number /= 62n;
  }
  // The checksum lets a leak scanner tell a real key from a look-alike without asking us.
  return `${SECRET_PREFIX}${text}${checksum6(text)}`;
}

/** A key as its config entry or a fresh secret defines it; the secret itself is not kept. */
export function keyFromSecret(secret: string, key: NewKey, createdAt: string): ApiKey {
  return {
    ...key,
    hash: sha256Hex(secret),
    prefix: secret.slice(0, SHOWN_PREFIX_CHARACTERS),
    labels: [],
    defaultJurisdictions: null,
    createdAt,
    revokedAt: null,
  };
}

function readKeyFile(path: string): ApiKey[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new AppError('config_invalid', `${path} cannot be read.`, { cause });
  }
  try {
    const file = JSON.parse(text) as KeyFile;
    if (file.version === 1 && Array.isArray(file.keys)) return file.keys;
  } catch {
    // Falls through to the same error as a wrong shape: both mean that the file is not ours.
  }
  throw new AppError('config_invalid', `${path} is not a key file of this version; move it away to start afresh.`);
}

/**
 * All keys by the SHA-256 of their secret: those of the configuration and those made by `keys create`, which live in
 * one small file that is read at start, so that traffic is served before the store has opened.
 */
export class KeyRing {
  #path: string;
  #stored: ApiKey[];
  #configured: readonly ApiKey[];
  #byHash = new Map<string, ApiKey>();
  #hadKeys = false;
  #generation = 0;
  #writing: Promise<void> = Promise.resolve();

  /** @throws AppError config_invalid when the file exists and cannot be understood */
  constructor(path: string, configured: readonly ApiKey[]) {
    this.#path = path;
    this.#configured = configured;
    this.#stored = readKeyFile(path);
    this.#index();
  }

  /** Open mode is when there never was one: neither revoking the last key nor removing it from the file opens the door. */
  get empty(): boolean {
    return !this.#hadKeys;
  }

  /** Changes whenever a key is made, revoked or configured: what was found before may no longer hold. */
  get generation(): number {
    return this.#generation;
  }

  list(): readonly ApiKey[] {
    return [...this.#configured, ...this.#stored];
  }

  /** The key of this secret, revoked or not, or null. */
  find(secret: string): ApiKey | null {
    const hash = sha256Hex(secret);
    const key = this.#byHash.get(hash);
    return key !== undefined && constantTimeEqual(key.hash, hash) ? key : null;
  }

  /** The key as it is by now; null: it was revoked, or taken out of the configuration. */
  now({ hash }: ApiKey): ApiKey | null {
    const key = this.#byHash.get(hash);
    return key === undefined || key.revokedAt !== null ? null : key;
  }

  /** Keys of a reloaded configuration replace the former ones. */
  configure(configured: readonly ApiKey[]): void {
    this.#configured = configured;
    this.#index();
  }

  /** Makes a key; the secret is in the answer and nowhere else. */
  async create(key: NewKey, createdAt: string): Promise<{ key: ApiKey; secret: string }> {
    if (this.list().some((known) => known.id === key.id)) {
      throw new AppError('invalid_request', `A key named ${key.id} exists already; choose another id.`, {
        param: 'id',
      });
    }
    const secret = randomSecret();
    const created = keyFromSecret(secret, key, createdAt);
    this.#stored = [...this.#stored, created];
    this.#index();
    await this.#write();
    return { key: created, secret };
  }

  /** Revokes from the next call on, also of requests that are being answered; false when there is no such key in the file. */
  async revoke(id: string, revokedAt: string): Promise<boolean> {
    if (this.#configured.some((key) => key.id === id)) {
      throw new AppError('invalid_request', `${id} is a key of the configuration; remove it there.`, { param: 'id' });
    }
    if (!this.#stored.some((key) => key.id === id)) return false;
    this.#stored = this.#stored.map((key) => (key.id === id && key.revokedAt === null ? { ...key, revokedAt } : key));
    this.#index();
    await this.#write();
    return true;
  }

  #index(): void {
    this.#generation += 1;
    this.#byHash = new Map(this.list().map((key) => [key.hash, key]));
    if (this.#byHash.size > 0) this.#hadKeys = true;
  }

  /** Written beside and renamed, so that a crash leaves either the old file or the new one. */
  #write(): Promise<void> {
    const write = async (): Promise<void> => {
      const file: KeyFile = { version: 1, keys: this.#stored };
      await mkdir(dirname(this.#path), { recursive: true });
      const temporary = `${this.#path}.tmp`;
      const handle = await open(temporary, 'w', 0o600);
      try {
        await handle.writeFile(`${JSON.stringify(file, null, 2)}\n`);
        await handle.datasync();
      } finally {
        await handle.close();
      }
      await rename(temporary, this.#path);
    };
    this.#writing = this.#writing.then(write, write);
    return this.#writing;
  }
}
