import type {
  AssistantPart,
  ChatRequest,
  FunctionTool,
  ImagePart,
  ReasoningEffort,
  ReasoningRequest,
  ResponseFormat,
  TextPart,
  ToolChoice,
  ToolResultPart,
  Turn,
} from '../../src/contracts/chat-request.ts';
import type { GeminiGenerationConfig, GeminiPart, GeminiRequest } from '../../src/wire/gemini/wire-types.ts';
import { chatRequest } from './chat-requests.ts';

/** Reads what Google documents of a request (https://ai.google.dev/api/generate-content, read 2026-11-22), and no more. */
class GeminiRequestReader {
  readonly #turns: Turn[] = [];
  /** Ids of calls that have none, in order; each is answered by place. */
  #unanswered: string[] = [];
  #made = 0;

  turns(body: GeminiRequest): Turn[] {
    const system = body.systemInstruction?.parts ?? [];
    if (system.length > 0) this.#turns.push({ role: 'system', parts: system.map(textOf) });
    for (const { role, parts } of body.contents) {
      if (role === 'model') this.#turns.push({ role: 'assistant', parts: parts.map((part) => this.#said(part)) });
      else if (parts.every((part) => part.functionResponse !== undefined)) {
        this.#turns.push({ role: 'tool', results: parts.map((part) => this.#result(part)) });
      } else this.#turns.push({ role: 'user', parts: parts.map(userPart) });
    }
    return this.#turns;
  }

  #said(part: GeminiPart): AssistantPart {
    const { functionCall: call, thoughtSignature } = part;
    const signed = thoughtSignature === undefined ? {} : { signature: signature(thoughtSignature) };
    if (call !== undefined) {
      const id = call.id ?? this.#newId();
      this.#unanswered.push(id);
      return { type: 'tool-call', id, name: call.name, arguments: JSON.stringify(call.args), ...signed };
    }
    if (part.thought === true) return { type: 'reasoning', text: part.text as string, ...signed };
    return { ...textOf(part), ...signed };
  }

  #result({ functionResponse }: GeminiPart): ToolResultPart {
    if (functionResponse === undefined) throw new Error('no result');
    const { response } = functionResponse;
    const id = this.#unanswered.shift() as string;
    if (functionResponse.id !== undefined && functionResponse.id !== id) throw new Error('a result out of place');
    const output = response.error ?? response.output;
    const texts = (Array.isArray(output) ? output : [output]) as string[];
    return {
      type: 'tool-result',
      id,
      parts: texts.map((text) => ({ type: 'text', text })),
      ...(response.error === undefined ? {} : { isError: true }),
    };
  }

  #newId(): string {
    this.#made += 1;
    return `made_${this.#made}`;
  }
}

const signature = (value: string) => ({ origin: 'gemini' as const, value });

function textOf(part: GeminiPart): TextPart {
  if (typeof part.text !== 'string') throw new Error(`no text: ${JSON.stringify(part)}`);
  return { type: 'text', text: part.text };
}

function userPart(part: GeminiPart): TextPart | ImagePart {
  const { inlineData } = part;
  if (inlineData === undefined) return textOf(part);
  const source = { kind: 'base64' as const, mediaType: inlineData.mimeType, data: inlineData.data };
  return { type: 'image', source };
}

function toolsOf(body: GeminiRequest): FunctionTool[] {
  return (body.tools ?? []).flatMap(({ functionDeclarations }) =>
    functionDeclarations.map(
      ({ name, description, parameters, parametersJsonSchema }): FunctionTool => ({
        kind: 'function',
        name,
        description: description ?? null,
        parameters: ((parametersJsonSchema ?? parameters) as FunctionTool['parameters'] | undefined) ?? null,
        strict: null,
      }),
    ),
  );
}

function choiceOf(body: GeminiRequest): ToolChoice | null {
  const config = body.toolConfig?.functionCallingConfig;
  if (config === undefined) return null;
  const [name] = config.allowedFunctionNames ?? [];
  if (name !== undefined) return { mode: 'tool', name };
  if (config.mode === 'NONE') return { mode: 'none' };
  return { mode: config.mode === 'ANY' ? 'required' : 'auto', tools: null };
}

function reasoningOf({ thinkingConfig }: GeminiGenerationConfig): ReasoningRequest | null {
  if (thinkingConfig === undefined) return null;
  const { thinkingLevel, thinkingBudget } = thinkingConfig;
  const effort = (thinkingLevel as ReasoningEffort | undefined) ?? null;
  if (thinkingBudget === 0) return { mode: 'off', effort: null, budgetTokens: null, display: null };
  return { mode: 'on', effort, budgetTokens: thinkingBudget ?? null, display: null };
}

function formatOf(config: GeminiGenerationConfig): ResponseFormat | null {
  if (config.responseMimeType === undefined) return null;
  const schema = (config.responseJsonSchema ?? config.responseSchema) as Record<string, unknown> | undefined;
  if (schema === undefined) return { kind: 'json-object' };
  return { kind: 'json-schema', name: null, description: null, schema, strict: null };
}

/** What a request of generateContent says, in our own terms. @param path as it was asked for, which says whether it streams */
export function readGeminiRequest(path: string, body: GeminiRequest): ChatRequest {
  const config = body.generationConfig ?? {};
  const stream = path.includes(':streamGenerateContent');
  return chatRequest({
    origin: 'gemini',
    model: /\/models\/([^:]+):/.exec(path)?.[1] as string,
    stream,
    includeUsage: stream,
    turns: new GeminiRequestReader().turns(body),
    tools: toolsOf(body),
    toolChoice: choiceOf(body),
    maxOutputTokens: config.maxOutputTokens ?? null,
    temperature: config.temperature ?? null,
    topP: config.topP ?? null,
    topK: config.topK ?? null,
    stop: config.stopSequences ?? [],
    seed: config.seed ?? null,
    reasoning: reasoningOf(config),
    responseFormat: formatOf(config),
  });
}
