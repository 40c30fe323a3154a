import { AppError } from '../contracts/errors.ts';
import { ROUTES } from './routes/list.ts';

/** Paths that clients build from a wrong base URL, and the base URL that they meant. */
const HABITS: readonly { pattern: RegExp; text: string }[] = [
  {
    pattern: /\/openai\/deployments\//,
    text: "Azure's paths are not offered: use the client for OpenAI itself with the base URL http://HOST:PORT/v1, and name the model in the body.",
  },
  {
    pattern: /^\/api\/(chat|generate|tags|show|ps|version|embed|embeddings)$/,
    text: "Ollama's API is not offered: choose an OpenAI-compatible provider in the client, with the base URL http://HOST:PORT/v1.",
  },
  {
    pattern: /:(generateContent|streamGenerateContent|countTokens|embedContent)$/,
    text: "Gemini's API is not offered to clients: use an OpenAI client with the base URL http://HOST:PORT/v1.",
  },
  { pattern: /(?<!chat)\/completions$/, text: 'Text completions are not offered: use POST /v1/chat/completions.' },
  { pattern: /\/v1\/v1\//, text: 'The base URL already ends in /v1: use http://HOST:PORT/v1 once.' },
  {
    pattern: /\/(messages|count_tokens)$/,
    text: 'For Anthropic clients the base URL is http://HOST:PORT (or http://HOST:PORT/anthropic).',
  },
  {
    pattern: /\/(chat\/completions|embeddings|models)$/,
    text: 'For OpenAI clients the base URL is http://HOST:PORT/v1 (or http://HOST:PORT/openai/v1).',
  },
];

const DEFAULT_TEXT =
  'OpenAI clients use the base URL http://HOST:PORT/v1, Anthropic clients http://HOST:PORT; the API is described at /api/openapi.json.';

const pathOf = (url: string): string => url.split('?', 1)[0] as string;

/** What a path may be called with; empty where there is no such path. Whatever answers GET answers HEAD. */
export function methodsOf(url: string): readonly string[] {
  const path = pathOf(url);
  const methods = ROUTES.filter((route) => route.paths.includes(path)).map((route) => route.method as string);
  return (methods.includes('GET') ? [...methods, 'HEAD'] : methods).sort();
}

/** OPTIONS is what browsers ask before they call another origin. */
const NO_CORS = 'Pages of other origins cannot call it (no CORS): call from a server.';

/** A 404 that teaches: names the base URL that was probably meant, or 405 where the path exists. */
export function unknownPath(method: string, url: string): AppError {
  const path = pathOf(url);
  const methods = methodsOf(url);
  if (methods.length > 0) {
    const text = `${path} is called with ${methods.join(' or ')}, not with ${method}.`;
    return new AppError('method_not_allowed', method === 'OPTIONS' ? `${text} ${NO_CORS}` : text);
  }
  const habit = HABITS.find(({ pattern }) => pattern.test(path));
  return new AppError('unknown_path', `There is no ${method} ${path}. ${habit?.text ?? DEFAULT_TEXT}`);
}
