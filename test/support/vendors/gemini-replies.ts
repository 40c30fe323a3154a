import { SAID_USAGE, type Said, type SaidUsage, type VendorError, type VendorFailure } from './said.ts';

/** https://ai.google.dev/api/generate-content, read 2026-11-22. */
const usageOf = ({ input, cached, output, thoughts }: SaidUsage): Record<string, unknown> => ({
  promptTokenCount: input,
  candidatesTokenCount: output - thoughts,
  totalTokenCount: input + output,
  ...(cached === 0 ? {} : { cachedContentTokenCount: cached }),
  promptTokensDetails: [{ modality: 'TEXT', tokenCount: input }],
  thoughtsTokenCount: thoughts,
});

const answerOf = (model: string) => ({ modelVersion: model, responseId: 'c2NyaXB0ZWQ' });

/** Google says STOP where it waits for results, too. */
const finishOf = ({ finish }: Said): string => {
  if (finish === 'filtered') return 'SAFETY';
  return finish === 'length' ? 'MAX_TOKENS' : 'STOP';
};

/** Parts in the order in which they are said. The first call bears the signature; without calls it comes last. */
function partsOf({ thoughts = [], calls = [], signature, text }: Said): Record<string, unknown>[] {
  const signed = signature === undefined ? {} : { thoughtSignature: signature };
  const texts = text ?? (calls.length > 0 ? [] : ['Hello', ' there', '.']);
  return [
    ...thoughts.map((thought) => ({ text: thought, thought: true })),
    ...texts.map((piece) => ({ text: piece })),
    ...calls.map(({ id, name, arguments: args }, index) => ({
      functionCall: { id, name, args },
      ...(index === 0 ? signed : {}),
    })),
    ...(calls.length === 0 && signature !== undefined ? [{ text: '', ...signed }] : []),
  ];
}

/** The answer of generateContent. */
export function geminiBody(said: Said, model: string): unknown {
  return {
    candidates: [{ content: { parts: partsOf(said), role: 'model' }, finishReason: finishOf(said), index: 0 }],
    usageMetadata: usageOf(said.usage ?? SAID_USAGE),
    ...answerOf(model),
  };
}

const event = (data: unknown): string => `data: ${JSON.stringify(data)}\r\n\r\n`;

/** The events of streamGenerateContent with `alt=sse`: one part each, then the reason of the end; usage on all. */
export function geminiEvents(said: Said, model: string): string[] {
  const candidates = [
    ...partsOf(said).map((part) => ({ content: { parts: [part], role: 'model' }, index: 0 })),
    { content: { parts: [{ text: '' }], role: 'model' }, finishReason: finishOf(said), index: 0 },
  ];
  const usageMetadata = usageOf(said.usage ?? SAID_USAGE);
  return candidates.map((candidate) => event({ candidates: [candidate], usageMetadata, ...answerOf(model) }));
}

const error = (status: number, canonical: string, message: string, details?: unknown[]): VendorError => ({
  status,
  body: { error: { code: status, message, status: canonical, ...(details === undefined ? {} : { details }) } },
});

const RETRY_INFO = { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '7s' };
const BAD_KEY = { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'API_KEY_INVALID' };

/** https://ai.google.dev/gemini-api/docs/generate-content/api-errors, read 2026-11-22. */
export const GEMINI_FAILURES: Readonly<Record<VendorFailure, VendorError>> = {
  invalid: error(400, 'INVALID_ARGUMENT', 'Request contains something you said.'),
  too_long: error(
    400,
    'INVALID_ARGUMENT',
    'The input token count (1200000) exceeds the maximum number of tokens allowed.',
  ),
  key: error(400, 'INVALID_ARGUMENT', 'API key not valid. Please pass a valid API key.', [BAD_KEY]),
  model: error(404, 'NOT_FOUND', 'models/gemini-none is not found.'),
  credit: error(429, 'RESOURCE_EXHAUSTED', 'Your prepayment credits are depleted. Please add credits.'),
  rate: error(429, 'RESOURCE_EXHAUSTED', 'You exceeded your current quota.', [RETRY_INFO]),
  server: error(500, 'INTERNAL', 'An internal error has occurred.'),
  overloaded: error(503, 'UNAVAILABLE', 'The model is overloaded. Please try again later.'),
};
