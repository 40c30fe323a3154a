import type { IncomingHttpHeaders } from 'node:http';
import {
  isObject,
  type Json,
  memberOf,
  numberOf,
  objectsOf,
  type SandboxChatRequest,
  type SandboxTool,
  textOf,
  textsOf,
  tokensOf,
} from './chat-request.ts';
import { invalid, type Problem } from './sandbox-dialect.ts';
import { signatureOf } from './signature.ts';

/** Others answer 400 to less (build-with-claude/extended-thinking). */
const LEAST_BUDGET = 1_024;

const blocksOf = (content: unknown): Json[] =>
  typeof content === 'string' ? (content === '' ? [] : [{ type: 'text', text: content }]) : objectsOf(content);

/** What a block says as text; images, thoughts and the like say nothing to a program. */
function blockText(block: Json): string {
  if (block.type === 'text') return textOf(block.text);
  if (block.type === 'tool_result') return blocksOf(block.content).map(blockText).join('\n');
  if (block.type === 'document') return textOf(memberOf(block.source, 'data'));
  return '';
}

const textIn = (blocks: readonly Json[]): string =>
  blocks
    .map(blockText)
    .filter((text) => text !== '')
    .join('\n');

const idsOf = (blocks: readonly Json[], type: string, member: string): string[] =>
  blocks.filter((block) => block.type === type).map((block) => textOf(block[member]));

/** What the vendor answers 400 to in one block; null where it is good. Read from the pages of the Messages API. */
function blockProblem(block: Json, at: string): Problem | null {
  switch (block.type) {
    case 'text':
      return textOf(block.text) === '' ? invalid('messages: text content blocks must be non-empty') : null;
    case 'thinking':
      return block.signature === signatureOf('thought', textOf(block.thinking))
        ? null
        : invalid(`${at}: Invalid \`signature\` in \`thinking\` block`);
    case 'image':
      return isObject(block.source) ? null : invalid(`${at}.image.source: Field required`);
    case 'tool_use':
      return isObject(block.input) ? null : invalid(`${at}.tool_use.input: Input should be a valid dictionary`);
    default:
      return typeof block.type === 'string' ? null : invalid(`${at}.type: Field required`);
  }
}

/** Every call must be answered in the very next message, and nothing else may be. */
function pairingProblem(before: readonly Json[], blocks: readonly Json[], index: number): Problem | null {
  const called = idsOf(before, 'tool_use', 'id');
  const answered = idsOf(blocks, 'tool_result', 'tool_use_id');
  const stray = answered.find((id) => !called.includes(id));
  if (stray !== undefined) {
    return invalid(`messages.${index}.content: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${stray}`);
  }
  const open = called.find((id) => !answered.includes(id));
  if (open === undefined) return null;
  return invalid(
    `messages.${index}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${open}`,
  );
}

function messagesProblem(messages: readonly Json[]): Problem | null {
  if (messages.length === 0) return invalid('messages: at least one message is required');
  let before: readonly Json[] = [];
  for (const [index, message] of messages.entries()) {
    const at = `messages.${index}`;
    if (!['user', 'assistant', 'system'].includes(textOf(message.role))) {
      return invalid(`${at}.role: Input should be 'user' or 'assistant'`);
    }
    const blocks = blocksOf(message.content);
    const isLast = index === messages.length - 1;
    if (blocks.length === 0 && !(isLast && message.role === 'assistant')) {
      return invalid(`${at}: all messages must have non-empty content except for the optional final assistant message`);
    }
    for (const [place, block] of blocks.entries()) {
      const problem = blockProblem(block, `${at}.content.${place}`);
      if (problem !== null) return problem;
    }
    const pairing = pairingProblem(before, blocks, index);
    if (pairing !== null) return pairing;
    before = message.role === 'assistant' ? blocks : [];
  }
  return null;
}

function limitsProblem(body: Json): Problem | null {
  const most = numberOf(body.max_tokens);
  if (most === null || most < 1) return invalid('max_tokens: Field required');
  if (memberOf(body.thinking, 'type') !== 'enabled') return null;
  const budget = numberOf(memberOf(body.thinking, 'budget_tokens')) ?? 0;
  if (budget < LEAST_BUDGET) {
    return invalid(`thinking.enabled.budget_tokens: Input should be greater than or equal to ${LEAST_BUDGET}`);
  }
  return budget < most ? null : invalid('`max_tokens` must be greater than `thinking.budget_tokens`');
}

function readTools(tools: unknown): SandboxTool[] {
  return objectsOf(tools).flatMap((tool) => {
    const { name, input_schema: schema } = tool;
    return typeof name === 'string' && isObject(schema) ? [{ name, parameters: schema }] : [];
  });
}

function readToolChoice(choice: unknown): string {
  const type = memberOf(choice, 'type');
  if (type === 'tool') return textOf(memberOf(choice, 'name'));
  return type === 'any' ? 'required' : type === 'none' ? 'none' : 'auto';
}

/** Newer models keep thoughts to themselves unless asked for a summary, a budget shows them unless told not to. */
function readThinking(thinking: unknown): SandboxChatRequest['thinking'] {
  const type = memberOf(thinking, 'type');
  const display = memberOf(thinking, 'display');
  if (type === 'enabled') return display === 'omitted' ? 'hidden' : 'shown';
  if (type === 'adaptive') return display === 'summarized' ? 'shown' : 'hidden';
  return 'off';
}

function readFormat(body: Json): SandboxChatRequest['responseFormat'] {
  const format = memberOf(body.output_config, 'format') ?? body.output_format;
  return { type: textOf(memberOf(format, 'type')) || 'text', schema: memberOf(format, 'schema') };
}

const lastRole = (message: Json, blocks: readonly Json[]): SandboxChatRequest['last']['role'] =>
  message.role === 'assistant' ? 'assistant' : blocks.some(({ type }) => type === 'tool_result') ? 'tool' : 'user';

/** A body of `/v1/messages`; `countOnly` for one that only asks how long it is. */
export function readAnthropicRequest(
  body: Json,
  headers: IncomingHttpHeaders,
  countOnly: boolean,
): SandboxChatRequest | Problem {
  if (headers['anthropic-version'] === undefined) return invalid('anthropic-version: header is required');
  const messages = objectsOf(body.messages);
  const problem = (countOnly ? null : limitsProblem(body)) ?? messagesProblem(messages);
  if (problem !== null) return problem;
  const last = messages.at(-1) as Json;
  const lastBlocks = blocksOf(last.content);
  const isResult = ({ type }: Json): boolean => type === 'tool_result';
  const said = messages
    .filter(({ role }) => role === 'user')
    .map(({ content }) => textIn(blocksOf(content).filter((block) => !isResult(block))));
  const texts = messages.map(({ content }) => textIn(blocksOf(content)));
  return {
    prompt: said.findLast((text) => text !== '') ?? textIn(lastBlocks),
    last: { role: lastRole(last, lastBlocks), text: textIn(lastBlocks) },
    promptTokens: tokensOf([textIn(blocksOf(body.system)), ...texts], messages.length),
    stream: body.stream === true,
    includeUsage: true,
    maxTokens: numberOf(body.max_tokens),
    stop: textsOf(body.stop_sequences),
    choices: 1,
    tools: readTools(body.tools),
    toolChoice: readToolChoice(body.tool_choice),
    parallelTools: memberOf(body.tool_choice, 'disable_parallel_tool_use') !== true,
    responseFormat: readFormat(body),
    thinking: readThinking(body.thinking),
  };
}
