import { createPublicKey } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../contracts/errors.ts';
import { keyIdOf, PUBLIC_KEY_FILE, rawPublicKey } from './checkpoint.ts';
import type { FileJournal } from './journal.ts';
import { listedRotations, listRotation } from './rotation-list.ts';
import { createNextKey, nextPublicKey, publishPublicKey, settleNextKey } from './signing-key.ts';

/** A key that signs checkpoints, or did. Public: nothing in it can sign. */
export interface SigningKey {
  key_id: string;
  /** As in Checkpoint. */
  public_key: string;
  state: 'current' | 'retired' | 'revoked';
  /** The last record that it may have signed; null while it is in force. */
  last_seq: number | null;
  /** When it handed over, RFC 3339. */
  ended_at: string | null;
}

export interface RotatedKey {
  key_id: string;
  public_key: string;
  /** The key before it, and what became of it. */
  previous: { key_id: string; state: 'retired' | 'revoked'; last_seq: number };
}

/**
 * Makes a new signing key, lets the journal hand over to it on record, and destroys the old one. Every step can be cut
 * off: the next key lies on the disk before the record, and the record before the next key takes the old one's place.
 * @param revoked whether the old key may be known to others, so that its signatures alone count no more
 * @throws AppError journal_unavailable or config_invalid; then the old key signs on, or a start ends what was begun
 */
export async function rotateSigningKey(
  dataDir: string,
  journal: FileJournal,
  { revoked, actor }: { revoked: boolean; actor: string },
): Promise<RotatedKey> {
  // Before anything is made: a damaged list could not be added to.
  listedRotations(dataDir);
  if (nextPublicKey(dataDir) !== null) {
    throw new AppError(
      'journal_unavailable',
      'A change of the signing key has begun and not ended; a restart ends it.',
    );
  }
  const next = createNextKey(dataDir);
  const rotation = await journal.rotate(next, { revoked, actor }).catch((error: unknown) => {
    // Where the hand-over never became a record nothing was begun; otherwise a start decides by the record.
    if (journal.keyId !== next.keyId) settleNextKey(dataDir, null);
    throw error;
  });
  listRotation(dataDir, rotation);
  settleNextKey(dataDir, next.publicKey);
  publishPublicKey(dataDir, next);
  const { key_id, seq } = rotation;
  const state = revoked ? 'revoked' : 'retired';
  return { key_id: next.keyId, public_key: next.publicKey, previous: { key_id, state, last_seq: seq } };
}

/** Every signing key of a data folder, oldest first; empty before the first start. @throws AppError config_invalid */
export function listSigningKeys(dataDir: string): SigningKey[] {
  const spent = listedRotations(dataDir).map(
    ({ key_id, public_key, revoked, seq, at }): SigningKey => ({
      key_id,
      public_key,
      state: revoked ? 'revoked' : 'retired',
      last_seq: seq,
      ended_at: at,
    }),
  );
  const path = join(dataDir, PUBLIC_KEY_FILE);
  if (!existsSync(path)) return spent;
  const public_key = rawPublicKey(createPublicKey(readFileSync(path)));
  return [...spent, { key_id: keyIdOf(public_key), public_key, state: 'current', last_seq: null, ended_at: null }];
}
