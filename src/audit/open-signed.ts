import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../contracts/errors.ts';
import { keyIdOf } from './checkpoint.ts';
import { type FileJournal, type JournalOptions, openJournal } from './journal.ts';
import { type FoundCheckpoint, findLastCheckpoint } from './last-checkpoint.ts';
import { loadSigner, publishPublicKey, SIGNING_KEY_FILE, type StoredSigner } from './signing-key.ts';

async function lastCheckpoint(directory: string): Promise<FoundCheckpoint | null> {
  try {
    return await findLastCheckpoint(directory);
  } catch (cause) {
    throw new AppError('config_invalid', `The journal in ${directory} cannot be opened: ${(cause as Error).message}`, {
      cause,
    });
  }
}

/**
 * Opens the journal of a data folder, signed with the folder's own key, which is made with the first chain. Before
 * anything is touched the key is compared with the newest checkpoint.
 * @throws AppError config_invalid naming the file: the key is missing, damaged or another one, or the journal unusable
 */
export async function openSignedJournal(
  dataDir: string,
  options: Omit<JournalOptions, 'directory' | 'signer'>,
): Promise<FileJournal> {
  const directory = join(dataDir, 'journal');
  const signer = signerFor(dataDir, await lastCheckpoint(directory), options.onProblem);
  const journal = await openJournal({ ...options, directory, signer });
  // Last, so that wherever the public key lies a checkpoint of it lies too.
  publishPublicKey(dataDir, signer);
  return journal;
}

/** Why no server could go on with the journal of a data folder, or null. Nothing is made and nothing changed. */
export async function signingFault(dataDir: string): Promise<string | null> {
  try {
    const last = await lastCheckpoint(join(dataDir, 'journal'));
    // A first start makes the key.
    if (last !== null || existsSync(join(dataDir, SIGNING_KEY_FILE))) signerFor(dataDir, last, () => undefined);
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

function signerFor(
  dataDir: string,
  last: FoundCheckpoint | null,
  onProblem: JournalOptions['onProblem'],
): StoredSigner {
  const signer = loadSigner(dataDir, last === null, onProblem);
  if (last !== null && last.checkpoint.public_key !== signer.publicKey) {
    throw new AppError(
      'config_invalid',
      `${join(dataDir, SIGNING_KEY_FILE)} is not the key that signed the journal: it is ${signer.keyId}, and record ${last.checkpoint.seq + 1} of ${last.file} is signed with ${keyIdOf(last.checkpoint.public_key)}. Restore that key, or move the journal folder away to begin a new chain; nothing was changed.`,
    );
  }
  return signer;
}
