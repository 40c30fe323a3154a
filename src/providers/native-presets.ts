import type { UpstreamQuirks } from '../contracts/deployment.ts';
import type { Preset } from '../contracts/preset.ts';

/** OpenAI's quirks do not exist in other dialects; their own rules belong to wire/. */
const OWN_DIALECT: UpstreamQuirks = {
  maxTokensMember: 'max_tokens',
  streamUsage: 'always',
  refusedMembers: [],
  embeddings: false,
};

const GEMINI: Preset = {
  name: 'gemini',
  operator: 'google',
  dialect: 'gemini',
  baseUrl: 'https://generativelanguage.googleapis.com/v1beta',
  auth: 'x-goog-api-key',
  environmentVariables: ['GEMINI_API_KEY', 'GOOGLE_API_KEY'],
  quirks: { ...OWN_DIALECT, embeddings: true },
  // How long prompts are kept is documented for all keys (https://ai.google.dev/gemini-api/docs/abuse-monitoring);
  // whether they are trained on depends on how the key is paid for, which a key does not tell.
  facts: { retentionDays: 55, checkedAt: '2026-11-22', validDays: 90 },
  priceProvider: 'google',
  docs: 'https://ai.google.dev/api',
  checkedAt: '2026-11-22',
};

/** Vendors with a dialect of their own, as data. A key for one of these makes its models available like any other's. */
export const NATIVE_PRESETS: readonly Preset[] = [
  {
    name: 'anthropic',
    operator: 'anthropic',
    dialect: 'anthropic',
    baseUrl: 'https://api.anthropic.com',
    auth: 'x-api-key',
    environmentVariables: ['ANTHROPIC_API_KEY'],
    // https://platform.claude.com/docs/en/build-with-claude/data-residency: `global` unless said, older models answer 400.
    quirks: { ...OWN_DIALECT, regionParameter: { member: 'inference_geo', values: { us: 'us' } } },
    priceProvider: 'anthropic',
    docs: 'https://platform.claude.com/docs/en/api/overview',
    checkedAt: '2026-11-21',
  },
  GEMINI,
  // Under the name of its operator too. A key in the environment makes one endpoint, not two.
  { ...GEMINI, name: 'google', environmentVariables: [] },
];
