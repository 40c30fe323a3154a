import type { EvidenceRow } from '../../contracts/evidence.ts';
import { newestPerCell } from './pool.ts';

/** What is ranked: a deployment and the model behind it. */
export interface Target {
  id: string;
  model: string;
}

/** Rows about one target, by what they may do. */
export interface TargetRows {
  /** Its own measurements, of the version of the model that was measured last. They decide. */
  own: readonly EvidenceRow[];
  /** Other people's figures, other deployments of the model, earlier versions of it. They are priors. */
  prior: readonly EvidenceRow[];
}

/** The version of the model in the newest row that names one. */
function newestModelVersion(rows: readonly EvidenceRow[]): string | null {
  let newest: EvidenceRow | null = null;
  for (const row of rows) {
    if (row.model_version !== null && (newest === null || row.date > newest.date)) newest = row;
  }
  return newest?.model_version ?? null;
}

/**
 * Sorts rows of one task by what they say about a target. A measurement of the model as such stands in where the
 * deployment itself was not measured by the same instrument.
 */
export function rowsOf(rows: readonly EvidenceRow[], target: Target): TargetRows {
  const about = rows.filter((row) => row.model === target.model || row.deployment === target.id);
  const direct = about.filter((row) => row.kind === 'own' && row.deployment === target.id);
  const measured = new Set(direct.map((row) => row.instrument.name));
  const ofModel = about.filter(
    (row) => row.kind === 'own' && row.deployment === null && !measured.has(row.instrument.name),
  );
  const version = newestModelVersion([...direct, ...ofModel]);
  const current = [...direct, ...ofModel].filter((row) => row.model_version === null || row.model_version === version);
  const deciding = new Set(current);
  return { own: newestPerCell(current), prior: newestPerCell(about.filter((row) => !deciding.has(row))) };
}
