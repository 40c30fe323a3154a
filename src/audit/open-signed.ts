import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../contracts/errors.ts';
import { keyIdOf } from './checkpoint.ts';
import { type FileJournal, type JournalOptions, openJournal } from './journal.ts';
import { type FoundKey, findKeyInForce, findLastRotation } from './last-checkpoint.ts';
import { listRotation } from './rotation-list.ts';
import {
  loadSigner,
  nextPublicKey,
  publishPublicKey,
  SIGNING_KEY_FILE,
  type StoredSigner,
  settleNextKey,
} from './signing-key.ts';

async function keyInForce(directory: string): Promise<FoundKey | null> {
  try {
    return await findKeyInForce(directory);
  } catch (cause) {
    throw new AppError('config_invalid', `The journal in ${directory} cannot be opened: ${(cause as Error).message}`, {
      cause,
    });
  }
}

/**
 * Opens the journal of a data folder, signed with the folder's own key, which is made with the first chain. Before
 * anything is touched the key is compared with the one that the journal says to be in force.
 * @throws AppError config_invalid naming the file: the key is missing, damaged or another one, or the journal unusable
 */
export async function openSignedJournal(
  dataDir: string,
  options: Omit<JournalOptions, 'directory' | 'signer'>,
): Promise<FileJournal> {
  const directory = join(dataDir, 'journal');
  const last = await keyInForce(directory);
  await endRotation(dataDir, directory, last);
  const signer = signerFor(dataDir, last, options.onProblem);
  const journal = await openJournal({ ...options, directory, signer });
  // Last, so that wherever the public key lies a checkpoint of it lies too.
  publishPublicKey(dataDir, signer);
  return journal;
}

/** Ends what a crash cut off between a rotation's record and the change of files, or before its record. */
async function endRotation(dataDir: string, directory: string, last: FoundKey | null): Promise<void> {
  const next = nextPublicKey(dataDir);
  if (next === null) return;
  const rotation = await findLastRotation(directory);
  if (rotation !== null && rotation.next_public_key === next && last?.publicKey === next) {
    listRotation(dataDir, rotation);
  }
  settleNextKey(dataDir, last?.publicKey ?? null);
}

/** Why no server could go on with the journal of a data folder, or null. Nothing is made and nothing changed. */
export async function signingFault(dataDir: string): Promise<string | null> {
  try {
    const last = await keyInForce(join(dataDir, 'journal'));
    // A rotation that was broken off behind its record: the next start ends it.
    if (last !== null && nextPublicKey(dataDir) === last.publicKey) return null;
    // A first start makes the key.
    if (last !== null || existsSync(join(dataDir, SIGNING_KEY_FILE))) signerFor(dataDir, last, () => undefined);
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

function signerFor(dataDir: string, last: FoundKey | null, onProblem: JournalOptions['onProblem']): StoredSigner {
  const signer = loadSigner(dataDir, last === null, onProblem);
  if (last !== null && last.publicKey !== signer.publicKey) {
    throw new AppError(
      'config_invalid',
      `${join(dataDir, SIGNING_KEY_FILE)} is not the key that signed the journal: it is ${signer.keyId}, and record ${last.seq} of ${last.file} is signed with ${keyIdOf(last.publicKey)}. Restore that key, or move the journal folder away to begin a new chain; nothing was changed.`,
    );
  }
  return signer;
}
