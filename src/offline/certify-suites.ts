import { type Certificate, failedChecks } from '../evals/certification/certificate.ts';
import { certify } from '../evals/certification/certify.ts';
import { openSandbox } from '../evals/code-sandbox/sandbox.ts';
import { hasData } from '../evals/suites/suite.ts';
import { SUITES, suiteSource } from '../evals/suites/suite-list.ts';

export interface Certification {
  certificates: readonly Certificate[];
  /** Suites without data in the folder: not certified, hence not usable. */
  withoutData: readonly string[];
  /** The command that brings what the code sandbox lacks, or null. */
  sandboxCommand: string | null;
}

/**
 * Certifies the scorers of the suites whose data lies in `dir`, or of the named ones, which must be there.
 * @throws AppError not_found for a name that is no suite, or a named suite without data
 */
export async function certifySuites(
  dir: string,
  names: readonly string[],
  tell: (suite: string) => void,
): Promise<Certification> {
  const wanted = names.length > 0 ? names.map(suiteSource) : SUITES.filter((source) => hasData(source, dir));
  const needsSandbox = wanted.some(({ scorer }) => scorer === 'code');
  const sandbox = needsSandbox ? await openSandbox() : null;
  const certificates: Certificate[] = [];
  for (const source of wanted) {
    tell(source.name);
    certificates.push(await certify(source, dir, sandbox?.level === 'strong' ? sandbox : null));
  }
  return {
    certificates,
    withoutData: names.length > 0 ? [] : SUITES.filter((source) => !wanted.includes(source)).map(({ name }) => name),
    sandboxCommand: sandbox?.level === 'none' ? sandbox.command : null,
  };
}

/** The table's row of each certificate: suite, scorer, verdict, and how many checks passed. */
export const certificateRows = (certificates: readonly Certificate[]): string[][] =>
  certificates.flatMap((certificate) =>
    certificate.checks.map(({ check, count, of, ok, note }, index) => [
      index === 0 ? certificate.suite : '',
      index === 0 ? (certificate.ok ? 'certified' : `DISABLED (${failedChecks(certificate)} failed)`) : '',
      check,
      of === 1 && !Number.isInteger(count) ? count.toFixed(3) : `${count} of ${of}`,
      `${ok ? 'ok' : 'FAILED'}${note === '' ? '' : ` (${note})`}`,
    ]),
  );

/** Every suite that can be loaded, for `eval suites`. */
export const listSuites = () =>
  SUITES.map(({ name, version, scorer, licence, origin }) => ({ name, version, scorer, licence, origin }));
