import { type AppError, ERRORS } from '../../contracts/errors.ts';
import type { ClientDialect } from '../dialect.ts';

function errorObject(error: AppError, requestId: string): Record<string, unknown> {
  return {
    message: error.message,
    type: ERRORS[error.code].type,
    param: error.param,
    code: error.code,
    ...(error.rules.length > 0 ? { rules: error.rules } : {}),
    request_id: requestId,
  };
}

/** Errors in OpenAI's shape, `{"error":{message,type,param,code}}`, plus `request_id` and, where rules decided, `rules`. */
export const openaiClientDialect: ClientDialect = {
  name: 'openai',
  errorBody: (error, requestId) => JSON.stringify({ error: errorObject(error, requestId) }),
  errorEvent: (error, requestId) =>
    Buffer.from(`data: ${JSON.stringify({ error: errorObject(error, requestId) })}\n\n`),
  // A comment with a single newline: a blank line after it makes some clients dispatch an empty event (wire-quirks 37).
  ping: Buffer.from(': ping\n'),
  requestIdHeader: null,
};
