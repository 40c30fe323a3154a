// contracts/: types and schemas of everything that crosses a boundary between folders.
// May import: zod only. Nothing here does I/O.
// Start here for the closed lists; then deployment.ts, request-facts.ts, decision.ts, receipt.ts.
// Published shapes (decision, receipt, config file) are snake_case exactly as on the wire; the rest is camelCase.
// Every closed list is an `as const` array, so that schemas, tests and documentation are generated from one place.

/** The six text classes a request can be recognised as (what each one means: docs/lifecycle.md). */
export const TASKS = [
  'code_generation',
  'quantitative',
  'creative',
  'conversational',
  'security_review',
  'extraction',
] as const;
export type Task = (typeof TASKS)[number];

/** `unsure` is an answer of the text layer, never an entry of `tasks` and never a route's own task. */
export type TaskOrUnsure = Task | 'unsure';

/** Labels come from exact rules (token counts, scripts, tools, key, use case), never from a model. */
export const LABELS = ['long_document', 'cjk_language', 'agentic_tools', 'regulated_eu', 'bulk_low_latency'] as const;
export type Label = (typeof LABELS)[number];

export const DOMAINS = ['legal', 'medical', 'financial', 'security', 'engineering', 'marketing'] as const;
export type Domain = (typeof DOMAINS)[number];

export const MODALITIES = ['text', 'image', 'audio', 'file'] as const;
export type Modality = (typeof MODALITIES)[number];

/** Upper bounds in estimated tokens, exclusive; `huge` has none. */
export const LENGTH_BUCKETS = ['short', 'medium', 'long', 'huge'] as const;
export type LengthBucket = (typeof LENGTH_BUCKETS)[number];

/** The source article's task names, accepted wherever a task or label may be written. */
export const TASK_NAME_ALIASES: Readonly<Record<string, Task | Label>> = {
  creative_content: 'creative',
  creative_writing: 'creative',
  chinese_language: 'cjk_language',
  agentic_tool_use: 'agentic_tools',
  financial_modelling: 'quantitative',
  customer_facing: 'conversational',
  eu_regulated: 'regulated_eu',
  high_volume_low_latency: 'bulk_low_latency',
};

export const CAPABILITIES = [
  'tools',
  'parallel_tools',
  'tools_with_reasoning',
  'json_schema',
  'images',
  'audio',
  'reasoning',
  'prefill',
  'files',
] as const;
export type Capability = (typeof CAPABILITIES)[number];

/** Wire dialects that an upstream may speak. */
export const DIALECTS = ['openai', 'anthropic', 'gemini'] as const;
export type Dialect = (typeof DIALECTS)[number];

export const SELECTED_BECAUSE = [
  'pinned',
  'session',
  'primary_optimal',
  'fallback_high_error_rate',
  'table_fallback',
  'best_evidence',
  'cheapest_non_inferior',
  'last_resort',
] as const;
export type SelectedBecause = (typeof SELECTED_BECAUSE)[number];

/** Hard filters in the order in which they are applied. */
export const REMOVED_BECAUSE = ['policy', 'allow_list', 'capability', 'over_budget', 'deadline', 'unpriced'] as const;
export type RemovedBecause = (typeof REMOVED_BECAUSE)[number];

export const ATTEMPT_ROLES = ['primary', 'fallback', 'hedge', 'continuation', 'member', 'arbiter', 'judge'] as const;
export type AttemptRole = (typeof ATTEMPT_ROLES)[number];

/** What a call that did not come from outside is for; ends up in its receipt. */
export const CALL_PURPOSES = ['member', 'arbiter', 'judge', 'evaluation'] as const;
export type CallPurpose = (typeof CALL_PURPOSES)[number];

export const OUTCOMES = [
  'ok',
  'continued',
  'refused_by_model',
  'content_filter',
  'truncated_by_length',
  'upstream_error',
  'upstream_cut',
  'upstream_stalled',
  'timeout',
  'client_gone',
  'cancelled',
  'denied_by_policy',
  'over_budget',
  'rate_limited',
  'bad_request',
  'internal',
  'unknown',
] as const;
export type Outcome = (typeof OUTCOMES)[number];

export const OBLIGATIONS = ['tokenise', 'pin_region', 'keep_no_body'] as const;
export type Obligation = (typeof OBLIGATIONS)[number];

export const ROLES = ['app', 'admin', 'auditor', 'reviewer'] as const;
export type Role = (typeof ROLES)[number];

export const OBJECTIVE_MODES = ['table', 'evidence'] as const;
export type ObjectiveMode = (typeof OBJECTIVE_MODES)[number];

/** Why a model stopped, whatever its dialect calls it. */
export const FINISH_REASONS = ['stop', 'length', 'tool_calls', 'content_filter', 'refusal', 'other'] as const;
export type FinishReason = (typeof FINISH_REASONS)[number];

/** What is asked for: an answer, vectors, or only how many tokens a prompt has. */
export type Operation = 'chat' | 'embeddings' | 'count_tokens';
