import type { Simulation } from '../contracts/simulation.ts';
import { EvidenceFiles } from '../store/evidence-files.ts';
import { buildOfflineWorld, type OfflineWorldInput } from './offline-world.ts';
import { simulate } from './simulate.ts';

/** Evidence in a data folder. Its files are whole or absent, so they may be read beside a running server. */
export const evidenceFiles = (dataDir: string): EvidenceFiles => new EvidenceFiles(dataDir, Date.now);

/** What promoting a version would have changed in the decisions of a recorded log. @throws AppError not_found */
export async function compareEvidence(version: string, log: string, input: OfflineWorldInput): Promise<Simulation> {
  const files = evidenceFiles(input.loaded.paths.dataDir);
  const before = await buildOfflineWorld({ ...input, evidence: files.promoted() });
  const after = await buildOfflineWorld({ ...input, evidence: files.promotedWith(version) });
  return simulate(log, before, after);
}
