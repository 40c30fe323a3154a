import type { ReasoningEffort } from '../../contracts/chat-request.ts';

/**
 * What a Claude model takes in a request and what it answers with HTTP 400. Read from the vendor's pages on 2026-11-22:
 * build-with-claude/thinking-troubleshooting ("Configurations each model rejects"), build-with-claude/effort,
 * build-with-claude/mid-conversation-system-messages and models/<model>/migration-guide, all below
 * https://platform.claude.com/docs/en/. What was not found there is marked `unverified`.
 */
export interface ModelRules {
  /** `thinking: {type: "adaptive"}`. */
  adaptive: boolean;
  /** `thinking: {type: "enabled", budget_tokens}`. */
  budget: boolean;
  /** What keeps the model from thinking; `up_to_high`: refused together with effort xhigh or max; null: nothing does. */
  off: { type: 'disabled' | 'between_tools'; withEffort: 'any' | 'up_to_high' } | null;
  /** Whether the model thinks when nothing is said. */
  thinksByDefault: boolean;
  /** Whether the text of thoughts comes back unless asked for otherwise. */
  showsThoughts: boolean;
  /** Values of `output_config.effort`; empty: the member is refused. */
  efforts: readonly ReasoningEffort[];
  /** temperature, top_p and top_k: all of them; all, but not temperature and top_p together; none but the defaults. */
  sampling: 'all' | 'not_both' | 'none';
  /** Whether a last turn of the assistant is continued. */
  prefill: boolean;
  /** `tool_choice` any and tool: taken; not beside a thinking budget; never. */
  forcedToolChoice: 'yes' | 'without_budget' | 'no';
  /** `role: "system"` inside `messages`, after a turn of the user. */
  systemTurns: boolean;
  /** `output_config.format` and `strict` of tools. */
  structuredOutputs: boolean;
  /** `inference_geo`. */
  inferenceGeo: boolean;
  /** false: another vendor's model behind this dialect, of which nothing is known. */
  documented: boolean;
}

const ALL: readonly ReasoningEffort[] = ['low', 'medium', 'high', 'xhigh', 'max'];
const WITHOUT_XHIGH: readonly ReasoningEffort[] = ['low', 'medium', 'high', 'max'];
const UP_TO_HIGH: readonly ReasoningEffort[] = ['low', 'medium', 'high'];

/** Claude 5: thinks by default and adaptively. The other rows of the generation say where they differ. */
const FIFTH: ModelRules = {
  adaptive: true,
  budget: false,
  off: { type: 'disabled', withEffort: 'up_to_high' },
  thinksByDefault: true,
  showsThoughts: false,
  efforts: ALL,
  sampling: 'none',
  prefill: false,
  forcedToolChoice: 'yes',
  systemTurns: true,
  structuredOutputs: true,
  inferenceGeo: true,
  documented: true,
};

/** Claude 4.5 and before, from 3.7 on: thinks within a budget, and only when told to. */
const BUDGETED: ModelRules = {
  adaptive: false,
  budget: true,
  off: { type: 'disabled', withEffort: 'any' },
  thinksByDefault: false,
  showsThoughts: true,
  efforts: [],
  sampling: 'not_both',
  prefill: true,
  forcedToolChoice: 'without_budget',
  systemTurns: false,
  structuredOutputs: true,
  inferenceGeo: false,
  documented: true,
};

const SIXTH_OF_FOURTH: ModelRules = {
  ...BUDGETED,
  adaptive: true,
  efforts: WITHOUT_XHIGH,
  prefill: false,
  inferenceGeo: true,
};

const ADAPTIVE_OF_FOURTH: ModelRules = {
  ...FIFTH,
  off: { type: 'disabled', withEffort: 'any' },
  thinksByDefault: false,
};

const BEFORE_THINKING: ModelRules = {
  ...BUDGETED,
  budget: false,
  off: null,
  sampling: 'all',
  forcedToolChoice: 'yes',
  structuredOutputs: false,
};

/**
 * By the longest part of the upstream's model name, so that dates, regions and prefixes of platforms
 * (`us.anthropic.claude-opus-4-8-v1:0`) do not matter.
 */
const RULES: Readonly<Record<string, ModelRules>> = {
  // 5.2 is named in the SDK's list of models only: its rules are unverified and taken from 5.1.
  'claude-fable-5-2': { ...FIFTH, off: null, forcedToolChoice: 'no' },
  'claude-mythos-5-2': { ...FIFTH, off: null, forcedToolChoice: 'no' },
  'claude-fable-5-1': { ...FIFTH, off: null, forcedToolChoice: 'no' },
  'claude-mythos-5-1': { ...FIFTH, off: null, forcedToolChoice: 'no' },
  'claude-fable-5': { ...FIFTH, off: null },
  'claude-mythos-5': { ...FIFTH, off: null },
  'claude-opus-5-5': { ...FIFTH, off: null, forcedToolChoice: 'no' },
  'claude-opus-5': FIFTH,
  // Whether it takes system turns is unverified: only OpenRouter's migration page says so.
  'claude-sonnet-5-5': {
    ...FIFTH,
    off: { type: 'between_tools', withEffort: 'up_to_high' },
    forcedToolChoice: 'no',
    systemTurns: false,
  },
  'claude-sonnet-5': { ...FIFTH, off: { type: 'disabled', withEffort: 'any' }, systemTurns: false },
  'claude-haiku-5-5': { ...FIFTH, systemTurns: false },
  'claude-opus-4-8': ADAPTIVE_OF_FOURTH,
  'claude-opus-4-7': { ...ADAPTIVE_OF_FOURTH, systemTurns: false },
  'claude-mythos-preview': { ...SIXTH_OF_FOURTH, off: null, thinksByDefault: true },
  'claude-opus-4-6': SIXTH_OF_FOURTH,
  'claude-sonnet-4-6': SIXTH_OF_FOURTH,
  'claude-opus-4-5': { ...BUDGETED, efforts: UP_TO_HIGH },
  'claude-sonnet-4-5': BUDGETED,
  'claude-haiku-4-5': BUDGETED,
  'claude-opus-4-1': { ...BUDGETED, structuredOutputs: false },
  'claude-opus-4': { ...BUDGETED, sampling: 'all', structuredOutputs: false },
  'claude-sonnet-4': { ...BUDGETED, sampling: 'all', structuredOutputs: false },
  'claude-3-7': { ...BUDGETED, sampling: 'all', structuredOutputs: false },
  'claude-3-5': BEFORE_THINKING,
  'claude-3': BEFORE_THINKING,
  'claude-2-1': BEFORE_THINKING,
  'claude-2': BEFORE_THINKING,
  'claude-instant': BEFORE_THINKING,
};

const NAMES: readonly string[] = Object.keys(RULES).sort((left, right) => right.length - left.length);

/**
 * Everything passes as the caller said it, and the upstream judges. What has to be translated is said in the older ways,
 * the ones that look-alikes copied.
 */
const UNDOCUMENTED: ModelRules = {
  ...BUDGETED,
  sampling: 'all',
  forcedToolChoice: 'yes',
  documented: false,
};

/** A number after the name makes it another version, a date or a `-0` does not. */
const OTHER_VERSION = /^(?:[a-z0-9]|-(?!0(?!\d))\d{1,2}(?!\d))/;

/** Rules of the model with this upstream name. A Claude that the table does not know is newer than it. */
export function modelRulesOf(upstreamModel: string): ModelRules {
  const name = upstreamModel.toLowerCase().replaceAll('.', '-');
  for (const known of NAMES) {
    const at = name.indexOf(known);
    if (at !== -1 && !OTHER_VERSION.test(name.slice(at + known.length))) return RULES[known] as ModelRules;
  }
  return name.includes('claude') ? FIFTH : UNDOCUMENTED;
}
