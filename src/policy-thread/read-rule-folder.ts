import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { RuleFile } from '../policy/compile-rules.ts';
import type { RuleFolder } from '../policy/policy-store.ts';
import type { RuleProblem } from '../policy/rule.ts';

/** What `sha256sum *.cedar` prints: with it a folder that is copied by halves is told from a whole one. */
const MANIFEST = 'BUNDLE.sha256';
const RULE_FILE = '.cedar';

const error = (file: string, line: number, message: string, hint: string | null = null): RuleProblem => ({
  file,
  line,
  column: 1,
  severity: 'error',
  message,
  hint,
});

const reasonOf = (cause: unknown): string => (cause as NodeJS.ErrnoException).code ?? String(cause);

function readText(path: string, problems: RuleProblem[]): string | null {
  try {
    // A pipe would be waited for until somebody writes into it.
    if (!statSync(path).isFile()) {
      problems.push(error(path, 1, 'It is no file.'));
      return null;
    }
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path));
  } catch (cause) {
    const why = cause instanceof TypeError ? 'is not UTF-8' : `cannot be read (${reasonOf(cause)})`;
    problems.push(error(path, 1, `The file ${why}.`));
    return null;
  }
}

const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Every listed file as listed, and every rule file listed. */
function checkManifest(path: string, manifest: string, files: readonly RuleFile[]): RuleProblem[] {
  const byName = new Map(files.map(({ name, text }) => [name.slice(name.lastIndexOf('/') + 1), text]));
  const problems: RuleProblem[] = [];
  const listed = new Set<string>();
  for (const [index, line] of manifest.split(/\r?\n/).entries()) {
    if (line.trim() === '') continue;
    const match = /^([0-9a-f]{64}) [ *](.+)$/.exec(line);
    if (match === null) {
      problems.push(error(path, index + 1, 'The line is not one of sha256sum.', 'sha256sum *.cedar > BUNDLE.sha256'));
      continue;
    }
    const [, digest, name] = match as unknown as [string, string, string];
    listed.add(name);
    const text = byName.get(name);
    if (text === undefined) problems.push(error(path, index + 1, `${name} is listed and missing.`));
    else if (digestOf(text) !== digest) problems.push(error(path, index + 1, `${name} differs from what is listed.`));
  }
  for (const name of byName.keys()) {
    if (!listed.has(name)) problems.push(error(path, 1, `${name} is not listed.`));
  }
  return problems;
}

/**
 * The rule files of a folder by name, or of one file. Anything that cannot be read is a problem, because a rule that is
 * left out opens what it closes; so is a folder that disagrees with its manifest. @throws never
 */
export function readRuleFolder(path: string): RuleFolder {
  const problems: RuleProblem[] = [];
  if (path.endsWith(RULE_FILE)) {
    const text = readText(path, problems);
    return { files: text === null ? [] : [{ name: path, text }], problems };
  }
  if (statSync(path, { throwIfNoEntry: false })?.isFile() === true) {
    const hint = 'Rules are read from files that end in .cedar, and from folders of them.';
    return { files: [], problems: [error(path, 1, 'The file does not end in .cedar.', hint)] };
  }
  let names: string[];
  try {
    names = readdirSync(path).sort();
  } catch (cause) {
    return { files: [], problems: [error(path, 1, `The folder of policies cannot be read (${reasonOf(cause)}).`)] };
  }
  const files = names
    .filter((name) => name.endsWith(RULE_FILE))
    .flatMap((name) => {
      const text = readText(join(path, name), problems);
      return text === null ? [] : [{ name: join(path, name), text }];
    });
  // A rule that nobody reads closes nothing, and nothing else would say so.
  for (const name of names)
    if (/ced[ae]r/i.test(name) && !name.endsWith(RULE_FILE))
      problems.push({
        ...error(join(path, name), 1, 'The file is not read: rule files end in .cedar.'),
        severity: 'warning',
      });
  if (files.length === 0 && problems.length === 0)
    problems.push({ ...error(path, 1, 'The folder holds no file that ends in .cedar.'), severity: 'warning' });
  if (names.includes(MANIFEST)) {
    const manifest = readText(join(path, MANIFEST), problems);
    if (manifest !== null) problems.push(...checkManifest(join(path, MANIFEST), manifest, files));
  }
  return { files, problems };
}
