import { resolve } from 'node:path';
import type { ConfigurationFinding, ConfigurationPath } from '../contracts/configuration-problem.ts';
import type { ConfigurationFiles } from './files.ts';

export interface SecretSources {
  env: Readonly<Record<string, string | undefined>>;
  files: ConfigurationFiles;
  /** Relative `${file:...}` paths start here: the folder of the configuration file. */
  folder: string;
}

/** No shorter than any secret may be. */
const STAND_IN_LENGTH = 64;

export interface Substituted {
  value: unknown;
  findings: readonly ConfigurationFinding[];
  /** Path (as JSON) -> the text as written, for every string that held a placeholder: what may be shown instead. */
  written: ReadonlyMap<string, string>;
}

/**
 * Replaces `${ENV_NAME}` and `${file:/path}` in every string value, whole or inside; `$${` stands for a literal `${`.
 * The end of line that editors put at the end of a secret file is dropped. Member names are left alone.
 */
export function substituteSecrets(value: unknown, sources: SecretSources): Substituted {
  const findings: ConfigurationFinding[] = [];
  const written = new Map<string, string>();
  const walk = (part: unknown, path: ConfigurationPath): unknown => {
    if (typeof part === 'string') {
      if (!part.includes('${')) return part;
      written.set(JSON.stringify(path), part);
      return substituteText(part, path, sources, findings);
    }
    if (Array.isArray(part)) return part.map((item, index) => walk(item, [...path, index]));
    if (typeof part !== 'object' || part === null) return part;
    return Object.fromEntries(Object.entries(part).map(([name, item]) => [name, walk(item, [...path, name])]));
  };
  return { value: walk(value, []), findings, written };
}

function substituteText(
  text: string,
  path: ConfigurationPath,
  sources: SecretSources,
  findings: ConfigurationFinding[],
): string {
  const report = (message: string, hint: string | null) => findings.push({ severity: 'error', path, message, hint });
  return text.replace(/\$?\$\{([^}]*)(\}?)/g, (placeholder, name: string, end: string) => {
    if (placeholder.startsWith('$$')) return placeholder.slice(1);
    const errors = findings.length;
    let secret = '';
    if (end === '') report('A placeholder ${ is not closed.', 'Write $${ for a literal ${.');
    else if (name.startsWith('file:')) secret = readSecretFile(name.slice('file:'.length), sources, report);
    else if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) secret = readVariable(name, sources, report);
    else
      report(
        'A placeholder holds neither the name of an environment variable nor file:/path.',
        'Write ${NAME} or ${file:/path}; $${ stands for a literal ${.',
      );
    // What was not found stays as it is written, as long as secrets are, so that the rest is checked as if it were there.
    return findings.length === errors ? secret : placeholder.padEnd(STAND_IN_LENGTH, '_');
  });
}

type Report = (message: string, hint: string | null) => void;

function readVariable(name: string, sources: SecretSources, report: Report): string {
  const value = sources.env[name];
  if (value !== undefined && value !== '') return value;
  report(
    `The environment variable ${name} is ${value === undefined ? 'not set' : 'empty'}.`,
    `Set ${name} before starting.`,
  );
  return '';
}

function readSecretFile(path: string, sources: SecretSources, report: Report): string {
  const file = resolve(sources.folder, path);
  const text = sources.files.readText(file);
  const secret = text?.replace(/\r?\n$/, '') ?? '';
  if (text === null) report(`The secret file ${file} cannot be read.`, null);
  else if (secret === '') report(`The secret file ${file} is empty.`, null);
  return secret;
}
