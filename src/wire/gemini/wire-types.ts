/**
 * JSON of generateContent as far as it is read or written here (https://ai.google.dev/api/generate-content). Members of
 * answers are `unknown` until they have been looked at: vendors leave out and add what they like.
 */
export interface GeminiRequest {
  systemInstruction?: { parts: readonly GeminiPart[] };
  contents: readonly GeminiContent[];
  tools?: readonly { functionDeclarations: readonly GeminiFunctionDeclaration[] }[];
  toolConfig?: {
    functionCallingConfig: { mode: 'AUTO' | 'ANY' | 'NONE' | 'VALIDATED'; allowedFunctionNames?: string[] };
  };
  generationConfig?: GeminiGenerationConfig;
  serviceTier?: 'standard' | 'flex' | 'priority';
}

export interface GeminiContent {
  role: 'user' | 'model';
  parts: GeminiPart[];
}

export interface GeminiPart {
  text?: string;
  thought?: true;
  thoughtSignature?: string;
  inlineData?: { mimeType: string; data: string };
  fileData?: { mimeType: string; fileUri: string };
  functionCall?: { id?: string; name: string; args: unknown };
  functionResponse?: GeminiFunctionResponse;
}

export interface GeminiFunctionResponse {
  id?: string;
  name: string;
  /** `output` or `error`, as documented. */
  response: Readonly<Record<string, unknown>>;
  parts?: readonly { inlineData: { mimeType: string; data: string } }[];
}

export interface GeminiFunctionDeclaration {
  name: string;
  description?: string;
  /** Of these two one at most. */
  parameters?: unknown;
  parametersJsonSchema?: unknown;
}

export interface GeminiGenerationConfig {
  maxOutputTokens?: number;
  temperature?: number;
  topP?: number;
  topK?: number;
  stopSequences?: readonly string[];
  seed?: number;
  frequencyPenalty?: number;
  presencePenalty?: number;
  candidateCount?: number;
  responseLogprobs?: true;
  logprobs?: number;
  responseMimeType?: 'application/json';
  responseSchema?: unknown;
  responseJsonSchema?: unknown;
  responseModalities?: readonly string[];
  thinkingConfig?: { includeThoughts?: boolean; thinkingBudget?: number; thinkingLevel?: string };
}

/** One whole answer, or one event of a stream. */
export interface GeminiAnswer {
  candidates?: unknown;
  promptFeedback?: { blockReason?: unknown } | null;
  usageMetadata?: unknown;
  modelVersion?: unknown;
  responseId?: unknown;
  /** No member of Google's own: look-alikes say in it what answers. */
  systemFingerprint?: unknown;
  error?: unknown;
}

export interface GeminiCandidate {
  index?: unknown;
  content?: { parts?: unknown } | null;
  finishReason?: unknown;
  logprobsResult?: unknown;
  citationMetadata?: unknown;
}

/** A part of an answer. */
export interface GeminiAnswerPart {
  text?: unknown;
  thought?: unknown;
  thoughtSignature?: unknown;
  inlineData?: { mimeType?: unknown; data?: unknown } | null;
  fileData?: { mimeType?: unknown; fileUri?: unknown } | null;
  functionCall?: { id?: unknown; name?: unknown; args?: unknown } | null;
}

/** A text that says something, else null. */
export const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
