import { isTold, type Json, noteUnread, tellsMore } from '../members.ts';
import type { UnreadAnswer } from '../unread-answer.ts';

/** `created`, `object` and `obfuscation` belong to the envelope: the client's own dialect makes its own. */
const ANSWER_MEMBERS = new Set([
  'id',
  'object',
  'created',
  'model',
  'choices',
  'usage',
  'service_tier',
  'system_fingerprint',
  'obfuscation',
  'error',
]);
const CHOICE_MEMBERS = new Set(['index', 'message', 'delta', 'finish_reason', 'logprobs', 'stop_reason']);
const MESSAGE_MEMBERS = new Set([
  'role',
  'content',
  'refusal',
  'annotations',
  'audio',
  'function_call',
  'tool_calls',
  'reasoning_content',
  'reasoning',
  'reasoning_details',
  'images',
]);
const CALL_MEMBERS = new Set(['index', 'id', 'type', 'function', 'custom']);
const LOGPROBS_MEMBERS = new Set(['content']);
const USAGE_MEMBERS = new Set([
  'prompt_tokens',
  'completion_tokens',
  'total_tokens',
  'prompt_tokens_details',
  'completion_tokens_details',
  'prompt_cache_hit_tokens',
  'prompt_cache_miss_tokens',
  'cached_tokens',
]);
const INPUT_DETAILS = new Set(['cached_tokens', 'cache_write_tokens']);
const OUTPUT_DETAILS = new Set(['reasoning_tokens']);
/** What filters say of prompt and answer: OpenAI's own on request, Azure's in every answer. */
const RATINGS = new Set(['moderation', 'prompt_filter_results', 'content_filter_results', 'content_filter_offsets']);

const asJson = (value: unknown): Json => (typeof value === 'object' && value !== null ? (value as Json) : {});

function note(value: Json, known: ReadonlySet<string>, path: string, unread: UnreadAnswer): void {
  for (const name in value) {
    if (known.has(name) || !isTold(value[name])) continue;
    if (RATINGS.has(name)) unread.asides.add('safety');
    else unread.members.add(path === '' ? name : `${path}.${name}`);
  }
}

/** Of a complete answer, or of a chunk. */
export function noteAnswerMembers(value: Json, unread: UnreadAnswer): void {
  note(value, ANSWER_MEMBERS, '', unread);
  const usage = asJson(value.usage);
  const isMore =
    tellsMore(usage, USAGE_MEMBERS) ||
    tellsMore(asJson(usage.prompt_tokens_details), INPUT_DETAILS) ||
    tellsMore(asJson(usage.completion_tokens_details), OUTPUT_DETAILS);
  if (isMore) unread.asides.add('usage');
}

export function noteChoiceMembers(choice: Json, unread: UnreadAnswer): void {
  note(choice, CHOICE_MEMBERS, 'choices[]', unread);
  noteUnread(asJson(choice.logprobs), LOGPROBS_MEMBERS, 'choices[].logprobs', unread.members);
}

/** Of a message or of a delta. */
export function noteMessageMembers(message: Json, unread: UnreadAnswer): void {
  for (const name in message) {
    if (!MESSAGE_MEMBERS.has(name)) {
      note(message, MESSAGE_MEMBERS, 'choices[].message', unread);
      return;
    }
  }
}

export const noteCallMembers = (call: Json, unread: UnreadAnswer): void =>
  note(call, CALL_MEMBERS, 'choices[].message.tool_calls[]', unread);
