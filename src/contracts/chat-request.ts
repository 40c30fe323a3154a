import type { Dialect } from './vocabulary.ts';

/**
 * A conversation and what is asked of the model, whatever dialect said it: every dialect of wire/ reads its own JSON into
 * this and builds its own JSON from it. Nothing here is invented on reading: `null`, an empty list or an absent member
 * mean that the caller said nothing, and the upstream's own default applies.
 *
 * Additive only: new members and new members of unions may be added, none is renamed.
 */
export interface ChatRequest {
  /** Dialect that the caller speaks. */
  origin: Dialect;
  /** As the caller wrote it; the upstream gets its deployment's own name. */
  model: string;
  stream: boolean;
  /** Whether a stream must tell its usage: asked for in OpenAI's dialect, always so in Anthropic's. */
  includeUsage: boolean;
  /** The conversation in order. System prompts are turns too and stand where the caller put them. Never empty. */
  turns: readonly Turn[];
  tools: readonly ToolDefinition[];
  toolChoice: ToolChoice | null;
  /** false: at most one tool call in an answer. */
  parallelToolCalls: boolean | null;
  /** Largest answer in tokens, reasoning included. */
  maxOutputTokens: number | null;
  temperature: number | null;
  topP: number | null;
  topK: number | null;
  /** Texts at which the model stops. */
  stop: readonly string[];
  seed: number | null;
  frequencyPenalty: number | null;
  presencePenalty: number | null;
  /** Token id, in the model's own tokenizer, -> bias. */
  logitBias: Readonly<Record<string, number>> | null;
  /** `top`: alternatives at each place, or null for only the token that was chosen. null: no log probabilities. */
  logprobs: { top: number | null } | null;
  /** Answers asked for (`n`); at least 1. */
  choices: number;
  reasoning: ReasoningRequest | null;
  responseFormat: ResponseFormat | null;
  /** How wordy the answer shall be (OpenAI `verbosity`): low, medium, high. */
  verbosity: string | null;
  /** What may come out; null: text. */
  outputModalities: readonly OutputModality[] | null;
  /** Voice and format of spoken answers, names of the vendor. */
  audioOutput: { voice: string | null; format: string | null } | null;
  /** The caller's own name for its end user (OpenAI `user` or `safety_identifier`, Anthropic `metadata.user_id`). */
  userId: string | null;
  /** Free text pairs that the vendor stores beside the answer. */
  metadata: Readonly<Record<string, string>> | null;
  /** As written: auto, default, flex, priority, standard_only, ... */
  serviceTier: string | null;
  /** Whether the vendor shall store the exchange. */
  store: boolean | null;
  /** Hint of the caller that requests share a prefix (OpenAI `prompt_cache_key`). */
  promptCacheKey: string | null;
  /** A mark on the whole request that everything before its last block may be cached (Anthropic top-level `cache_control`). */
  cache: CacheMark | null;
  /**
   * Members that no reader knows, as paths from the top of the body with every list position written `[]`
   * (`messages[].audio.expires_at`), each once. On the way to another dialect each is a loss.
   */
  unread: readonly string[];
}

/** What a request says that says nothing but its conversation. */
export const NOTHING_SAID: Omit<ChatRequest, 'origin' | 'model' | 'stream' | 'includeUsage' | 'turns'> = Object.freeze({
  tools: [],
  toolChoice: null,
  parallelToolCalls: null,
  maxOutputTokens: null,
  temperature: null,
  topP: null,
  topK: null,
  stop: [],
  seed: null,
  frequencyPenalty: null,
  presencePenalty: null,
  logitBias: null,
  logprobs: null,
  choices: 1,
  reasoning: null,
  responseFormat: null,
  verbosity: null,
  outputModalities: null,
  audioOutput: null,
  userId: null,
  metadata: null,
  serviceTier: null,
  store: null,
  promptCacheKey: null,
  cache: null,
  unread: [],
});

export type Turn = SystemTurn | UserTurn | AssistantTurn | ToolTurn;

/** Instructions. `developer` is OpenAI's name for those of the application; elsewhere they are a system prompt. */
export interface SystemTurn {
  role: 'system' | 'developer';
  /** One part for every block that the caller wrote: boundaries and cache marks are kept. */
  parts: readonly (TextPart | UnknownPart)[];
  /** Name of the participant (OpenAI). */
  name?: string;
}

export interface UserTurn {
  role: 'user';
  /** May be empty where the caller sent empty content. */
  parts: readonly (TextPart | ImagePart | AudioPart | FilePart | UnknownPart)[];
  name?: string;
}

/**
 * What the model said. As the last turn of a request it is a prefill: the model goes on from it. Parts stand in the order
 * in which they were said; where a dialect keeps no order: reasoning, text and refusal, tool calls.
 */
export interface AssistantTurn {
  role: 'assistant';
  /** Empty where the caller sent null or empty content and no call. */
  parts: readonly AssistantPart[];
  name?: string;
}

export type AssistantPart =
  | TextPart
  | ReasoningPart
  | RefusalPart
  | ToolCallPart
  | ImagePart
  | AudioPart
  | FilePart
  | UnknownPart;

/**
 * Results of tool calls, in the order in which the caller sent them (which need not be the order of the calls). Neighbours
 * are one turn; text of the user that a dialect puts beside them is a user turn of its own.
 */
export interface ToolTurn {
  role: 'tool';
  results: readonly ToolResultPart[];
}

/** Everything up to and including the marked part may be kept in the upstream's prompt cache. */
export interface CacheMark {
  /** null: the upstream's default. */
  ttl: '5m' | '1h' | null;
}

export interface TextPart {
  type: 'text';
  text: string;
  cache?: CacheMark;
  /** What the text refers to; only in texts of the model. */
  citations?: readonly Citation[];
  /** Signature that came with the text and must go back with it unchanged (Gemini). */
  signature?: Signature;
}

export interface ImagePart {
  type: 'image';
  source: MediaSource;
  /** How closely the model shall look (OpenAI): auto, low, high, original. */
  detail?: string;
  cache?: CacheMark;
  signature?: Signature;
}

export interface AudioPart {
  type: 'audio';
  source: MediaSource;
  /** What is said in it; only in answers. */
  transcript?: string;
  cache?: CacheMark;
}

/** A document: PDF, plain text and the like. */
export interface FilePart {
  type: 'file';
  source: MediaSource;
  filename?: string;
  /** Title and context that Anthropic shows to the model beside a document. */
  title?: string;
  context?: string;
  /** Whether the model shall cite from it (Anthropic). */
  citable?: boolean;
  cache?: CacheMark;
}

export type MediaSource =
  /** `mediaType` as in MIME; `data` is standard base64 without a `data:` prefix. */
  | { kind: 'base64'; mediaType: string; data: string }
  /** `mediaType` null: nobody said. The URL is never fetched by us. */
  | { kind: 'url'; url: string; mediaType: string | null }
  /** A file that was uploaded to this vendor before: other vendors cannot read it. */
  | { kind: 'file-id'; id: string; origin: Dialect }
  /** A document given as text. */
  | { kind: 'text'; text: string; mediaType: string };

/** Proof of the vendor that something is its own; only its own dialect can use it, byte for byte. */
export interface Signature {
  origin: Dialect;
  value: string;
}

/** What the model thought. */
export interface ReasoningPart {
  type: 'reasoning';
  /** Empty where the vendor does not show it. */
  text: string;
  /** Proof, where there is one; without it Anthropic refuses the block. */
  signature?: Signature;
  /** Thoughts that only the vendor can read (Anthropic `redacted_thinking`); `text` is empty then. */
  redacted?: Signature;
  /** Whether `text` is a summary of the thoughts; absent: not said. */
  summary?: boolean;
}

/** The model declines (OpenAI `refusal`). It is an answer, not an error. */
export interface RefusalPart {
  type: 'refusal';
  text: string;
}

export interface ToolCallPart {
  type: 'tool-call';
  /** As the model or the caller wrote it; unique in its turn. Never empty: readers synthesise what a dialect lacks. */
  id: string;
  name: string;
  /** JSON text as it came: perhaps cut off in the middle, perhaps empty. A call without arguments is `{}`. */
  arguments: string;
  /** Gemini's thought signature of this call. */
  signature?: Signature;
  /** OpenAI's custom tools take free text: `arguments` is that text and not JSON. */
  custom?: boolean;
  cache?: CacheMark;
}

export interface ToolResultPart {
  type: 'tool-result';
  /** Id of the call that is answered. */
  id: string;
  /** Name of the tool where the caller said it; else whoever needs it finds it in the call. */
  name?: string;
  parts: readonly (TextPart | ImagePart | AudioPart | FilePart | UnknownPart)[];
  /** true: the tool failed. Absent: not said. */
  isError?: boolean;
  cache?: CacheMark;
}

/** A part that only its own dialect knows (results of server tools, containers, ...): kept there, a loss elsewhere. */
export interface UnknownPart {
  type: 'unknown';
  origin: Dialect;
  /** What its dialect calls it, e.g. `server_tool_use`. */
  name: string;
  /** The JSON value as it came. */
  value: unknown;
  cache?: CacheMark;
}

/** Where a statement comes from. */
export interface Citation {
  url: string | null;
  title: string | null;
  /** The words of the source. */
  quote: string | null;
  /** Place in the text that the citation supports, UTF-16 offsets; null: the whole part. */
  start: number | null;
  end: number | null;
  origin: Dialect;
  /** The JSON value as it came. */
  value: unknown;
}

export type ToolDefinition = FunctionTool | ServerTool;

export interface FunctionTool {
  kind: 'function';
  name: string;
  description: string | null;
  /** JSON Schema of the arguments as it came; null: takes none. */
  parameters: Readonly<Record<string, unknown>> | null;
  /** Arguments shall follow the schema exactly. */
  strict: boolean | null;
  cache?: CacheMark;
}

/** A tool that the vendor runs, or of a type that we do not know (web search, code execution, OpenAI's custom tools). */
export interface ServerTool {
  kind: 'server';
  origin: Dialect;
  /** What its dialect calls it, e.g. `web_search_20250305`. */
  name: string;
  /** The JSON value as it came. */
  value: unknown;
  cache?: CacheMark;
}

export type ToolChoice =
  /** `tools`: the only names that may be called; null: any. */
  | { mode: 'auto'; tools: readonly string[] | null }
  | { mode: 'required'; tools: readonly string[] | null }
  | { mode: 'none' }
  | { mode: 'tool'; name: string };

/** How hard to think; each dialect says some of it, and each member is null where it was not said. */
export interface ReasoningRequest {
  /** `on`: think; `off`: do not; `adaptive`: the model decides. */
  mode: 'on' | 'off' | 'adaptive' | null;
  effort: ReasoningEffort | null;
  /** Most tokens to think with. */
  budgetTokens: number | null;
  /** What of it is shown: its text (perhaps a summary), or nothing. */
  display: 'shown' | 'omitted' | null;
}

/** From least to most. `none` is `mode: 'off'`. */
export type ReasoningEffort = 'minimal' | 'low' | 'medium' | 'high' | 'xhigh' | 'max';

export type ResponseFormat =
  | { kind: 'text' }
  /** Some JSON object. */
  | { kind: 'json-object' }
  | {
      kind: 'json-schema';
      /** OpenAI demands one; null where the dialect has none. */
      name: string | null;
      description: string | null;
      schema: Readonly<Record<string, unknown>>;
      strict: boolean | null;
    };

export type OutputModality = 'text' | 'audio' | 'image';
