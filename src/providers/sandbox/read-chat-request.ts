/** A tool as the request declares it. */
export interface SandboxTool {
  name: string;
  parameters: Readonly<Record<string, unknown>>;
}

/** What the programs need of a chat request in OpenAI's dialect. Read leniently: the gateway has checked it before. */
export interface SandboxChatRequest {
  model: string;
  /** Text of the last user turn. */
  prompt: string;
  /** Text of the last turn and who wrote it: a tool's result or a prefilled answer is not the prompt. */
  last: { role: string; text: string };
  /** Estimate over all turns: bytes divided by four. */
  promptTokens: number;
  stream: boolean;
  includeUsage: boolean;
  maxTokens: number | null;
  stop: readonly string[];
  choices: number;
  tools: readonly SandboxTool[];
  /** `auto`, `none`, `required`, or the name of the tool that must be called. */
  toolChoice: string;
  responseFormat: { type: string; schema: unknown };
}

type Json = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const objectsOf = (value: unknown): Json[] => (Array.isArray(value) ? value.filter(isObject) : []);
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
const numberOf = (value: unknown): number | null =>
  typeof value === 'number' && Number.isFinite(value) ? value : null;
const memberOf = (value: unknown, name: string): unknown => (isObject(value) ? value[name] : undefined);

/** A turn's content as text: strings and text parts; images and audio have none. */
function contentText(content: unknown): string {
  if (typeof content === 'string') return content;
  return objectsOf(content)
    .map((part) => textOf(part.text))
    .filter((text) => text !== '')
    .join('\n');
}

/** The request, or a sentence that says what is wrong with it. */
export function readChatRequest(body: unknown): SandboxChatRequest | string {
  if (!isObject(body)) return 'The body must be a JSON object.';
  const messages = objectsOf(body.messages);
  const last = messages.at(-1);
  if (typeof body.model !== 'string') return 'model must be a string.';
  if (last === undefined) return 'messages must hold at least one message.';
  const user = messages.findLast((message) => message.role === 'user') ?? last;
  const bytes = messages.reduce((sum, message) => sum + Buffer.byteLength(contentText(message.content)), 0);
  return {
    model: body.model,
    prompt: contentText(user.content),
    last: { role: textOf(last.role), text: contentText(last.content) },
    promptTokens: Math.ceil(bytes / 4) + 4 * messages.length,
    stream: body.stream === true,
    includeUsage: memberOf(body.stream_options, 'include_usage') === true,
    maxTokens: numberOf(body.max_completion_tokens) ?? numberOf(body.max_tokens),
    stop: [body.stop].flat().filter((stop): stop is string => typeof stop === 'string' && stop !== ''),
    choices: Math.min(Math.max(Math.trunc(numberOf(body.n) ?? 1), 1), 8),
    tools: readTools(body.tools),
    toolChoice: readToolChoice(body.tool_choice),
    responseFormat: {
      type: textOf(memberOf(body.response_format, 'type')) || 'text',
      schema: memberOf(memberOf(body.response_format, 'json_schema'), 'schema'),
    },
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
