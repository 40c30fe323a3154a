import { type Certificate, type CertificateCheck, failedChecks } from '../evals/certification/certificate.ts';
import { certify } from '../evals/certification/certify.ts';
import { certifyOwnScorers } from '../evals/certification/own-examples.ts';
import { type CodeSandbox, openSandbox } from '../evals/code-sandbox/sandbox.ts';
import { JUDGE_SCORERS } from '../evals/scorers/judge-scorer.ts';
import { DOWNLOADS } from '../evals/suites/download-table.ts';
import { fetchedData, folderOf, hasData, type SuiteSource, type UnreadPart } from '../evals/suites/suite.ts';
import { SUITES, suiteSource } from '../evals/suites/suite-list.ts';
import { evaluationFolder } from './recorded-runs.ts';

export interface Certification {
  certificates: readonly Certificate[];
  /** Scorers of suites of one's own, on a few examples of ours. */
  own: readonly Certificate[];
  /** Suites without data in the folder: not certified, hence not usable. */
  withoutData: readonly string[];
  /** What is in the folder of a certified suite and is not read. */
  unread: readonly ({ suite: string } & UnreadPart)[];
  /** How model-written code was run; null where none was. */
  sandbox: Pick<CodeSandbox, 'level' | 'memory'> | null;
  /** The command that brings what the code sandbox lacks, or null. */
  sandboxCommand: string | null;
}

/** Where downloaded suites lie. */
export const downloadedSuites = (dataDir: string): string => fetchedData(evaluationFolder(dataDir));

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
  const strong = sandbox?.level === 'strong' ? sandbox : null;
  const certificates: Certificate[] = [];
  for (const source of wanted) {
    tell(source.name);
    certificates.push(await certify(source, dir, strong));
  }
  const unreadOf = (source: SuiteSource): Certification['unread'] =>
    (source.unread?.(folderOf(source, dir)) ?? []).map((part) => ({ suite: source.name, ...part }));
  return {
    certificates,
    unread: wanted.flatMap(unreadOf),
    sandbox: strong === null ? null : { level: strong.level, memory: strong.memory },
    own: names.length > 0 ? [] : await certifyOwnScorers(),
    withoutData: names.length > 0 ? [] : SUITES.filter((source) => !wanted.includes(source)).map(({ name }) => name),
    sandboxCommand: sandbox?.level === 'none' ? sandbox.command : null,
  };
}

const kindOf = ({ check }: CertificateCheck): 'gold' | 'format' | 'never' | 'mutated' | 'recorded' => {
  if (check.startsWith('gold: ')) return 'gold';
  if (check.startsWith('format: ')) return 'format';
  if (check.includes('mutated')) return 'mutated';
  return check.startsWith('never correct: ') ? 'never' : 'recorded';
};

const resultOf = ({ count, of }: CertificateCheck): string =>
  of === 1 && !Number.isInteger(count) ? count.toFixed(3) : `${count} of ${of}`;

const verdictOf = (certificate: Certificate): string =>
  certificate.ok ? 'certified' : `DISABLED (${failedChecks(certificate)} failed)`;

/** One row a scorer: what is right, in how many ways of writing, what never is, recorded verdicts. */
export const CERTIFICATE_HEAD = [
  'suite',
  'scorer',
  'gold',
  'ways of writing',
  'never correct',
  'mutated',
  'recorded',
  'verdict',
];

function summaryRow(certificate: Certificate): string[] {
  const of = (kind: ReturnType<typeof kindOf>): CertificateCheck[] =>
    certificate.checks.filter((each) => kindOf(each) === kind);
  const [formats, never, recorded] = [of('format'), of('never'), of('recorded')];
  const good = (checks: readonly CertificateCheck[]): number => checks.filter(({ ok }) => ok).length;
  return [
    certificate.suite,
    certificate.scorer,
    of('gold').map(resultOf).join(', ') || '-',
    formats.length === 0 ? '-' : `${good(formats)} of ${formats.length}`,
    never.length === 0 ? '-' : `${never.reduce((sum, { count }) => sum + count, 0)} in ${never.length} ways`,
    of('mutated').map(resultOf).join(', ') || '-',
    recorded.length === 0 ? '-' : `${good(recorded)} of ${recorded.length} hold`,
    verdictOf(certificate),
  ];
}

/** The table of all shipped scorers: those of suites with data, those of suites without, those of one's own suites, judges. */
export function certificationRows({ certificates, own, withoutData }: Certification): string[][] {
  const waiting = withoutData.map((name) => {
    const how = DOWNLOADS[name] === undefined ? '--data' : `alidade eval fetch ${name}`;
    return [name, suiteSource(name).scorer, '-', '-', '-', '-', '-', `certified as soon as data is given (${how})`];
  });
  const judges = own.length === 0 ? [] : [...JUDGE_SCORERS];
  return [
    ...certificates.map(summaryRow),
    ...waiting,
    ...own.map(summaryRow),
    ...judges.map((name) => [
      'own suites',
      name,
      '-',
      '-',
      '-',
      '-',
      '-',
      'asks a model: proved before each first run',
    ]),
  ];
}

/** Every check of each certificate: suite, verdict, check, result. */
export const certificateRows = (certificates: readonly Certificate[]): string[][] =>
  certificates.flatMap((certificate) =>
    certificate.checks.map((each, index) => [
      index === 0 ? certificate.suite : '',
      index === 0 ? certificate.scorer : '',
      index === 0 ? verdictOf(certificate) : '',
      each.check,
      resultOf(each),
      `${each.ok ? 'ok' : 'FAILED'}${each.note === '' ? '' : ` (${each.note})`}`,
    ]),
  );

/** The checks that failed alone. */
export const failedOnly = (certificates: readonly Certificate[]): Certificate[] =>
  certificates.flatMap((certificate) => {
    const checks = certificate.checks.filter(({ ok }) => !ok);
    return checks.length === 0 ? [] : [{ ...certificate, checks }];
  });

/** Every suite that can be loaded, for `eval suites`. */
export const listSuites = () =>
  SUITES.map(({ name, version, scorer, licence, origin }) => ({
    ...{ name, version, scorer, licence, origin },
    /** Whether it can be downloaded by name: its checksums are known. */
    downloadable: DOWNLOADS[name] !== undefined,
  }));
