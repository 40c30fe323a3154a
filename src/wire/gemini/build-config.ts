import type { ChatRequest, ResponseFormat } from '../../contracts/chat-request.ts';
import { describedSchema } from '../described-schema.ts';
import type { LossReport } from '../losses.ts';
import type { GeminiModelRules } from './models.ts';
import { toOpenApiSchema } from './openapi-schema.ts';
import { toJsonSchemaSubset } from './schema.ts';
import { buildThinkingConfig } from './thinking.ts';
import type { GeminiGenerationConfig } from './wire-types.ts';

/** https://ai.google.dev/api/generate-content#GenerationConfig */
const MAX_STOP_SEQUENCES = 5;
const MAX_TOP_LOGPROBS = 20;

type Config = { -readonly [Member in keyof GeminiGenerationConfig]: GeminiGenerationConfig[Member] };

function applySampling(config: Config, request: ChatRequest, rules: GeminiModelRules, losses: LossReport): void {
  const { temperature, topP, topK, frequencyPenalty, presencePenalty } = request;
  if (rules.sampling) {
    if (temperature !== null) config.temperature = temperature;
    if (topP !== null) config.topP = topP;
    if (topK !== null) config.topK = topK;
  } else {
    if (temperature !== null) losses.add('temperature_refused');
    if (topP !== null) losses.add('top_p_refused');
    if (topK !== null) losses.add('top_k_refused');
  }
  if (frequencyPenalty !== null) {
    if (rules.penalties) config.frequencyPenalty = frequencyPenalty;
    else if (frequencyPenalty !== 0) losses.add('frequency_penalty_refused');
  }
  if (presencePenalty !== null) {
    if (rules.penalties) config.presencePenalty = presencePenalty;
    else if (presencePenalty !== 0) losses.add('presence_penalty_refused');
  }
  if (request.seed !== null) config.seed = request.seed;
  if (request.logitBias !== null) losses.add('logit_bias_unknown');
}

function applyStop(config: Config, stop: readonly string[], losses: LossReport): void {
  const said = stop.filter((text) => text !== '');
  if (said.length < stop.length) losses.add('stop_blank');
  if (said.length > MAX_STOP_SEQUENCES) losses.add('stop_too_many');
  if (said.length > 0) config.stopSequences = said.slice(0, MAX_STOP_SEQUENCES);
}

function applyLogprobs(config: Config, { logprobs }: ChatRequest, rules: GeminiModelRules, losses: LossReport): void {
  if (logprobs === null) return;
  if (!rules.logprobs) {
    losses.add('logprobs_refused');
    return;
  }
  config.responseLogprobs = true;
  if (logprobs.top !== null && logprobs.top > 0) config.logprobs = Math.min(logprobs.top, MAX_TOP_LOGPROBS);
}

function applyFormat(config: Config, format: ResponseFormat, rules: GeminiModelRules, losses: LossReport): void {
  if (format.kind === 'text') return;
  config.responseMimeType = 'application/json';
  if (format.kind === 'json-object') return;
  const described = describedSchema(format, losses);
  const { schema, degraded } = rules.jsonSchema ? toJsonSchemaSubset(described) : toOpenApiSchema(described);
  if (degraded) losses.add('json_schema_subset');
  if (format.name !== null) losses.add('json_schema_name');
  if (format.strict === false) losses.add('json_schema_strict');
  if (rules.jsonSchema) config.responseJsonSchema = schema;
  else config.responseSchema = schema;
}

function applyModalities(config: Config, request: ChatRequest, losses: LossReport): void {
  const wanted = request.outputModalities;
  if (request.audioOutput !== null) losses.add('audio_output');
  if (wanted === null) return;
  if (wanted.includes('audio')) losses.add('output_modality');
  if (wanted.includes('image')) config.responseModalities = wanted.includes('text') ? ['TEXT', 'IMAGE'] : ['IMAGE'];
}

/** Whether a format can be asked for: not beside a forced call, in older models not beside any tool. */
function takesFormat(request: ChatRequest, hasTools: boolean, rules: GeminiModelRules): boolean {
  if (!hasTools) return true;
  const forced = request.toolChoice?.mode === 'required' || request.toolChoice?.mode === 'tool';
  return rules.formatBesideTools && !forced;
}

/** `generationConfig`, undefined where nothing is to be said. */
export function buildGenerationConfig(
  request: ChatRequest,
  hasTools: boolean,
  maxOutputTokens: number | null,
  rules: GeminiModelRules,
  losses: LossReport,
): GeminiGenerationConfig | undefined {
  const config: Config = {};
  if (maxOutputTokens !== null) config.maxOutputTokens = maxOutputTokens;
  applySampling(config, request, rules, losses);
  applyStop(config, request.stop, losses);
  if (request.choices > 1) {
    if (rules.maxCandidates > 1) config.candidateCount = Math.min(request.choices, rules.maxCandidates);
    if (request.choices > rules.maxCandidates) losses.add('choices_one');
  }
  applyLogprobs(config, request, rules, losses);
  const format = request.responseFormat;
  if (format !== null) {
    if (takesFormat(request, hasTools, rules)) applyFormat(config, format, rules, losses);
    else if (format.kind !== 'text') losses.add('format_beside_tools');
  }
  applyModalities(config, request, losses);
  const thinking = buildThinkingConfig(request.reasoning, rules.thinking, losses);
  if (thinking !== undefined) config.thinkingConfig = thinking;
  return Object.keys(config).length === 0 ? undefined : config;
}
