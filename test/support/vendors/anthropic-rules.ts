import { Complaints, listOf, type Members, membersOf, wordSet } from './complaints.ts';

/** platform.claude.com/docs/en/api/messages, read 2026-11-22: what a request may hold. */
const MEMBERS = wordSet(
  'model messages max_tokens cache_control container context_management inference_geo metadata output_config ' +
    'output_format service_tier speed stop_sequences stream system temperature thinking tool_choice tools top_k top_p',
);
const COUNT_MEMBERS = wordSet('model messages system thinking tool_choice tools output_config cache_control');
const ID = /^[a-zA-Z0-9_-]+$/;
const NAME = /^[a-zA-Z0-9_-]{1,128}$/;
const IMAGE_TYPES = wordSet('image/png image/jpeg image/gif image/webp');
/** `Image does not match the provided media type`: how the formats begin, in base64. */
const IMAGE_BEGINNINGS: readonly (readonly [type: string, beginning: string])[] = [
  ['image/png', 'iVBORw0KGgo'],
  ['image/jpeg', '/9j/'],
  ['image/gif', 'R0lGOD'],
];
const LEAST_BUDGET = 1_024;

/** What a model refuses besides (platform.claude.com/docs/en/build-with-claude/thinking-troubleshooting and /effort). */
interface ModelLimits {
  model: RegExp;
  thinking: ReadonlySet<string>;
  effort: boolean;
  sampling: boolean;
  forcedTools: boolean;
  prefill: boolean;
  /** Instructions as turns of their own, after one of the user and before one of the assistant. */
  systemTurns: boolean;
}

const MODEL_LIMITS: readonly ModelLimits[] = [
  {
    model: /claude-sonnet-4-5/,
    thinking: wordSet('enabled disabled'),
    effort: false,
    sampling: true,
    forcedTools: true,
    prefill: true,
    systemTurns: false,
  },
  {
    model: /claude-opus-5-5/,
    thinking: wordSet('adaptive'),
    effort: true,
    sampling: false,
    forcedTools: false,
    prefill: false,
    systemTurns: true,
  },
  {
    model: /./,
    thinking: wordSet('enabled disabled adaptive'),
    effort: true,
    sampling: true,
    forcedTools: true,
    prefill: false,
    systemTurns: false,
  },
];

const limitsOf = ({ model: name }: Members): ModelLimits =>
  MODEL_LIMITS.find(({ model }) => model.test(String(name))) as ModelLimits;

/** The turns without instructions between them, where the model takes such. */
function withoutSystemTurns(body: Members, found: Complaints): Members[] {
  const messages = listOf(body.messages);
  if (!limitsOf(body).systemTurns) return messages;
  for (const [index, { role }] of messages.entries()) {
    if (role !== 'system') continue;
    const [before, after] = [messages[index - 1]?.role, messages[index + 1]?.role ?? 'assistant'];
    found.demand(before === 'user' && after === 'assistant', `messages.${index}: misplaced system turn`);
  }
  return messages.filter(({ role }) => role !== 'system');
}

function checkModel(body: Members, messages: readonly Members[], found: Complaints): void {
  const limits = limitsOf(body);
  const { type } = membersOf(body.thinking);
  if (type !== undefined) found.demand(limits.thinking.has(String(type)), `thinking.type ${type}: not with this model`);
  const { effort } = membersOf(body.output_config);
  if (effort !== undefined) found.demand(limits.effort, 'output_config.effort: not with this model');
  for (const name of ['temperature', 'top_p', 'top_k']) {
    if (!limits.sampling) found.demand(body[name] === undefined, `${name}: not with this model`);
  }
  const both = body.temperature !== undefined && body.top_p !== undefined;
  found.demand(!both, 'temperature and top_p cannot both be specified');
  const isForced = wordSet('any tool').has(String(membersOf(body.tool_choice).type));
  if (!limits.forcedTools) found.demand(!isForced, 'tool_choice: not with this model');
  if (!limits.prefill) {
    found.demand(messages.at(-1)?.role === 'user', 'messages: this model does not support assistant message prefill');
  }
}

type Blocks = readonly Members[];

/** A text alone is short for one block. */
const blocksOf = (content: unknown): Blocks =>
  typeof content === 'string' ? [{ type: 'text', text: content }] : listOf(content);

const isThought = ({ type }: Members): boolean => type === 'thinking' || type === 'redacted_thinking';

function checkBlock(
  block: Members,
  role: unknown,
  issued: ReadonlySet<string>,
  found: Complaints,
  where: string,
): void {
  switch (block.type) {
    case 'text':
      found.demand(String(block.text).trim() !== '', `${where}: text content blocks must be non-empty`);
      return;
    case 'image': {
      const { type, media_type: mediaType, data, url } = membersOf(block.source);
      if (type === 'url') found.demand(String(url).startsWith('https://'), `${where}: url of image`);
      else {
        found.demand(IMAGE_TYPES.has(String(mediaType)) && String(data) !== '', `${where}: source of image`);
        const real = IMAGE_BEGINNINGS.find(([, beginning]) => String(data).startsWith(beginning))?.[0] ?? mediaType;
        found.demand(real === mediaType, `${where}: image does not match the provided media type ${mediaType}`);
      }
      return;
    }
    case 'document': {
      const { type, media_type: mediaType, data, url } = membersOf(block.source);
      const isWhole = type === 'base64' && mediaType === 'application/pdf' && String(data) !== '';
      const isText = type === 'text' && mediaType === 'text/plain' && String(data) !== '';
      const isFetched = type === 'url' && String(url).startsWith('https://');
      found.demand(role === 'user' && (isWhole || isText || isFetched), `${where}: source of document`);
      return;
    }
    case 'tool_use':
      found.demand(role === 'assistant', `${where}: tool_use is for assistants`);
      found.demand(ID.test(String(block.id)), `${where}: tool_use.id ${String(block.id)}`);
      found.demand(NAME.test(String(block.name)), `${where}: tool_use.name`);
      found.demand(typeof block.input === 'object' && !Array.isArray(block.input), `${where}: tool_use.input`);
      return;
    case 'tool_result':
      found.demand(role === 'user', `${where}: tool_result is for users`);
      return;
    case 'thinking':
      found.demand(issued.has(String(block.signature)), `${where}: invalid signature in thinking block`);
      return;
    case 'redacted_thinking':
      found.demand(issued.has(String(block.data)), `${where}: invalid data in redacted_thinking block`);
      return;
    default:
      found.demand(false, `${where}: block ${String(block.type)}`);
  }
}

/** Results stand first in the turn after their calls, all of them and no others; no id is used twice. */
function checkResults(messages: readonly Members[], found: Complaints): void {
  const uses = messages.flatMap(({ content }) => blocksOf(content)).filter(({ type }) => type === 'tool_use');
  found.demand(new Set(uses.map(({ id }) => id)).size === uses.length, 'messages: `tool_use` ids must be unique');
  for (const [index, message] of messages.entries()) {
    const where = `messages.${index}`;
    const blocks = blocksOf(message.content);
    const before = blocksOf(messages[index - 1]?.content);
    const called = message.role === 'user' ? before.filter(({ type }) => type === 'tool_use').map(({ id }) => id) : [];
    const results = blocks.filter(({ type }) => type === 'tool_result');
    const answered = results.map(({ tool_use_id: id }) => id);
    found.demand(
      [...called].sort().join() === [...answered].sort().join(),
      `${where}: tool_use ids ${called.join()} and tool_result ids ${answered.join()} differ`,
    );
    const firstOther = blocks.findIndex(({ type }) => type !== 'tool_result');
    const lastResult = blocks.findLastIndex(({ type }) => type === 'tool_result');
    found.demand(firstOther === -1 || lastResult < firstOther, `${where}: tool_result blocks must come first`);
  }
}

function checkThinking(body: Members, messages: readonly Members[], found: Complaints): void {
  const thinking = membersOf(body.thinking);
  const thinks = thinking.type === 'enabled' || thinking.type === 'adaptive';
  const budget = thinking.budget_tokens;
  if (thinking.type === 'enabled') {
    found.demand(Number(budget) >= LEAST_BUDGET, 'thinking.budget_tokens: must be at least 1024');
    if (body.max_tokens !== undefined) {
      found.demand(Number(budget) < Number(body.max_tokens), 'max_tokens must be greater than thinking.budget_tokens');
    }
    const forced = wordSet('any tool').has(String(membersOf(body.tool_choice).type));
    found.demand(!forced, 'thinking may not be enabled when tool_choice forces tool use');
  }
  if (!thinks) return;
  found.demand(body.temperature === undefined || body.temperature === 1, 'temperature: not with thinking');
  found.demand(body.top_k === undefined, 'top_k: not with thinking');
  // Of the step in progress only: earlier turns may have lost their thoughts.
  const calling = messages.at(-2);
  const blocks = blocksOf(calling?.content);
  if (thinking.type === 'enabled' && calling?.role === 'assistant' && blocks.some(({ type }) => type === 'tool_use')) {
    found.demand(isThought(blocks[0] ?? {}), 'messages: expected thinking, but found tool_use');
  }
}

function checkTools(body: Members, found: Complaints): void {
  const tools = listOf(body.tools);
  for (const { name, input_schema: schema, type, strict } of tools) {
    if (type !== undefined && type !== 'custom') continue;
    found.demand(NAME.test(String(name)), `tools: name ${String(name)}`);
    found.demand(membersOf(schema).type === 'object', `tools: input_schema of ${String(name)}`);
    if (strict === true) found.closedSchema(schema, 'tools.input_schema');
  }
  const calls = listOf(body.messages).flatMap(({ content }) => blocksOf(content));
  if (tools.length === 0) found.demand(!calls.some(({ type }) => type === 'tool_use'), 'tools: required by tool_use');
  const choice = membersOf(body.tool_choice);
  if (body.tool_choice === undefined) return;
  found.demand(tools.length > 0, 'tool_choice: may only be specified while providing tools');
  found.demand(wordSet('auto any tool none').has(String(choice.type)), 'tool_choice.type');
}

/** What Anthropic would answer 400 to. `issued`: the signatures that this vendor has given out. */
export function anthropicComplaints(body: Members, issued: ReadonlySet<string>, counting: boolean): string[] {
  const found = new Complaints();
  const messages = withoutSystemTurns(body, found);
  found.onlyKnown(body, counting ? COUNT_MEMBERS : MEMBERS, 'body');
  found.demand(typeof body.model === 'string', 'model: field required');
  if (!counting) found.demand(Number.isInteger(body.max_tokens) && Number(body.max_tokens) > 0, 'max_tokens: required');
  found.demand(messages.length > 0, 'messages: at least one message is required');
  for (const [index, message] of messages.entries()) {
    const where = `messages.${index}`;
    found.demand(message.role === (index % 2 === 0 ? 'user' : 'assistant'), `${where}: roles must alternate`);
    const blocks = blocksOf(message.content);
    found.demand(blocks.length > 0, `${where}: all messages must have non-empty content`);
    for (const [at, block] of blocks.entries()) {
      checkBlock(block, message.role, issued, found, `${where}.content.${at}`);
    }
  }
  for (const block of blocksOf(body.system ?? [])) checkBlock(block, 'system', issued, found, 'system');
  checkResults(messages, found);
  checkModel(body, messages, found);
  checkThinking(body, messages, found);
  checkTools(body, found);
  const format = membersOf(membersOf(body.output_config).format);
  if (format.type === 'json_schema') found.closedSchema(format.schema, 'output_config.format.schema');
  const temperature = body.temperature;
  if (temperature !== undefined) found.demand(Number(temperature) <= 1, 'temperature: must be at most 1');
  return found.found;
}
