import {
  choicesOf,
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

/** A turn's content as text: strings and text parts; images and audio have none. */
function contentText(content: unknown): string {
  if (typeof content === 'string') return content;
  return objectsOf(content)
    .map((part) => textOf(part.text))
    .filter((text) => text !== '')
    .join('\n');
}

const roleOf = (role: unknown): SandboxChatRequest['last']['role'] =>
  role === 'assistant' ? 'assistant' : role === 'tool' || role === 'function' ? 'tool' : 'user';

/** A body of chat completions. Read leniently: look-alikes of this dialect take all sorts of members. */
export function readOpenAiRequest(body: Json): SandboxChatRequest | Problem {
  const messages = objectsOf(body.messages);
  const last = messages.at(-1);
  if (last === undefined) return invalid('messages must hold at least one message.', 'messages');
  const user = messages.findLast((message) => message.role === 'user') ?? last;
  return {
    prompt: contentText(user.content),
    last: { role: roleOf(last.role), text: contentText(last.content) },
    promptTokens: tokensOf(
      messages.map((message) => contentText(message.content)),
      messages.length,
    ),
    stream: body.stream === true,
    includeUsage: memberOf(body.stream_options, 'include_usage') === true,
    maxTokens: numberOf(body.max_completion_tokens) ?? numberOf(body.max_tokens),
    stop: textsOf(body.stop),
    choices: choicesOf(body.n),
    tools: readTools(body.tools),
    toolChoice: readToolChoice(body.tool_choice),
    parallelTools: body.parallel_tool_calls !== false,
    responseFormat: {
      type: textOf(memberOf(body.response_format, 'type')) || 'text',
      schema: memberOf(memberOf(body.response_format, 'json_schema'), 'schema'),
    },
    thinking: readThinking(body),
  };
}

function readTools(tools: unknown): SandboxTool[] {
  return objectsOf(tools).flatMap((tool) => {
    const name = memberOf(tool.function, 'name');
    const parameters = memberOf(tool.function, 'parameters');
    return typeof name === 'string' ? [{ name, parameters: isObject(parameters) ? parameters : {} }] : [];
  });
}

function readToolChoice(choice: unknown): string {
  if (typeof choice === 'string') return choice;
  return textOf(memberOf(memberOf(choice, 'function'), 'name')) || 'auto';
}

/** OpenAI's own models never show thoughts; look-alikes do, as `reasoning_content`. */
function readThinking(body: Json): SandboxChatRequest['thinking'] {
  const type = memberOf(body.thinking, 'type');
  const effort = textOf(body.reasoning_effort);
  const wanted = type === 'enabled' || (type !== 'disabled' && effort !== '' && effort !== 'none');
  if (!wanted) return 'off';
  return textOf(body.model).startsWith('gpt-') ? 'hidden' : 'shown';
}
