import type { Configuration } from '../contracts/configuration.ts';
import type { ConfigurationFinding, ConfigurationPath } from '../contracts/configuration-problem.ts';

const REDACTED = '[redacted]';

/**
 * A copy that may be shown, journalled and logged: strings that were written with a placeholder appear as written
 * (`${ZAI_API_KEY}`), other secrets as `[redacted]`. Without `written` every secret is redacted, and so is the password
 * of a database address.
 */
export function redactConfiguration(
  configuration: Configuration,
  written: ReadonlyMap<string, string> = new Map(),
): Configuration {
  const secrets = new Set(secretPaths(configuration).map((path) => JSON.stringify(path)));
  const walk = (value: unknown, path: ConfigurationPath): unknown => {
    const key = JSON.stringify(path);
    const asWritten = written.get(key);
    if (asWritten !== undefined) return asWritten;
    if (secrets.has(key)) return REDACTED;
    if (typeof value === 'string') return withoutPassword(value);
    if (Array.isArray(value)) return value.map((item, index) => walk(item, [...path, index]));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, walk(item, [...path, name])]));
  };
  return walk(configuration, []) as Configuration;
}

/** Warns of keys that stand in the file: only warns, because local engines are given keys that are no secret. */
export function literalSecrets(
  configuration: Configuration,
  written: ReadonlyMap<string, string>,
): ConfigurationFinding[] {
  const suspicious = secretPaths(configuration).filter(([section, id, member]) => {
    const endpoint = section === 'endpoints' ? configuration.endpoints[id as string] : undefined;
    return member !== 'headers' && endpoint?.private !== true;
  });
  return suspicious
    .filter((path) => !written.has(JSON.stringify(path)))
    .map((path) => ({
      severity: 'warning',
      path,
      message: 'A key is written in the file itself, where backups and version control keep it.',
      hint: 'Write ${ENV_NAME} or ${file:/path} instead.',
    }));
}

/** Where secrets can stand: keys of endpoints, values of their headers, secrets of our own keys and of tokens. */
function secretPaths(configuration: Configuration): (string | number)[][] {
  const paths: (string | number)[][] = [];
  for (const [id, endpoint] of Object.entries(configuration.endpoints)) {
    const key = endpoint.api_key;
    if (Array.isArray(key)) paths.push(...key.map((_, index) => ['endpoints', id, 'api_key', index]));
    else if (key !== undefined) paths.push(['endpoints', id, 'api_key']);
    paths.push(...Object.keys(endpoint.headers ?? {}).map((name) => ['endpoints', id, 'headers', name]));
  }
  paths.push(...configuration.keys.map((_, index) => ['keys', index, 'secret']));
  if (configuration.privacy.tenant_key !== undefined) paths.push(['privacy', 'tenant_key']);
  return paths;
}

/** `postgres://user:secret@host` -> `postgres://user:[redacted]@host`. */
function withoutPassword(text: string): string {
  const named = text.replace(/^([a-z][a-z0-9+.-]*:\/\/[^/:@\s]*):[^@\s]*@/i, `$1:${REDACTED}@`);
  // Some services take their key in the query.
  return named.replace(/^([a-z][a-z0-9+.-]*:\/\/[^?#\s]*\?).+$/i, `$1${REDACTED}`);
}
