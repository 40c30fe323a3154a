import type { ConfigurationFiles } from './files.ts';
import { type LoadResult, loadConfiguration } from './load.ts';
import { formatProblem } from './problem.ts';

/** A file system of these texts; a folder exists where a path ends with a slash. Texts may be changed while it is used. */
export function memoryFiles(texts: Record<string, string>): ConfigurationFiles {
  return {
    readText: (path) => texts[path] ?? null,
    kind: (path) => (path in texts ? 'file' : `${path}/` in texts ? 'folder' : null),
    names: (path) =>
      Object.keys(texts).flatMap((name) => (name.startsWith(`${path}/`) ? [name.slice(path.length + 1)] : [])),
    fingerprint: (path) => texts[path] ?? null,
  };
}

/** Loads `text` as /etc/alidade/alidade.yaml, with other files beside it. */
export function load(
  text: string,
  more: { files?: Record<string, string>; env?: Record<string, string> } = {},
): LoadResult {
  const files = memoryFiles({ '/etc/alidade/alidade.yaml': text, ...more.files });
  return loadConfiguration({ cwd: '/etc/alidade', env: more.env ?? {}, files });
}

/** Problems as a terminal would show them, without the folder. */
export function problemsOf(result: LoadResult): string[] {
  return result.problems.map((problem) => formatProblem(problem).replaceAll('/etc/alidade/', ''));
}
