import type { ConfigurationFinding, ConfigurationPath } from '../contracts/configuration-problem.ts';

/** A place in a configuration file. `line` and `column` count from 1; the file is `null` for the built-in default. */
export interface ConfigurationPlace {
  file: string | null;
  line: number;
  column: number;
}

/** A finding with its place: what `config check` prints and what a failed start says. */
export type ConfigurationProblem = ConfigurationFinding & ConfigurationPlace;

/** Where things in a configuration are written; see yaml-source.ts. */
export interface ConfigurationSource {
  /** null for the built-in default. */
  file: string | null;
  /** Place of the value at `path`, or of the nearest thing around it that is written. */
  locate(path: ConfigurationPath): ConfigurationPlace;
  /** Place of the member's own name; of the value around it where the member is not written. */
  locateName(path: ConfigurationPath): ConfigurationPlace;
}

/** Gives findings of others (the catalogue, say) their places. */
export function locateFindings(
  source: ConfigurationSource,
  findings: readonly ConfigurationFinding[],
): ConfigurationProblem[] {
  return findings.map((finding) => ({ ...finding, ...source.locate(finding.path) }));
}

/** `alidade.yaml:12:5: error: deployments[0].endpoint: There is no endpoint zia. Did you mean zai?` */
export function formatProblem(problem: ConfigurationProblem): string {
  const place = problem.file === null ? 'built-in default' : `${problem.file}:${problem.line}:${problem.column}`;
  const where = problem.path.length === 0 ? '' : `${formatPath(problem.path)}: `;
  const hint = problem.hint === null ? '' : ` ${problem.hint}`;
  return `${place}: ${problem.severity}: ${where}${problem.message}${hint}`;
}

/** `deployments[0].endpoint`. */
export function formatPath(path: ConfigurationPath): string {
  return path.map((step, index) => (typeof step === 'number' ? `[${step}]` : index === 0 ? step : `.${step}`)).join('');
}

export function hasErrors(problems: readonly ConfigurationFinding[]): boolean {
  return problems.some((problem) => problem.severity === 'error');
}
