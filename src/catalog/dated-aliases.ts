// Names that the source articles (and people) use for models, dated, because what stands behind a name changes.
//
// A dated alias is a logical name of its own: routes, decisions and receipts keep it as it was asked, and only the
// name that goes to the upstream follows `resolves_to`. An upstream that still knows the asked name itself (the open
// weights of deepseek-v3 at some hosts) is asked for exactly that. Where `resolves_to` is null the name is unavailable
// until the config makes a deployment for it: nothing is guessed.
// Mere spellings (`z-ai/glm-5.2` for `zhipu/glm-5.2`) are not here: model-names.ts replaces them before anything else.

export interface DatedAlias {
  /** The logical name as written in routes and requests. */
  id: string;
  /** A model of the catalogue, or null where no catalogue knows one. */
  resolves_to: string | null;
  /** YYYY-MM-DD from which `resolves_to` holds, or on which nothing was found. */
  since: string;
  source: string;
  /** One sentence for operators: why this target, or why none. */
  note: string;
  /** Ids of data/claims about this very name; what it resolves to has its own. */
  claims?: readonly string[];
}

const SEARCHED = {
  since: '2026-11-21',
  source: 'models.dev, genai-prices@0.1.8 and OpenRouter, read 2026-11-21',
} as const;

export const DATED_ALIASES: readonly DatedAlias[] = [
  {
    id: 'anthropic/claude-4-opus',
    resolves_to: 'anthropic/claude-opus-4-8',
    since: '2026-06-15',
    source: 'https://platform.claude.com/docs/en/release-notes/overview',
    note: 'Anthropic retired Claude Opus 4 from its API on 2026-06-15 and names Claude Opus 4.8 as its replacement.',
    claims: ['claim/active-parameters-claude-4-opus'],
  },
  {
    id: 'deepseek/deepseek-v3',
    resolves_to: 'deepseek/deepseek-v4.1-flash',
    since: '2026-09-10',
    source: 'https://api-docs.deepseek.com/updates/',
    note: 'DeepSeek stopped serving the V3 name deepseek-chat on 2026-07-24 in favour of V4 Flash, and answers with V4.1 Flash since 2026-09-10; hosts of the open weights still serve V3 itself.',
  },
  {
    id: 'deepseek/deepseek-v4-flash',
    resolves_to: 'deepseek/deepseek-v4.1-flash',
    since: '2026-09-10',
    source: 'https://api-docs.deepseek.com/updates/',
    note: 'DeepSeek retired V4 Flash and answers requests for it with V4.1 Flash.',
  },
  {
    id: 'deepseek/deepseek-v4-pro',
    resolves_to: 'deepseek/deepseek-v4.1-flash',
    since: '2026-09-14',
    source: 'https://api-docs.deepseek.com/updates/',
    note: 'DeepSeek answers requests for V4 Pro with V4.1 Flash until a V4.1 Pro exists.',
  },
  {
    id: 'google/gemini-3.7-flash',
    resolves_to: 'google/gemini-3.8-flash',
    since: '2026-11-22',
    source: 'https://ai.google.dev/gemini-api/docs/models/gemini-3.7-flash',
    note: 'Google calls Gemini 3.7 Flash deprecated and answers requests for it with Gemini 3.8 Flash; since when, its page does not say.',
  },
  {
    id: 'alibaba/qwen-3-max',
    resolves_to: 'alibaba/qwen3-max',
    since: '2025-09-23',
    source: 'models.dev models/alibaba/qwen3-max.toml',
    note: 'The same model; Alibaba writes it qwen3-max.',
    claims: ['claim/active-parameters-qwen-3-max'],
  },
  {
    id: 'mistral/mistral-large-3',
    resolves_to: 'mistral/mistral-large-2512',
    since: '2025-12-02',
    source: 'https://docs.mistral.ai/models/mistral-large-3-25-12',
    note: 'The same model; the API of Mistral calls it mistral-large-2512.',
    claims: ['claim/active-parameters-mistral-large-3'],
  },
  {
    id: 'anthropic/mythos',
    resolves_to: 'anthropic/claude-mythos-5',
    since: '2026-06-09',
    source: 'https://www.anthropic.com/claude/mythos',
    note: 'Offered to admitted customers only, so a key alone does not light it.',
  },
  {
    id: 'alibaba/qwen-3',
    resolves_to: null,
    ...SEARCHED,
    note: 'Qwen 3 is a family, not a model; name one of it, such as alibaba/qwen3-max or alibaba/qwen3-235b-a22b.',
  },
  {
    id: 'google/gemini-2.5-ultra',
    resolves_to: null,
    ...SEARCHED,
    note: 'No catalogue knows a Gemini 2.5 Ultra; google/gemini-2.5-pro is the largest Gemini 2.5.',
  },
  {
    id: 'meta/llama-4-ultra',
    resolves_to: null,
    ...SEARCHED,
    note: 'No catalogue knows a Llama 4 Ultra; meta/llama-4-maverick and meta/llama-4-scout exist.',
    claims: ['claim/active-parameters-llama-4-ultra'],
  },
  {
    id: 'anthropic/claude-3.5-sonnet',
    resolves_to: null,
    ...SEARCHED,
    note: 'Anthropic serves Claude 3.5 Sonnet no longer.',
  },
  {
    id: 'google/med-palm-2',
    resolves_to: null,
    ...SEARCHED,
    note: 'No catalogue lists Med-PaLM 2 on a public API.',
  },
  {
    id: 'bloomberg/bloomberggpt',
    resolves_to: null,
    ...SEARCHED,
    note: 'BloombergGPT was never offered on a public API.',
  },
];

const aliasesById = new Map(DATED_ALIASES.map((alias) => [alias.id, alias]));

/** The dated alias with this id, or null. */
export function findDatedAlias(id: string): DatedAlias | null {
  return aliasesById.get(id) ?? null;
}
