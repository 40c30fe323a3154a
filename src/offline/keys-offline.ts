import { join } from 'node:path';
import { openSignedJournal } from '../audit/open-signed.ts';
import type { LoadedConfiguration } from '../config/load.ts';
import type { ApiKey } from '../contracts/api-key.ts';
import { type KeyRequest, requireKnownTeam } from '../contracts/key-request.ts';
import { configuredKeys } from '../store/configured-keys.ts';
import { KeyRing } from '../store/key-ring.ts';
import { takeLock } from '../store/lock.ts';

const openKeys = (loaded: LoadedConfiguration, now: Date): KeyRing =>
  new KeyRing(join(loaded.paths.dataDir, 'keys.json'), configuredKeys(loaded.configuration.keys, now.toISOString()));

/** Keys of the configuration and of the key file, revoked ones included. */
export const listKeysOffline = (loaded: LoadedConfiguration, now: Date): readonly ApiKey[] =>
  openKeys(loaded, now).list();

type RecordEvent = (event: string, details: Record<string, unknown>) => void;

/** Holds the data folder meanwhile, and puts on record what was done: a key made past the journal would be a back door. */
async function changeKeys<T>(
  loaded: LoadedConfiguration,
  now: Date,
  change: (keys: KeyRing, record: RecordEvent) => Promise<T>,
): Promise<T> {
  const { dataDir } = loaded.paths;
  const lock = takeLock(dataDir, null, Date.now);
  try {
    const keys = openKeys(loaded, now);
    const journal = await openSignedJournal(dataDir, {
      now: Date.now,
      segmentBytes: loaded.configuration.journal.segment_bytes,
      minFreeBytes: loaded.configuration.journal.min_free_bytes,
      onProblem: () => undefined,
    });
    try {
      return await change(keys, (event, details) =>
        journal.append({ kind: 'event', at: now.toISOString(), event, actor: 'cli', role: null, details }),
      );
    } finally {
      await journal.close();
    }
  } finally {
    lock.release();
  }
}

/** Makes a key while no server runs; the secret is in the answer and nowhere else. @throws AppError as KeyRing.create */
export async function createKeyOffline(
  loaded: LoadedConfiguration,
  request: KeyRequest,
  now: Date,
): Promise<{ key: ApiKey; secret: string }> {
  requireKnownTeam(request, Object.keys(loaded.configuration.teams));
  return changeKeys(loaded, now, async (keys, record) => {
    const created = await keys.create(request, now.toISOString());
    record('key_created', { id: request.id, roles: request.roles, prefix: created.key.prefix });
    return created;
  });
}

/** Revokes a key while no server runs; false when the key file has none with this id. */
export function revokeKeyOffline(loaded: LoadedConfiguration, id: string, now: Date): Promise<boolean> {
  return changeKeys(loaded, now, async (keys, record) => {
    const revoked = await keys.revoke(id, now.toISOString());
    if (revoked) record('key_revoked', { id });
    return revoked;
  });
}
