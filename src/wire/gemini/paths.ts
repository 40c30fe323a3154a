/** What is done with a model; the second half of `models/{model}:{method}`. */
export type GeminiMethod = 'generateContent' | 'streamGenerateContent' | 'batchEmbedContents';

/** The name of a model as a resource, e.g. `models/gemini-3.8-flash`; a name that is a resource already stays. */
export function modelResource(upstreamModel: string): string {
  return upstreamModel.includes('/') ? upstreamModel : `models/${upstreamModel}`;
}

/**
 * Path below the base URL (`https://generativelanguage.googleapis.com/v1beta`). Streams are asked for as server-sent
 * events: without `alt=sse` they come as one JSON array (https://ai.google.dev/api/generate-content).
 */
export function geminiPath(upstreamModel: string, method: GeminiMethod): string {
  const query = method === 'streamGenerateContent' ? '?alt=sse' : '';
  const resource = modelResource(upstreamModel).split('/').map(encodeURIComponent).join('/');
  return `/${resource}:${method}${query}`;
}
