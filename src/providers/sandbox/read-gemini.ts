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
import { type Asked, invalid, type Problem } from './sandbox-dialect.ts';
import { signatureOf } from './signature.ts';

/** What a part may hold; exactly one of them. */
const DATA = ['text', 'inlineData', 'fileData', 'functionCall', 'functionResponse'] as const;

/** Google documents it for calls whose signature is not at hand (ai.google.dev/gemini-api/docs/thought-signatures). */
const PLACEHOLDER = 'skip_thought_signature_validator';

const partsOf = (content: unknown): Json[] => objectsOf(memberOf(content, 'parts'));

const holds = (part: Json, name: (typeof DATA)[number]): boolean =>
  name === 'text' ? textOf(part.text) !== '' : isObject(part[name]);

/** What a part says as text; thoughts and media say nothing to a program. */
function partText(part: Json): string {
  if (part.thought === true) return '';
  if (isObject(part.functionResponse)) return JSON.stringify(part.functionResponse.response ?? {});
  return textOf(part.text);
}

const textIn = (parts: readonly Json[]): string =>
  parts
    .map(partText)
    .filter((text) => text !== '')
    .join('\n');

function partProblem(part: Json, at: string): Problem | null {
  const signature = part.thoughtSignature;
  if (!DATA.some((name) => holds(part, name)) && signature === undefined) {
    return invalid(`* GenerateContentRequest.${at}.data: required oneof field 'data' must have one initialized field`);
  }
  const name = memberOf(part.functionCall, 'name');
  if (signature === undefined || signature === PLACEHOLDER || typeof name !== 'string') return null;
  return signature === signatureOf('call', name) ? null : invalid('Thought signature is not valid.');
}

const countOf = (parts: readonly Json[], name: (typeof DATA)[number]): number =>
  parts.filter((part) => holds(part, name)).length;

/** Results follow the turn of their calls, as many as there were calls: the vendor tells them apart by their places. */
function pairingProblem(before: readonly Json[], parts: readonly Json[]): Problem | null {
  const calls = countOf(before, 'functionCall');
  const results = countOf(parts, 'functionResponse');
  if (calls === results) return null;
  return invalid(
    'Please ensure that the number of function response parts is equal to the number of function call parts of the function call turn.',
  );
}

function contentsProblem(contents: readonly Json[]): Problem | null {
  if (contents.length === 0) return invalid('* GenerateContentRequest.contents: contents is not specified');
  let before: readonly Json[] = [];
  for (const [index, content] of contents.entries()) {
    const role = content.role ?? 'user';
    if (role !== 'user' && role !== 'model') return invalid('Please use a valid role: user, model.');
    const parts = partsOf(content);
    if (parts.length === 0) {
      return invalid(`* GenerateContentRequest.contents[${index}].parts: contents.parts must not be empty.`);
    }
    for (const [place, part] of parts.entries()) {
      const problem = partProblem(part, `contents[${index}].parts[${place}]`);
      if (problem !== null) return problem;
    }
    const pairing = pairingProblem(before, parts);
    if (pairing !== null) return pairing;
    before = role === 'model' ? parts : [];
  }
  return null;
}

function readTools(tools: unknown): SandboxTool[] {
  return objectsOf(tools)
    .flatMap((tool) => objectsOf(tool.functionDeclarations))
    .flatMap(({ name, parametersJsonSchema, parameters }) => {
      const schema = parametersJsonSchema ?? parameters;
      return typeof name === 'string' ? [{ name, parameters: isObject(schema) ? schema : {} }] : [];
    });
}

function readToolChoice(body: Json): string {
  const config = memberOf(body.toolConfig, 'functionCallingConfig');
  const mode = memberOf(config, 'mode');
  if (mode === 'NONE') return 'none';
  if (mode !== 'ANY') return 'auto';
  return textsOf(memberOf(config, 'allowedFunctionNames'))[0] ?? 'required';
}

function readFormat(config: unknown): SandboxChatRequest['responseFormat'] {
  if (memberOf(config, 'responseMimeType') !== 'application/json') return { type: 'text', schema: undefined };
  const schema = memberOf(config, 'responseJsonSchema') ?? memberOf(config, 'responseSchema');
  return { type: schema === undefined ? 'json_object' : 'json_schema', schema };
}

function readThinking(config: unknown): SandboxChatRequest['thinking'] {
  if (!isObject(config) || config.thinkingBudget === 0) return 'off';
  return config.includeThoughts === true ? 'shown' : 'hidden';
}

/** A body of generateContent. */
export function readGeminiRequest(body: Json, asked: Asked): SandboxChatRequest | Problem {
  const contents = objectsOf(body.contents);
  const problem = contentsProblem(contents);
  if (problem !== null) return problem;
  const config = body.generationConfig;
  const last = contents.at(-1) as Json;
  const lastParts = partsOf(last);
  const answers = lastParts.some((part) => holds(part, 'functionResponse'));
  const said = contents
    .filter(({ role }) => role !== 'model')
    .map((content) => textIn(partsOf(content).filter((part) => !holds(part, 'functionResponse'))));
  return {
    prompt: said.findLast((text) => text.trim() !== '') ?? textIn(lastParts),
    last: { role: answers ? 'tool' : last.role === 'model' ? 'assistant' : 'user', text: textIn(lastParts) },
    promptTokens: tokensOf(
      [textIn(partsOf(body.systemInstruction)), ...contents.map((content) => textIn(partsOf(content)))],
      contents.length,
    ),
    stream: asked.framing === 'events',
    includeUsage: true,
    maxTokens: numberOf(memberOf(config, 'maxOutputTokens')),
    stop: textsOf(memberOf(config, 'stopSequences')),
    choices: choicesOf(memberOf(config, 'candidateCount')),
    tools: readTools(body.tools),
    toolChoice: readToolChoice(body),
    parallelTools: true,
    responseFormat: readFormat(config),
    thinking: readThinking(memberOf(config, 'thinkingConfig')),
  };
}
