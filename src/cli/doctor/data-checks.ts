import { existsSync } from 'node:fs';
import type { ConfigurationPaths } from '../../config/store-location.ts';
import { type EvidenceSnapshot, NO_EVIDENCE } from '../../contracts/evidence.ts';
import { checkJournalTail, checkSigningKey, probe } from '../../offline/diagnosis.ts';
import type { LiveOwner } from '../owner-client.ts';
import { type Finding, fine, trouble } from './finding.ts';

interface Readiness {
  status: string;
  degraded: readonly string[];
}

/** A database that a live server owns is not opened: that server is asked how it is. */
export async function checkStore({ store }: ConfigurationPaths, owner: LiveOwner | null): Promise<Finding[]> {
  if (owner === null) {
    const problem = await probe(store);
    const name = store.kind === 'sqlite' ? store.path : 'Postgres';
    const isNew = store.kind === 'sqlite' && !existsSync(store.path);
    return [
      problem === null
        ? fine('store', `${name} ${isNew ? 'will be made' : 'opens'}`)
        : trouble(
            'E-STORE-001',
            `${name} does not open: ${problem}`,
            'Traffic is answered all the same; repair store.url.',
          ),
    ];
  }
  try {
    const { status, degraded } = (await owner.request('GET', '/readyz')) as Readiness;
    if (degraded.length === 0) return [fine('store', `process ${owner.pid} serves and says: ${status}`)];
    return degraded.map((reason) => trouble('E-STORE-002', `Process ${owner.pid} says: ${reason}`, null));
  } catch (error) {
    return [trouble('E-STORE-002', messageOf(error), 'Look at its log, or start it again.')];
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Whether any key of a caller exists; a key file that cannot be read is a finding, and no server starts with it. */
export function checkCallerKeys(read: () => readonly unknown[]): { exist: boolean; finding: Finding } {
  try {
    const { length } = read();
    const message = length === 0 ? 'no key of a caller: open mode, loopback only' : `${length} keys of callers`;
    return { exist: length > 0, finding: fine('keys', message) };
  } catch (error) {
    return { exist: true, finding: trouble('E-KEYS-002', messageOf(error), null) };
  }
}

/** What decides of what was measured: nothing where it cannot be read, which is then said. */
export function checkEvidence(read: () => EvidenceSnapshot): { evidence: EvidenceSnapshot; findings: Finding[] } {
  try {
    return { evidence: read(), findings: [] };
  } catch (error) {
    const fix = 'Restore the folder evidence from a copy, or move it away to decide by the table.';
    return { evidence: NO_EVIDENCE, findings: [trouble('E-EVIDENCE-001', messageOf(error), fix)] };
  }
}

export interface JournalFinding {
  finding: Finding;
  writtenMs: number | null;
}

export async function checkJournal({ dataDir }: ConfigurationPaths, owner: LiveOwner | null): Promise<JournalFinding> {
  const tail = await checkJournalTail(dataDir).catch((error: unknown) => messageOf(error));
  if (typeof tail === 'string') return { finding: trouble('E-JOURNAL-001', tail, null), writtenMs: null };
  const { records, fault, unfinishedBytes, writtenMs } = tail;
  if (fault !== null) {
    const fix = 'alidade audit verify names the first bad record; restore from a copy.';
    return { finding: trouble('E-JOURNAL-001', `The newest records: ${fault}`, fix), writtenMs };
  }
  // A live writer may be in the middle of a line.
  if (unfinishedBytes > 0 && owner === null) {
    const message = `The journal ends in ${unfinishedBytes} bytes of an unfinished record.`;
    return { finding: trouble('W-JOURNAL-002', message, 'Nothing to do: the next start sets them aside.'), writtenMs };
  }
  // A live writer has its key, and may be in the middle of a checkpoint.
  const unsigned = owner === null ? await checkSigningKey(dataDir) : null;
  if (unsigned !== null) return { finding: trouble('E-JOURNAL-003', unsigned, null), writtenMs };
  const message = records === 0 ? 'no record yet' : `the newest ${records} records are a whole chain`;
  return { finding: fine('journal', message), writtenMs };
}
