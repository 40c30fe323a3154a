/** A tool as the request declares it. */
export interface SandboxTool {
  name: string;
  parameters: Readonly<Record<string, unknown>>;
}

/** What the programs need of a chat request, whatever its dialect: each `read-*.ts` reads its own JSON into this. */
export interface SandboxChatRequest {
  /** Text of the last user turn. */
  prompt: string;
  /** Text of the last turn and who wrote it: a tool's result or a prefilled answer is not the prompt. */
  last: { role: 'user' | 'assistant' | 'tool'; text: string };
  /** Estimate over all turns: bytes divided by four. */
  promptTokens: number;
  stream: boolean;
  /** Whether a stream tells usage; dialects that always do say true. */
  includeUsage: boolean;
  maxTokens: number | null;
  stop: readonly string[];
  choices: number;
  tools: readonly SandboxTool[];
  /** `auto`, `none`, `required`, or the name of the tool that must be called. */
  toolChoice: string;
  parallelTools: boolean;
  responseFormat: { type: string; schema: unknown };
  /** Whether it shall think, and whether the thoughts are shown. */
  thinking: 'off' | 'hidden' | 'shown';
}

export type Json = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const objectsOf = (value: unknown): Json[] => (Array.isArray(value) ? value.filter(isObject) : []);
export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
export const textsOf = (value: unknown): string[] =>
  [value].flat().filter((text): text is string => typeof text === 'string' && text !== '');
export const numberOf = (value: unknown): number | null =>
  typeof value === 'number' && Number.isFinite(value) ? value : null;
export const memberOf = (value: unknown, name: string): unknown => (isObject(value) ? value[name] : undefined);

/** Answers asked for: at least 1, and no more than a screen shows. */
export const choicesOf = (value: unknown): number => Math.min(Math.max(Math.trunc(numberOf(value) ?? 1), 1), 8);

/** About how many tokens the texts of that many turns are. */
export const tokensOf = (texts: readonly string[], turns: number): number =>
  Math.ceil(texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0) / 4) + 4 * turns;
