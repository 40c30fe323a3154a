import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { RunPlan, ScorerCalibration } from '../../contracts/evaluation.ts';

type About = Pick<RunPlan, 'suite' | 'scorer' | 'scorer_version'>;

/** What people's labels said of scorers, by suite and version of the scorer: another version makes other mistakes. */
export interface CalibrationStore {
  find(about: About): ScorerCalibration | null;
  /** Takes the place of what was known before. */
  keep(about: About, calibration: ScorerCalibration): void;
}

const keyOf = ({ suite, scorer, scorer_version: version }: About): string => JSON.stringify([suite, scorer, version]);

/** One file in the folder of evaluations; read at each question, since another process may have written meanwhile. */
export function openCalibrationStore(path: string): CalibrationStore {
  const read = (): Record<string, ScorerCalibration> =>
    existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Record<string, ScorerCalibration>) : {};
  return {
    find: (about) => read()[keyOf(about)] ?? null,
    keep(about, calibration) {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      const coming = `${path}.${process.pid}.new`;
      writeFileSync(coming, `${JSON.stringify({ ...read(), [keyOf(about)]: calibration }, null, 2)}\n`, {
        mode: 0o600,
      });
      renameSync(coming, path);
    },
  };
}
