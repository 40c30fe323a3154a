import { createPublicKey } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Anchor, readAnchors } from './anchor.ts';
import { PUBLIC_KEY_FILE, rawPublicKey } from './checkpoint.ts';
import { type KeyRotation, ROTATIONS_FILE, readRotations } from './key-rotation.ts';
import { listSegments } from './segments.ts';
import { type Verification, type VerifyOptions, verifyJournal } from './verify.ts';

/** Beside the journal of an export: says that it is a part, which may begin and end where it was asked to. */
export const EXPORT_FILE = 'export.json';

/** What a command line names. */
export interface VerifyRequest {
  /** The journal, or the data folder or export around it. */
  folder: string;
  anchorFiles?: readonly string[];
  /** PEM of the newest key, or one before it, from somewhere else than the folder; absent: the one that lies beside the journal, where one does. */
  publicKeyFile?: string | undefined;
}

/** The journal of a folder: the folder itself, or `journal` inside it where a data folder is named. */
export async function journalFolder(path: string): Promise<string> {
  const inside = join(path, 'journal');
  return (await listSegments(path)).length === 0 && existsSync(inside) ? inside : path;
}

/** @throws Error naming the file */
function readPublicKey(path: string): string {
  try {
    const key = createPublicKey(readFileSync(path));
    if (key.asymmetricKeyType === 'ed25519') return rawPublicKey(key);
  } catch {
    // Unreadable, or no key: said below.
  }
  throw new Error(`${path} is no Ed25519 public key in PEM.`);
}

/** What to check a journal against. @throws Error naming the file that cannot be understood */
function inputsOf(journal: string, { anchorFiles = [], publicKeyFile }: VerifyRequest): VerifyOptions {
  const beside = join(dirname(journal), PUBLIC_KEY_FILE);
  const keyFile = publicKeyFile ?? (existsSync(beside) ? beside : null);
  const publicKey = keyFile === null ? null : readPublicKey(keyFile);
  const anchors: Anchor[] = anchorFiles.flatMap((file) => readAnchors(readFileSync(file, 'utf8'), file));
  const excerpt = existsSync(join(dirname(journal), EXPORT_FILE));
  return { publicKey, anchors, excerpt, rotations: rotationsBeside(journal) };
}

/** @throws Error naming file and line */
function rotationsBeside(journal: string): KeyRotation[] {
  const file = join(dirname(journal), ROTATIONS_FILE);
  return existsSync(file) ? readRotations(readFileSync(file, 'utf8'), file) : [];
}

/**
 * Checks the journal of a folder against the public key beside it and against anchors kept elsewhere.
 * @throws Error with code `not_found` when there is no journal in it, `invalid_request` when an anchor or key is none
 */
export async function verifyFolder(request: VerifyRequest): Promise<Verification> {
  const journal = await journalFolder(request.folder);
  // An empty chain is whole, but a folder without one is most likely not the folder that was meant.
  if ((await listSegments(journal)).length === 0) {
    throw Object.assign(new Error(`There is no journal in ${journal}.`), { code: 'not_found' });
  }
  let inputs: VerifyOptions;
  try {
    inputs = inputsOf(journal, request);
  } catch (cause) {
    throw Object.assign(new Error((cause as Error).message, { cause }), { code: 'invalid_request' });
  }
  return verifyJournal(journal, inputs);
}
