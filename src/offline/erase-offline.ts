import { openSignedJournal } from '../audit/open-signed.ts';
import type { LoadedConfiguration } from '../config/load.ts';
import { openBodyFiles } from '../store/body-files.ts';
import { takeLock } from '../store/lock.ts';

/** Destroys the key of a body while no server runs, on record; false when none was kept. @throws AppError */
export async function eraseBodyOffline(loaded: LoadedConfiguration, requestId: string, now: Date): Promise<boolean> {
  const { dataDir } = loaded.paths;
  const { journal: settings } = loaded.configuration;
  const lock = takeLock(dataDir, null, Date.now);
  try {
    const options = { dataDir, now: Date.now, onProblem: () => undefined };
    const bodies = await openBodyFiles({ ...options, retentionDays: settings.retention_days });
    const journal = await openSignedJournal(dataDir, {
      ...options,
      segmentBytes: settings.segment_bytes,
      minFreeBytes: settings.min_free_bytes,
    });
    try {
      const result = await bodies.erase(requestId);
      if (result === null) return false;
      const details = { request_id: requestId, result };
      journal.append({ kind: 'event', at: now.toISOString(), event: 'body_erased', actor: 'cli', role: null, details });
      return true;
    } finally {
      await journal.close();
    }
  } finally {
    lock.release();
  }
}
