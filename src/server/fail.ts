import type { IncomingMessage, ServerResponse } from 'node:http';
import type { App } from '../app.ts';
import { AppError } from '../contracts/errors.ts';
import type { ClientDialectName } from '../contracts/gateway-request.ts';
import { answerError } from './data-plane.ts';
import { dialectOf } from './dialect-of.ts';

const asAppError = (error: unknown): AppError => {
  if (error instanceof AppError) return error;
  const { statusCode, code } = error as { statusCode?: number; code?: string };
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return new AppError('body_too_large', 'The body is too large.');
  if (statusCode === 415) return new AppError('unsupported_media_type', 'Send the body as application/json.');
  if (statusCode !== undefined && statusCode < 500) return new AppError('invalid_json', 'The body is not valid JSON.');
  return new AppError('internal', 'Something went wrong on our side; the request id finds it in the logs.', {
    cause: error,
  });
};

/** Answers an error on the raw response, in the one shape that every client of ours reads. */
export function fail(
  app: App,
  request: IncomingMessage,
  response: ServerResponse,
  error: unknown,
  dialect: ClientDialectName = dialectOf(request),
): void {
  const appError = asAppError(error);
  const requestId = app.newRequestId();
  app.logError(appError, requestId);
  answerError(app, response, dialect, appError, requestId);
  request.resume();
}
