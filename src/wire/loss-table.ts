import type { Loss } from '../contracts/receipt.ts';
import type { Dialect } from '../contracts/vocabulary.ts';

interface LossRow {
  kind: Loss['kind'];
  /** What of a request or answer it is about; `*` where the caller's own name of it is said. */
  field: string;
  /** Upstreams on the way to which it can happen. */
  to: readonly Dialect[];
  /** Clients in whose answers it can happen. */
  toClient: readonly ('openai' | 'anthropic')[];
  why: string;
  /**
   * What is lost reaches no model and changes nothing that is answered, kept or paid: a name that only its own dialect
   * asks for. It is said like every other loss, and `strict` does not refuse for it.
   */
  harmless?: true;
}

const toUpstream = (kind: Loss['kind'], field: string, to: readonly Dialect[], why: string): LossRow => ({
  kind,
  field,
  to,
  toClient: [],
  why,
});

const toClient = (
  kind: Loss['kind'],
  field: string,
  clients: readonly ('openai' | 'anthropic')[],
  why: string,
): LossRow => ({ kind, field, to: [], toClient: clients, why });

const harmless = (row: LossRow): LossRow => ({ ...row, harmless: true });

const ALL: readonly Dialect[] = ['openai', 'anthropic', 'gemini'];

/**
 * The closed vocabulary of losses: whatever a translation leaves out, changes for the worse or makes up is one of these.
 * docs/translation.md is generated from it. Rows may be added; ids and fields are never renamed.
 */
export const LOSSES = {
  // What nobody reads.
  unread_member: toUpstream('dropped', '*', ALL, 'a member that is not translated'),
  foreign_part: toUpstream('dropped', '*', ALL, 'a part that only its own dialect knows'),
  foreign_tool: toUpstream('dropped', '*', ALL, 'a tool that only its own vendor runs'),

  member_refused: toUpstream('dropped', '*', ['openai'], 'the upstream refuses it'),
  member_value_refused: toUpstream('dropped', '*', ['openai'], 'the upstream takes only other values'),

  // System prompts and turns.
  system_moved: toUpstream(
    'degraded',
    'messages.system',
    ['anthropic', 'gemini'],
    'instructions in mid-conversation stand at the top',
  ),
  participant_name: toUpstream('dropped', 'messages.name', ['anthropic', 'gemini'], 'participants have no names'),
  part_order: toUpstream(
    'degraded',
    'messages.content',
    ['openai'],
    'text, reasoning and calls of one turn have a fixed order',
  ),
  empty_turn: toUpstream('dropped', 'messages.content', ['anthropic', 'gemini'], 'empty content is refused'),
  turn_synthesised: toUpstream(
    'synthesised',
    'messages',
    ['anthropic', 'gemini'],
    'the conversation must begin with a turn of the user',
  ),
  results_answered: toUpstream(
    'synthesised',
    'messages',
    ['openai'],
    'the model must have answered results of tools before the user speaks',
  ),
  cache_mark: toUpstream('dropped', 'cache_control', ['openai', 'gemini'], 'what is cached cannot be marked'),
  cache_marks_too_many: toUpstream(
    'degraded',
    'cache_control',
    ['anthropic'],
    'only the last four marks are sent, as many as there may be',
  ),
  prefill_refused: toUpstream(
    'dropped',
    'prefill',
    ['anthropic', 'gemini'],
    'the model does not continue an answer that the caller began; the beginning is left out',
  ),
  prefill_as_turn: toUpstream(
    'degraded',
    'prefill',
    ['openai'],
    'the beginning of the answer is sent as a turn of its own',
  ),
  refusal_as_text: toUpstream(
    'degraded',
    'messages.refusal',
    ['anthropic', 'gemini'],
    'an earlier refusal is sent as text',
  ),

  // Sampling and limits.
  max_tokens_synthesised: toUpstream('synthesised', 'max_tokens', ['anthropic'], 'the upstream demands a limit'),
  max_tokens_capped: toUpstream('degraded', 'max_tokens', ALL, 'lowered to the most that the model can answer'),
  max_tokens_raised: toUpstream('degraded', 'max_tokens', ['openai', 'gemini'], 'raised to 1, the least there is'),
  max_tokens_budget: toUpstream('degraded', 'max_tokens', ALL, 'lowered to what is left of a budget'),
  temperature_clamped: toUpstream('degraded', 'temperature', ['anthropic'], 'lowered to 1, the most there is'),
  temperature_refused: toUpstream('dropped', 'temperature', ALL, 'refused by this model, or beside reasoning'),
  top_p_refused: toUpstream('dropped', 'top_p', ALL, 'refused by this model, beside temperature or beside reasoning'),
  top_k_unknown: toUpstream('dropped', 'top_k', ['openai'], 'there is no such member'),
  top_k_refused: toUpstream('dropped', 'top_k', ['anthropic', 'gemini'], 'refused by this model, or beside reasoning'),
  stop_too_many: toUpstream('degraded', 'stop', ['openai', 'gemini'], 'only the first ones are sent'),
  stop_blank: toUpstream(
    'dropped',
    'stop',
    ['anthropic', 'gemini'],
    'an empty stop text, or one of white space only, is refused',
  ),
  stop_refused: toUpstream('dropped', 'stop', ['openai'], 'refused by this model'),
  seed_unknown: toUpstream('dropped', 'seed', ['anthropic'], 'there is no such member'),
  frequency_penalty_unknown: toUpstream('dropped', 'frequency_penalty', ['anthropic'], 'there is no such member'),
  presence_penalty_unknown: toUpstream('dropped', 'presence_penalty', ['anthropic'], 'there is no such member'),
  frequency_penalty_refused: toUpstream('dropped', 'frequency_penalty', ['gemini'], 'refused by this model'),
  presence_penalty_refused: toUpstream('dropped', 'presence_penalty', ['gemini'], 'refused by this model'),
  logit_bias_unknown: toUpstream('dropped', 'logit_bias', ['anthropic', 'gemini'], 'there is no such member'),
  logprobs_unknown: toUpstream('dropped', 'logprobs', ['anthropic'], 'there is no such member'),
  logprobs_refused: toUpstream('dropped', 'logprobs', ['gemini'], 'refused by this model'),
  choices_one: toUpstream('degraded', 'n', ['anthropic', 'gemini'], 'one answer is made'),
  verbosity_unknown: toUpstream('dropped', 'verbosity', ['anthropic', 'gemini'], 'there is no such member'),

  // Reasoning.
  reasoning_unsupported: toUpstream('dropped', 'reasoning', ALL, 'the model does not reason'),
  reasoning_off_impossible: toUpstream('degraded', 'reasoning', ALL, 'the model cannot be kept from reasoning'),
  reasoning_effort_mapped: toUpstream(
    'degraded',
    'reasoning.effort',
    ALL,
    'said with the nearest of what the model knows',
  ),
  reasoning_budget_mapped: toUpstream(
    'degraded',
    'reasoning.budget_tokens',
    ALL,
    'said with the nearest of what the model knows',
  ),
  reasoning_adaptive: toUpstream('degraded', 'reasoning.adaptive', ['openai'], 'said with an effort'),
  reasoning_display: toUpstream(
    'dropped',
    'reasoning.display',
    ['openai'],
    'what is shown of the reasoning cannot be chosen',
  ),
  reasoning_with_tools: toUpstream(
    'dropped',
    'reasoning',
    ALL,
    'the model does not reason in a request with tools or with these earlier turns',
  ),
  reasoning_no_room: toUpstream(
    'dropped',
    'reasoning',
    ['anthropic'],
    'max_tokens leaves no room for the least budget that the model takes',
  ),
  reasoning_history: toUpstream(
    'dropped',
    'messages.reasoning',
    ALL,
    'earlier reasoning without a signature of this vendor cannot be sent',
  ),
  signature_foreign: toUpstream('dropped', 'messages.signature', ALL, 'the signature is of another vendor'),
  signature_synthesised: toUpstream(
    'synthesised',
    'messages.signature',
    ['gemini'],
    'a call without signature gets the placeholder that the vendor documents',
  ),

  // Tools.
  tools_synthesised: toUpstream(
    'synthesised',
    'tools',
    ['anthropic'],
    'earlier calls need declarations of their tools',
  ),
  tool_strict: toUpstream('dropped', 'tools.strict', ['anthropic', 'gemini'], 'arguments cannot be held to the schema'),
  tool_schema: toUpstream(
    'degraded',
    'tools.parameters',
    ['anthropic', 'gemini'],
    'keywords of the schema that the upstream refuses are left out',
  ),
  tool_choice_degraded: toUpstream('degraded', 'tool_choice', ALL, 'the upstream cannot be held to this choice'),
  tool_choice_subset: toUpstream(
    'degraded',
    'tool_choice.tools',
    ['gemini'],
    'the list of allowed tools is kept by leaving the others out',
  ),
  parallel_unknown: toUpstream('dropped', 'parallel_tool_calls', ALL, 'there is no such member, or not for this model'),
  tool_arguments_repaired: toUpstream(
    'degraded',
    'messages.tool_calls.arguments',
    ['anthropic', 'gemini'],
    'arguments that are no JSON object are sent inside one',
  ),
  tool_result_error: toUpstream('degraded', 'messages.is_error', ['openai'], 'the failure is said in text'),
  tool_result_media: toUpstream(
    'degraded',
    'messages.tool_result',
    ['openai', 'gemini'],
    'images and files of a tool result follow as a turn of the user',
  ),
  tool_result_order: toUpstream(
    'degraded',
    'messages.tool_result',
    ['gemini'],
    'results are put into the order of the calls',
  ),
  tool_result_orphan: toUpstream(
    'degraded',
    'messages.tool_result',
    ALL,
    'a result without its call is sent as text of the user',
  ),
  tool_call_unanswered: toUpstream(
    'synthesised',
    'messages.tool_result',
    ALL,
    'a call without a result gets an empty one, since the upstream demands it',
  ),
  custom_tool_call: toUpstream(
    'degraded',
    'messages.tool_calls.custom',
    ['anthropic', 'gemini'],
    'free text is sent inside an object',
  ),

  // Format of the answer.
  json_object: toUpstream('degraded', 'response_format', ['anthropic'], 'asked for in the instructions'),
  json_schema: toUpstream(
    'degraded',
    'response_format',
    ['openai', 'anthropic'],
    'the schema is said in the instructions',
  ),
  json_schema_subset: toUpstream(
    'degraded',
    'response_format.schema',
    ['anthropic', 'gemini'],
    'keywords of the schema that the upstream refuses are left out',
  ),
  json_schema_strict: toUpstream(
    'dropped',
    'response_format.strict',
    ['anthropic', 'gemini'],
    'the upstream has no such choice',
  ),
  json_schema_loose: toUpstream(
    'degraded',
    'response_format.strict',
    ['openai'],
    'answers are held only to closed schemas that require all members; this one is asked for and not held',
  ),
  json_schema_name: harmless(
    toUpstream('dropped', 'response_format.name', ['anthropic', 'gemini'], 'schemas of answers have no name'),
  ),
  json_schema_name_synthesised: harmless(
    toUpstream('synthesised', 'response_format.name', ['openai'], 'the upstream demands a name'),
  ),
  json_schema_description: toUpstream(
    'dropped',
    'response_format.description',
    ['anthropic', 'gemini'],
    'the schema has a description of its own in the one place there is',
  ),
  format_beside_tools: toUpstream(
    'dropped',
    'response_format',
    ['gemini'],
    'the model takes no format of the answer beside tools, or beside a forced call',
  ),
  output_modality: toUpstream('dropped', 'modalities', ['anthropic', 'gemini'], 'the upstream answers in text only'),
  audio_output: toUpstream('dropped', 'audio', ['anthropic', 'gemini'], 'voice and format cannot be chosen'),

  // Media.
  image_detail: toUpstream('dropped', 'image.detail', ['anthropic', 'gemini'], 'the upstream chooses itself'),
  image_unsupported: toUpstream('dropped', 'image', ALL, 'the upstream does not take this image here'),
  image_url: toUpstream('dropped', 'image.url', ['anthropic', 'gemini'], 'the upstream fetches no such address'),
  audio_unsupported: toUpstream('dropped', 'audio_input', ALL, 'the upstream does not take this audio here'),
  file_unsupported: toUpstream('dropped', 'file', ALL, 'the upstream does not take this file here'),
  file_id_foreign: toUpstream('dropped', 'file.id', ALL, 'the file lies with another vendor'),
  media_type_synthesised: toUpstream(
    'synthesised',
    'media_type',
    ['gemini'],
    'the upstream demands the type of what lies behind an address; it is guessed from its name',
  ),
  file_url: toUpstream('dropped', 'file.url', ALL, 'the upstream fetches no such address'),
  file_as_text: toUpstream('degraded', 'file', ALL, 'a document of plain text is sent as text'),
  file_name: toUpstream('dropped', 'file.filename', ['anthropic', 'gemini'], 'files have no name'),
  file_name_synthesised: toUpstream('synthesised', 'file.filename', ['openai'], 'the upstream demands a name'),
  file_title: toUpstream('degraded', 'file.title', ['openai', 'gemini'], 'title and context are sent as text'),
  file_citable: toUpstream('dropped', 'file.citations', ['openai', 'gemini'], 'citations cannot be asked for'),
  citation_history: toUpstream('dropped', 'messages.citations', ALL, 'earlier citations are not sent'),

  // What is said about the request.
  user_id: toUpstream('dropped', 'user', ['gemini'], 'there is no such member'),
  user_id_too_long: toUpstream('dropped', 'user', ['openai'], 'longer than the upstream allows'),
  metadata: toUpstream('dropped', 'metadata', ['anthropic', 'gemini'], 'there is no such member'),
  metadata_needs_store: toUpstream('dropped', 'metadata', ['openai'], 'taken only together with store'),
  service_tier: toUpstream('dropped', 'service_tier', ALL, 'the upstream knows no such tier'),
  store: toUpstream('dropped', 'store', ['anthropic', 'gemini'], 'there is no such member'),
  store_labelled: toUpstream('degraded', 'store', ['openai'], 'the vendor is asked to keep no labelled request'),
  prompt_cache_key: toUpstream('dropped', 'prompt_cache_key', ['anthropic', 'gemini'], 'there is no such member'),

  inference_geo: toUpstream(
    'dropped',
    'inference_geo',
    ['anthropic'],
    'where the answer is computed is decided here, by the endpoint',
  ),
  fallbacks: toUpstream('dropped', 'fallbacks', ['anthropic'], 'which model answers instead is decided here'),
  betas_untranslated: harmless(
    toUpstream(
      'dropped',
      'anthropic-beta',
      ['openai', 'gemini'],
      'betas are of one vendor; what they let a request say is kept or said to be lost, member by member',
    ),
  ),
  beta_refused: toUpstream('dropped', '*', ['anthropic'], 'a beta that this upstream may not be asked for'),

  // Answers.
  answer_unread: toClient('dropped', '*', ['openai', 'anthropic'], 'a member of the answer that is not translated'),
  answer_events: toClient(
    'dropped',
    'stream',
    ['openai', 'anthropic'],
    'events of the upstream that could not be read were left out',
  ),
  answer_thoughts_of_continuation: toClient(
    'dropped',
    'answer.reasoning',
    ['openai', 'anthropic'],
    'the model that goes on with a broken answer thinks anew; only its text is joined to what was delivered',
  ),
  answer_sources_of_continuation: toClient(
    'dropped',
    'answer.citations',
    ['openai', 'anthropic'],
    'places in a text that another model has begun would be wrong',
  ),
  answer_finish: toClient(
    'degraded',
    'answer.finish_reason',
    ['openai', 'anthropic'],
    'the vendor does not say, or in a word that nobody knows, why it ended; it is told as an ordinary end',
  ),
  answer_refusal_category: toClient(
    'dropped',
    'answer.stop_details.category',
    ['openai'],
    'which policy of the vendor the refusal falls under',
  ),
  answer_foreign_part: toClient('dropped', '*', ['openai', 'anthropic'], 'a part that only its own dialect knows'),
  answer_citations: toClient(
    'dropped',
    'answer.citations',
    ['openai', 'anthropic'],
    'the client has no member for sources of this kind',
  ),
  answer_media: toClient(
    'dropped',
    'answer.media',
    ['openai', 'anthropic'],
    'the client has no member for this image, audio or file',
  ),
  answer_signature: toClient(
    'dropped',
    'answer.signature',
    ['openai'],
    'a signature that could not be carried; the next turn goes without',
  ),
  answer_redacted: toClient('dropped', 'answer.reasoning', ['openai'], 'thoughts that only the vendor can read'),
  answer_logprobs: toClient('dropped', 'answer.logprobs', ['anthropic'], 'the client has no such member'),
  answer_choices: toClient('dropped', 'answer.choices', ['anthropic'], 'the client takes one answer'),
  answer_refusal: toClient('degraded', 'answer.refusal', ['anthropic'], 'the refusal is shown as text'),
  answer_usage: toClient(
    'synthesised',
    'answer.usage',
    ['anthropic'],
    'the upstream reported none; the client demands numbers and gets zeros',
  ),
  answer_token_count: toClient(
    'synthesised',
    'input_tokens',
    ['anthropic'],
    'the deployment counts no tokens; this is our own estimate',
  ),
  answer_usage_details: toClient(
    'dropped',
    'answer.usage.details',
    ['openai', 'anthropic'],
    'counts and prices beside the tokens, for which the client has no member',
  ),
  answer_safety: toClient(
    'dropped',
    'answer.safety',
    ['openai', 'anthropic'],
    "the vendor's own ratings of harm, for which the client has no member",
  ),
  answer_stop_sequence: toClient('dropped', 'answer.stop_sequence', ['openai'], 'which text stopped the model'),
  answer_service_tier: toClient(
    'dropped',
    'answer.service_tier',
    ['anthropic'],
    'a tier that the client does not know',
  ),
  answer_fingerprint: toClient('dropped', 'answer.system_fingerprint', ['anthropic'], 'the client has no such member'),
  answer_tool_arguments: toClient(
    'degraded',
    'answer.tool_calls.arguments',
    ['anthropic'],
    'cut-off arguments cannot be an object: they are inside one as text',
  ),
} as const satisfies Record<string, LossRow>;

export type LossId = keyof typeof LOSSES;
