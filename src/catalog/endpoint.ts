import { createHash } from 'node:crypto';
import type { EndpointConfig } from '../contracts/configuration.ts';
import type { ConfigurationPath } from '../contracts/configuration-problem.ts';
import type { AuthScheme, Endpoint, UpstreamQuirks } from '../contracts/deployment.ts';
import type { Preset } from '../contracts/preset.ts';
import type { Dialect } from '../contracts/vocabulary.ts';
import { nearestNames } from '../lib/edit-distance.ts';
import { endpointAddress } from './endpoint-address.ts';
import { endpointFacts } from './endpoint-facts.ts';
import { didYouMean, type Findings } from './findings.ts';
import { findOperator, OPERATORS } from './makers.ts';

/** Stream defaults of the design; the rest is derived from the deadline and from measured latency. */
const DEFAULT_CONNECT_MS = 3_000;

/** What is assumed of a server that only says which dialect it speaks: nothing beyond the dialect's own rules. */
const PLAIN_QUIRKS: UpstreamQuirks = {
  maxTokensMember: 'either',
  streamUsage: 'ask',
  refusedMembers: [],
  embeddings: true,
};

const DIALECT_AUTH: Readonly<Record<Dialect, AuthScheme>> = {
  openai: 'bearer',
  anthropic: 'x-api-key',
  gemini: 'x-goog-api-key',
};

/** Headers that frame the request or are ours to send; a config that set them could smuggle or break requests. */
const RESERVED_HEADERS = new Set([
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'host',
  'transfer-encoding',
  'upgrade',
]);

export interface EndpointContext {
  presets: ReadonlyMap<string, Preset>;
  findings: Findings;
  now: Date;
}

/** The endpoint that `config` describes, or null after telling `findings` why there is none. */
export function buildEndpoint(
  id: string,
  config: EndpointConfig,
  path: ConfigurationPath,
  context: EndpointContext,
): Endpoint | null {
  const { findings } = context;
  const preset = findPreset(config, path, context);
  if (preset === undefined) return null;
  const dialect = chooseDialect(config, preset, path, findings);
  const baseUrl = endpointAddress(config, preset, path, findings);
  const operator = chooseOperator(config, preset, path, findings);
  const apiKeys = config.api_key === undefined ? [] : [config.api_key].flat();
  const auth = chooseAuth(dialect ?? 'openai', preset, apiKeys);
  checkCredentials(config, preset, { auth, apiKeys, path }, findings);
  checkHeaders(config, path, findings);
  if (dialect === null || baseUrl === null) return null;
  const tracedAs = findOperator(operator)?.tracedAs;
  return {
    id,
    operator,
    ...(tracedAs === undefined ? {} : { tracedAs }),
    preset: preset?.name ?? null,
    dialect,
    baseUrl,
    auth: auth === 'none' || apiKeys.length === 0 ? 'none' : auth,
    apiKeys,
    extraHeaders: lowerCased(config.headers ?? {}),
    quirks: preset?.quirks ?? PLAIN_QUIRKS,
    private: config.private ?? false,
    sandbox: false,
    digest: endpointDigest(operator, baseUrl, config, apiKeys),
    facts: endpointFacts(config, preset, operator, context.now),
    timeouts: {
      connectMs: config.timeouts?.connect_ms ?? DEFAULT_CONNECT_MS,
      firstByteMs: config.timeouts?.first_byte_ms ?? null,
      firstTokenMs: config.timeouts?.first_token_ms ?? null,
      idleMs: config.timeouts?.idle_ms ?? null,
    },
    concurrency: config.concurrency ?? null,
    rate: {
      rpm: config.rate?.rpm ?? null,
      tpm: config.rate?.tpm ?? null,
      resetsAt: config.rate?.resets_at ?? null,
    },
  };
}

/** undefined: named but unknown. null: none named. */
function findPreset(
  config: EndpointConfig,
  path: ConfigurationPath,
  context: EndpointContext,
): Preset | null | undefined {
  if (config.preset === undefined) return null;
  const preset = context.presets.get(config.preset);
  if (preset !== undefined) return preset;
  const near = nearestNames(config.preset, context.presets.keys(), 3);
  const all = `Presets: ${[...context.presets.keys()].sort().join(', ')}.`;
  context.findings.error(
    [...path, 'preset'],
    `There is no preset ${config.preset}. Name one that exists, or write dialect and base_url instead.`,
    didYouMean(near) ?? all,
  );
  return undefined;
}

function chooseDialect(
  config: EndpointConfig,
  preset: Preset | null,
  path: ConfigurationPath,
  findings: Findings,
): Dialect | null {
  if (preset === null && config.dialect === undefined) {
    findings.error(path, 'An endpoint needs preset, or dialect (openai, anthropic or gemini) with base_url.');
    return null;
  }
  if (preset !== null && config.dialect !== undefined && config.dialect !== preset.dialect) {
    findings.error(
      [...path, 'dialect'],
      `The preset ${preset.name} speaks ${preset.dialect}, not ${config.dialect}.`,
      'Leave dialect out, or leave preset out and give base_url.',
    );
    return null;
  }
  return config.dialect ?? (preset as Preset).dialect;
}

function chooseOperator(
  config: EndpointConfig,
  preset: Preset | null,
  path: ConfigurationPath,
  findings: Findings,
): string {
  const operator = config.operator ?? preset?.operator ?? 'unknown';
  if (operator === 'unknown') {
    findings.warning(
      path,
      'Nothing says who operates this endpoint, so policy treats the operator as unknown.',
      'Add operator; for own machines: operator: self',
    );
  } else if (findOperator(operator) === null && config.operator_country === undefined) {
    const near = nearestNames(
      operator,
      OPERATORS.map((known) => known.id),
      1,
    );
    findings.warning(
      [...path, 'operator'],
      `The country of the operator ${operator} is unknown, so policy treats it as unknown.`,
      didYouMean(near) ?? 'Add operator_country.',
    );
  }
  return operator;
}

/** Engines that need no key may have been started with one. */
function chooseAuth(dialect: Dialect, preset: Preset | null, apiKeys: readonly string[]): AuthScheme {
  const scheme = preset?.auth ?? DIALECT_AUTH[dialect];
  return scheme === 'none' && apiKeys.length > 0 ? DIALECT_AUTH[dialect] : scheme;
}

function checkCredentials(
  config: EndpointConfig,
  preset: Preset | null,
  credentials: { auth: AuthScheme; apiKeys: readonly string[]; path: ConfigurationPath },
  findings: Findings,
): void {
  for (const [index, key] of credentials.apiKeys.entries()) {
    if (/^[\x21-\x7e]+$/.test(key)) continue;
    const place = Array.isArray(config.api_key) ? ['api_key', index] : ['api_key'];
    findings.error([...credentials.path, ...place], 'api_key holds a blank or a character that no header can carry.');
  }
  const headersCarryOne = Object.keys(config.headers ?? {}).some((name) =>
    /^(authorization|(x-)?api-key)$/i.test(name),
  );
  if (preset === null || preset.auth === 'none' || credentials.apiKeys.length > 0 || headersCarryOne) return;
  const variable = preset.environmentVariables[0];
  findings.error(
    credentials.path,
    `The preset ${preset.name} needs a key: api_key is missing.`,
    variable === undefined ? null : `Write api_key: "\${${variable}}"`,
  );
}

function checkHeaders(config: EndpointConfig, path: ConfigurationPath, findings: Findings): void {
  for (const [name, value] of Object.entries(config.headers ?? {})) {
    if (RESERVED_HEADERS.has(name.toLowerCase()) || !/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/.test(name)) {
      findings.error([...path, 'headers', name], `The header ${name} cannot be set by an endpoint.`);
    } else if (/[\r\n\0]/.test(value)) {
      findings.error([...path, 'headers', name], `The value of the header ${name} holds a line break.`);
    }
  }
}

function lowerCased(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

/** Keys enter as digests of their own, so that the digest can be logged. */
function endpointDigest(operator: string, baseUrl: string, config: EndpointConfig, apiKeys: readonly string[]): string {
  const credentials = apiKeys.map((key) => sha256(key)).sort();
  return sha256(JSON.stringify([operator, baseUrl, config.region ?? null, credentials])).slice(0, 32);
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
