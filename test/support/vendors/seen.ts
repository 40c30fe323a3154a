import type { Dialect } from '../../../src/contracts/vocabulary.ts';
import { listOf, type Members, membersOf } from './complaints.ts';

/** What a request says to its vendor, in no dialect: what suites compare over all of them. */
export interface Seen {
  system: string;
  /** Role and text of each turn that has text. */
  said: string[];
  maxTokens: unknown;
  /** Images and files: bytes in Base64, or an address. */
  media: { mediaType: string; data: string }[];
  tools: string[];
  /** `auto`, `any`, `none` or the name of the one tool. */
  toolChoice: unknown;
  calls: { name: unknown; arguments: unknown }[];
  /** Texts of the results, in the order in which the vendor sees them. */
  results: string[];
  signatures: unknown[];
  /** Names of the properties that the answer must have. */
  schema: string[];
}

const joined = (texts: readonly unknown[]): string => texts.filter((text) => text !== undefined).join('\n');
const textOf = (content: unknown): string =>
  typeof content === 'string' ? content : joined(listOf(content).map(({ text }) => text));
const propertiesOf = (schema: unknown): string[] => Object.keys(membersOf(membersOf(schema).properties));

const saidBy = (turns: readonly { role: unknown; text: string }[]): string[] =>
  turns.filter(({ text }) => text !== '').map(({ role, text }) => `${role}: ${text}`);

function mediaOfUrl(url: string): { mediaType: string; data: string } {
  const [, mediaType = '', data = ''] = /^data:([^;]+);base64,(.*)$/.exec(url) ?? [];
  return { mediaType, data: data === '' ? url : data };
}

function seenByOpenAi(body: Members): Seen {
  const messages = listOf(body.messages);
  const isSystem = ({ role }: Members): boolean => role === 'system' || role === 'developer';
  const choice = body.tool_choice;
  return {
    system: joined(messages.filter(isSystem).map(({ content }) => textOf(content))),
    said: saidBy(
      messages
        .filter((message) => !isSystem(message) && message.role !== 'tool')
        .map(({ role, content }) => ({ role, text: textOf(content) })),
    ),
    maxTokens: body.max_completion_tokens ?? body.max_tokens,
    media: messages
      .flatMap(({ content }) => listOf(typeof content === 'string' ? [] : content))
      .filter(({ type }) => type === 'image_url' || type === 'file')
      .map((part) => mediaOfUrl(String(membersOf(part.image_url).url ?? membersOf(part.file).file_data))),
    tools: listOf(body.tools).map((tool) => String(membersOf(tool.function).name)),
    toolChoice: choice === 'required' ? 'any' : (membersOf(membersOf(choice).function).name ?? choice),
    calls: messages
      .flatMap(({ tool_calls: calls }) => listOf(calls))
      .map((call) => membersOf(call.function))
      .map(({ name, arguments: text }) => ({ name, arguments: JSON.parse(String(text)) as unknown })),
    results: messages.filter(({ role }) => role === 'tool').map(({ content }) => textOf(content)),
    signatures: [],
    schema: propertiesOf(membersOf(membersOf(body.response_format).json_schema).schema),
  };
}

function seenByAnthropic(body: Members): Seen {
  const turns = listOf(body.messages).map(({ role, content }) => ({
    role,
    text: textOf(content),
    blocks: typeof content === 'string' ? [] : listOf(content),
  }));
  const blocks = turns.flatMap((turn) => turn.blocks);
  const choice = membersOf(body.tool_choice);
  return {
    system: textOf(body.system),
    said: saidBy(turns),
    maxTokens: body.max_tokens,
    media: blocks
      .filter(({ type }) => type === 'image' || type === 'document')
      .map(({ source }) => membersOf(source))
      .map(({ media_type: mediaType, data, url }) => ({
        mediaType: String(mediaType ?? ''),
        data: String(data ?? url),
      })),
    tools: listOf(body.tools).map(({ name }) => String(name)),
    toolChoice: choice.name ?? choice.type,
    calls: blocks.filter(({ type }) => type === 'tool_use').map(({ name, input }) => ({ name, arguments: input })),
    results: blocks.filter(({ type }) => type === 'tool_result').map(({ content }) => textOf(content)),
    signatures: blocks.flatMap(({ signature, type, data }) =>
      type === 'redacted_thinking' ? [data] : signature === undefined ? [] : [signature],
    ),
    schema: propertiesOf(membersOf(membersOf(body.output_config).format).schema),
  };
}

function seenByGemini(body: Members): Seen {
  const contents = listOf(body.contents);
  const parts = contents.flatMap((content) => listOf(content.parts));
  const config = membersOf(body.generationConfig);
  const calling = membersOf(membersOf(body.toolConfig).functionCallingConfig);
  const [onlyName] = Array.isArray(calling.allowedFunctionNames) ? calling.allowedFunctionNames : [];
  return {
    system: textOf(membersOf(body.systemInstruction).parts),
    said: saidBy(
      contents.map((content) => ({
        role: content.role === 'model' ? 'assistant' : content.role,
        text: joined(
          listOf(content.parts)
            .filter(({ thought }) => thought !== true)
            .map(({ text }) => text),
        ),
      })),
    ),
    maxTokens: config.maxOutputTokens,
    media: parts
      .filter(({ inlineData }) => inlineData !== undefined)
      .map(({ inlineData }) => membersOf(inlineData))
      .map(({ mimeType, data }) => ({ mediaType: String(mimeType), data: String(data) })),
    tools: listOf(body.tools)
      .flatMap(({ functionDeclarations }) => listOf(functionDeclarations))
      .map(({ name }) => String(name)),
    toolChoice: onlyName ?? (calling.mode === undefined ? undefined : String(calling.mode).toLowerCase()),
    calls: parts
      .filter(({ functionCall }) => functionCall !== undefined)
      .map(({ functionCall }) => membersOf(functionCall))
      .map(({ name, args }) => ({ name, arguments: args })),
    results: parts
      .filter(({ functionResponse }) => functionResponse !== undefined)
      .map(({ functionResponse }) => membersOf(membersOf(functionResponse).response))
      .map(({ output, error }) =>
        typeof (output ?? error) === 'string' ? String(output ?? error) : JSON.stringify(output ?? error),
      ),
    signatures: parts.flatMap(({ thoughtSignature }) => (thoughtSignature === undefined ? [] : [thoughtSignature])),
    schema: propertiesOf(config.responseJsonSchema),
  };
}

const READERS: Readonly<Record<Dialect, (body: Members) => Seen>> = {
  openai: seenByOpenAi,
  anthropic: seenByAnthropic,
  gemini: seenByGemini,
};

/** What the body of a request says to a vendor of this dialect. */
export const seenBy = (dialect: Dialect, body: Members): Seen => READERS[dialect](body);
