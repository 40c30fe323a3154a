import { AppError } from '../contracts/errors.ts';
import { ROUTES } from './routes/list.ts';

const PATHS: ReadonlySet<string> = new Set(ROUTES.flatMap((route) => route.paths));

/** Paths that clients build from a wrong base URL, and the base URL that they meant. */
const HABITS: readonly { pattern: RegExp; text: string }[] = [
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

/** A 404 that teaches: names the base URL that was probably meant, or 405 where the path exists. */
export function unknownPath(method: string, url: string): AppError {
  const path = url.split('?', 1)[0] ?? url;
  if (PATHS.has(path)) {
    const methods = ROUTES.filter((route) => route.paths.includes(path)).map((route) => route.method);
    return new AppError('method_not_allowed', `${path} is called with ${methods.join(' or ')}, not with ${method}.`);
  }
  const habit = HABITS.find(({ pattern }) => pattern.test(path));
  return new AppError('unknown_path', `There is no ${method} ${path}. ${habit?.text ?? DEFAULT_TEXT}`);
}
