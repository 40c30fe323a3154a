import { openSignedJournal } from '../audit/open-signed.ts';
import { listSigningKeys, type RotatedKey, rotateSigningKey, type SigningKey } from '../audit/rotate-key.ts';
import type { LoadedConfiguration } from '../config/load.ts';
import { takeLock } from '../store/lock.ts';

export type { RotatedKey, SigningKey };

/** Every key that signs the journal of a data folder, or did, oldest first. @throws AppError config_invalid */
export const signingKeys = (dataDir: string): SigningKey[] => listSigningKeys(dataDir);

/** Changes the signing key while no server runs, on record. @throws AppError as `rotateSigningKey` */
export async function rotateKeyOffline(loaded: LoadedConfiguration, revoked: boolean): Promise<RotatedKey> {
  const { dataDir } = loaded.paths;
  const { journal: settings } = loaded.configuration;
  const lock = takeLock(dataDir, null, Date.now);
  try {
    const journal = await openSignedJournal(dataDir, {
      now: Date.now,
      onProblem: () => undefined,
      segmentBytes: settings.segment_bytes,
      minFreeBytes: settings.min_free_bytes,
    });
    try {
      return await rotateSigningKey(dataDir, journal, { revoked, actor: 'cli' });
    } finally {
      await journal.close();
    }
  } finally {
    lock.release();
  }
}
