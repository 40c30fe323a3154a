import type { Capability } from '../contracts/vocabulary.ts';

/** What is known of one model, as read in `source`. Everything left out is unknown. */
export interface ModelRow {
  source: keyof typeof SOURCES;
  context?: number;
  output?: number;
  apiName?: string | null;
  spellings?: readonly string[];
  openWeights?: boolean;
  kind?: 'embedding';
  can?: readonly Capability[];
  cannot?: readonly Capability[];
  restricted?: true;
  claims?: readonly string[];
}

/** Where limits and capabilities were read. models.dev is MIT; GitHub anomalyco/models.dev at the named commit. */
export const SOURCES = {
  summer: { source: 'models.dev@f3fc692', date: '2026-07-02' },
  autumn: { source: 'models.dev, models/, read per file', date: '2026-11-21' },
  prices: { source: 'genai-prices@0.1.8', date: '2026-11-21' },
  /** The comparison of the current models, which each model's page repeats. */
  claude: { source: 'https://platform.claude.com/docs/en/models/haiku-5-5/overview', date: '2026-11-22' },
  /** Says that a model exists, and nothing else about it. */
  claudeSdk: { source: '@anthropic-ai/sdk@1.12.0, type Model', date: '2026-11-22' },
  gemini36: {
    source: 'https://ai.google.dev/gemini-api/docs/generate-content/whats-new-gemini-3.6',
    date: '2026-11-22',
  },
  gemini37: { source: 'https://ai.google.dev/gemini-api/docs/models/gemini-3.7-flash', date: '2026-11-22' },
  /** Google's own page was read as quoted on 2026-09-03. */
  gemini38: {
    source: 'https://docs.apiyi.com/en/live/2026-09/gemini-3-8-flash-official-specs.md',
    date: '2026-11-22',
  },
} as const;
