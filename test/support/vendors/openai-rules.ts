import { Complaints, listOf, type Members, membersOf, wordSet } from './complaints.ts';

/** platform.openai.com/docs/api-reference/chat/create, read 2026-11-21: what a request may hold. */
const MEMBERS = wordSet(
  'model messages audio frequency_penalty function_call functions logit_bias logprobs max_completion_tokens max_tokens ' +
    'metadata modalities n parallel_tool_calls prediction presence_penalty prompt_cache_key reasoning_effort ' +
    'response_format safety_identifier seed service_tier stop store stream stream_options temperature tool_choice tools ' +
    'top_logprobs top_p user verbosity web_search_options',
);
const MESSAGE_MEMBERS: Readonly<Record<string, ReadonlySet<string>>> = {
  system: wordSet('role content name'),
  developer: wordSet('role content name'),
  user: wordSet('role content name'),
  assistant: wordSet('role content name refusal audio tool_calls'),
  tool: wordSet('role content tool_call_id'),
};
const EFFORTS = wordSet('none minimal low medium high xhigh max');
const NAME = /^[A-Za-z0-9_-]{1,64}$/;
/** A longer one is answered with "string too long. Expected a string with maximum length 40". */
const MAX_CALL_ID = 40;

function isJsonObject(text: unknown): boolean {
  try {
    const value: unknown = JSON.parse(text as string);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    // Not JSON is no object either.
    return false;
  }
}

function checkContent(message: Members, found: Complaints, where: string): void {
  const { role, content } = message;
  if (typeof content === 'string') return;
  if (!Array.isArray(content)) {
    const mayBeEmpty = role === 'assistant' && (message.tool_calls !== undefined || message.refusal !== undefined);
    found.demand(mayBeEmpty && content == null, `${where}: content is missing`);
    return;
  }
  found.demand(content.length > 0, `${where}: content is empty`);
  for (const part of listOf(content)) {
    if (part.type === 'text') found.demand(typeof part.text === 'string', `${where}: text is no string`);
    else if (part.type === 'image_url') {
      const { url } = membersOf(part.image_url);
      found.demand(role === 'user', `${where}: images are for users`);
      found.demand(/^(https:\/\/|data:image\/(png|jpeg|gif|webp);base64,)/.test(String(url)), `${where}: image url`);
    } else if (part.type === 'file') {
      const { filename, file_data: data } = membersOf(part.file);
      found.demand(role === 'user', `${where}: files are for users`);
      const isWhole = typeof filename === 'string' && /^data:application\/pdf;base64,./.test(String(data));
      found.demand(isWhole, `${where}: file_data and filename`);
    } else found.demand(false, `${where}: part ${String(part.type)}`);
  }
}

/** Calls are answered at once, each exactly once, and nothing is answered that was not called. */
function checkToolTurns(messages: readonly Members[], found: Complaints): void {
  let open = new Set<unknown>();
  for (const [index, message] of messages.entries()) {
    const where = `messages[${index}]`;
    if (message.role === 'tool') {
      found.demand(open.delete(message.tool_call_id), `${where}: tool_call_id answers no call before it`);
      continue;
    }
    found.demand(open.size === 0, `${where}: tool calls before it have no answer`);
    open = new Set();
    for (const call of listOf(message.tool_calls)) {
      const { name, arguments: text } = membersOf(call.function);
      found.demand(call.type === 'function', `${where}: type of call`);
      found.demand(typeof call.id === 'string' && call.id.length <= MAX_CALL_ID, `${where}: call id ${call.id}`);
      found.demand(NAME.test(String(name)), `${where}: name of call`);
      found.demand(isJsonObject(text), `${where}: arguments are no JSON object`);
      open.add(call.id);
    }
  }
  found.demand(open.size === 0, 'messages: tool calls at the end have no answer');
}

function checkTools(body: Members, found: Complaints): void {
  const tools = listOf(body.tools);
  if (body.tools !== undefined) found.demand(tools.length > 0, 'tools: must not be empty');
  for (const tool of tools) {
    const { name, parameters, strict } = membersOf(tool.function);
    found.demand(tool.type === 'function' && NAME.test(String(name)), 'tools: function with a name');
    if (parameters !== undefined) found.demand(membersOf(parameters).type === 'object', 'tools: parameters');
    if (strict === true) found.closedSchema(parameters, 'tools.parameters');
  }
  if (tools.length > 0) return;
  found.demand(body.tool_choice === undefined, 'tool_choice: only allowed when tools are specified');
  found.demand(body.parallel_tool_calls === undefined, 'parallel_tool_calls: only allowed when tools are specified');
}

function checkFormat(body: Members, found: Complaints): void {
  const { type, json_schema: jsonSchema } = membersOf(body.response_format);
  if (type !== 'json_schema') return;
  const { name, schema, strict } = membersOf(jsonSchema);
  found.demand(NAME.test(String(name)), 'response_format.json_schema.name');
  found.demand(membersOf(schema).type === 'object', 'response_format.json_schema.schema');
  if (strict !== true) return;
  found.closedSchema(schema, 'response_format');
  checkRequired(schema, found, 'response_format');
}

/** Every member must be required, besides that objects are closed (guides/structured-outputs, "Supported schemas"). */
function checkRequired(schema: unknown, found: Complaints, where: string): void {
  const { properties, required, items, $defs, anyOf } = membersOf(schema);
  for (const [name, value] of Object.entries(membersOf(properties))) {
    found.demand(Array.isArray(required) && required.includes(name), `${where}: required must hold ${name}`);
    checkRequired(value, found, `${where}.${name}`);
  }
  for (const [name, value] of Object.entries(membersOf($defs))) checkRequired(value, found, `${where}.$defs.${name}`);
  for (const value of listOf(anyOf)) checkRequired(value, found, `${where}|`);
  if (items !== undefined) checkRequired(items, found, `${where}[]`);
}

/** Thoughts that look-alikes take back, and members of their own. */
const lookAlike = (body: Members): boolean => String(body.model).startsWith('look-alike');

/** Which models reason, and whether they do beside function tools (developers.openai.com/api/docs/guides/reasoning). */
const REASONS = /^(gpt-5|gpt-6|o\d)/;
const REASONS_WITHOUT_TOOLS = /^gpt-(5\.[4-9]|6)/;
/** What models that reason take no more. */
const SAMPLING = ['temperature', 'top_p', 'presence_penalty', 'frequency_penalty', 'logprobs', 'logit_bias'];

function checkModel(body: Members, found: Complaints): void {
  const model = String(body.model);
  const effort = body.reasoning_effort;
  if (!REASONS.test(model)) {
    if (!lookAlike(body)) found.demand(effort === undefined, 'reasoning_effort: unrecognized request argument');
    return;
  }
  // Models that reason answer 400 to the old name.
  found.demand(body.max_tokens === undefined, 'max_tokens: use max_completion_tokens');
  const unasked = /^gpt-5\.1/.test(model) ? 'none' : 'medium';
  const reasons = (effort ?? unasked) !== 'none';
  if (body.tools !== undefined && REASONS_WITHOUT_TOOLS.test(model)) {
    found.demand(!reasons, 'function tools with reasoning_effort are not supported in chat completions');
  }
  for (const name of SAMPLING) {
    if (reasons) found.demand(body[name] === undefined || body[name] === 1, `${name}: not supported with this model`);
  }
}

/** What OpenAI would answer 400 to. */
export function openAiComplaints(body: Members): string[] {
  const found = new Complaints();
  const messages = listOf(body.messages);
  found.onlyKnown(body, MEMBERS, 'body');
  found.demand(typeof body.model === 'string', 'model');
  found.demand(messages.length > 0, 'messages: must not be empty');
  for (const [index, message] of messages.entries()) {
    const where = `messages[${index}]`;
    const known = MESSAGE_MEMBERS[String(message.role)];
    found.demand(known !== undefined, `${where}: role ${String(message.role)}`);
    const extra = lookAlike(body) && message.role === 'assistant' ? ['reasoning_content'] : [];
    if (known !== undefined) found.onlyKnown(message, new Set([...known, ...extra]), where);
    checkContent(message, found, where);
  }
  for (const name of ['max_tokens', 'max_completion_tokens']) {
    found.demand(body[name] === undefined || Number(body[name]) > 0, `${name}: must be at least 1`);
  }
  checkToolTurns(messages, found);
  checkTools(body, found);
  checkFormat(body, found);
  checkModel(body, found);
  if (body.stream !== true) found.demand(body.stream_options === undefined, 'stream_options: only with stream');
  const effort = body.reasoning_effort;
  if (effort !== undefined && effort !== null)
    found.demand(EFFORTS.has(String(effort)), `reasoning_effort ${String(effort)}`);
  return found.found;
}
