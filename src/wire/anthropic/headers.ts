import type { Deployment } from '../../contracts/deployment.ts';
import type { LossReport } from '../losses.ts';

/**
 * The version that this folder is written against. The next one, 2026-10-21, which the vendor's packages ask for since
 * then, takes no temperature, top_p and top_k from any model (platform.claude.com/docs/en/api/versioning).
 */
const DEFAULT_VERSION = '2023-06-01';

/** What the client sent in `anthropic-version` and `anthropic-beta`; null where absent. */
export interface AnthropicClientHeaders {
  version: string | null;
  beta: string | null;
}

export const NO_CLIENT_HEADERS: AnthropicClientHeaders = { version: null, beta: null };

/**
 * Features in beta that a caller may switch on, by name without the date (platform.claude.com/docs/en/api/beta-headers
 * and the list `AnthropicBeta` of @anthropic-ai/sdk 1.12.0, read 2026-11-22). Not in it, on purpose: those that make the
 * vendor call another model (`server-side-fallback`, `fallback-credit`, `advisor-tool`) or an address that the caller names
 * (`mcp-client`, `mcp-tunnels`), that change whose account is used (`oauth`, `user-profiles`), or that keep the
 * conversation with the vendor (`message-threads`, `agent-memory`): what was decided here would no longer hold.
 */
const BETA_FEATURES: ReadonlySet<string> = new Set([
  'advanced-tool-use',
  'cache-diagnosis',
  'claude-code',
  'code-execution',
  'compact',
  'computer-use',
  'context-1m',
  'context-management',
  'dev-full-thinking',
  'effort',
  'extended-cache-ttl',
  'fast-mode',
  'files-api',
  'fine-grained-tool-streaming',
  'inline-tools',
  'interleaved-thinking',
  'mid-conversation-output-config',
  'mid-conversation-system-clear-at',
  'mid-conversation-tool-changes',
  'model-context-window-exceeded',
  'output-128k',
  'output-300k',
  'pdfs',
  'prompt-caching',
  'prompt-caching-scope',
  'redact-thinking',
  'skills',
  'structured-outputs',
  'task-budgets',
  'thinking-binding-controls',
  'thinking-display-updates',
  'thinking-token-count',
  'token-counting',
  'token-efficient-tools',
  'tool-examples',
  'tool-search-tool',
  'web-fetch',
  'web-search',
]);

const BETA = /^([a-z0-9-]{1,64})-\d{4}-?\d{2}-?\d{2}$/;
const VERSION = /^\d{4}-\d{2}-\d{2}$/;

/**
 * Look-alikes and clouds answer 400 to a beta that they do not know, so nobody but the vendor itself gets any
 * (wire-quirks 41).
 */
const takesBetas = (deployment: Deployment): boolean => deployment.endpoint.operator === 'anthropic';

/** What the client was written for, where it is the vendor who answers; others know the first version only. */
function versionFor({ version }: AnthropicClientHeaders, deployment: Deployment): string {
  return version !== null && takesBetas(deployment) && VERSION.test(version) ? version : DEFAULT_VERSION;
}

/** Headers of a call to an upstream of this dialect, lower case. A beta that is left out is a loss. */
export function upstreamHeaders(
  client: AnthropicClientHeaders,
  deployment: Deployment,
  losses: LossReport,
): Record<string, string> {
  const headers: Record<string, string> = { 'anthropic-version': versionFor(client, deployment) };
  const kept: string[] = [];
  for (const beta of (client.beta ?? '').split(',')) {
    const name = beta.trim();
    if (name === '') continue;
    const feature = BETA.exec(name)?.[1];
    if (takesBetas(deployment) && feature !== undefined && BETA_FEATURES.has(feature)) kept.push(name);
    else losses.add('beta_refused', name);
  }
  if (kept.length > 0) headers['anthropic-beta'] = [...new Set(kept)].join(',');
  return headers;
}
