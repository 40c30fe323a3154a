import { dirname } from 'node:path';
import type { ConfigurationPath } from '../contracts/configuration-problem.ts';
import type { ConfigurationFiles } from './files.ts';
import type { ConfigurationPlace, ConfigurationProblem, ConfigurationSource } from './problem.ts';
import { substituteSecrets } from './secrets.ts';
import { parseYaml } from './yaml-source.ts';

/** One file as plain data with secrets in place. Usable only without errors in `problems`. */
export interface ReadFile {
  value: unknown;
  /** It or a file that it includes cannot be read: nothing can be said about what it holds. */
  isBroken: boolean;
  problems: readonly ConfigurationProblem[];
  source: ConfigurationSource;
  /** Path (as JSON) -> text with its placeholder, for strings that held one. */
  written: ReadonlyMap<string, string>;
}

export function readYamlFile(
  text: string,
  file: string,
  env: Readonly<Record<string, string | undefined>>,
  files: ConfigurationFiles,
): ReadFile {
  const parsed = parseYaml(text, file);
  if (parsed.findings.length > 0) {
    return {
      value: parsed.value,
      isBroken: true,
      problems: parsed.findings,
      source: parsed.source,
      written: new Map(),
    };
  }
  const substituted = substituteSecrets(parsed.value, { env, files, folder: dirname(file) });
  const problems = substituted.findings.map((finding) => ({ ...finding, ...parsed.source.locate(finding.path) }));
  return { value: substituted.value, isBroken: false, problems, source: parsed.source, written: substituted.written };
}

/** A source in which everything under `at` is written in another file, there under `inside`. */
export function mountSource(
  outer: ConfigurationSource,
  at: string,
  inner: ConfigurationSource,
  inside: ConfigurationPath,
): ConfigurationSource {
  const choose = (
    path: ConfigurationPath,
    pick: (source: ConfigurationSource) => (path: ConfigurationPath) => ConfigurationPlace,
  ) => (path.length > 1 && path[0] === at ? pick(inner)([...inside, ...path.slice(1)]) : pick(outer)(path));
  return {
    file: outer.file,
    locate: (path) => choose(path, (source) => source.locate),
    locateName: (path) => choose(path, (source) => source.locateName),
  };
}

/** The built-in default is written nowhere. */
export const NO_SOURCE: ConfigurationSource = {
  file: null,
  locate: () => ({ file: null, line: 1, column: 1 }),
  locateName: () => ({ file: null, line: 1, column: 1 }),
};
