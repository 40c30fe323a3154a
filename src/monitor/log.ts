import pino, { type Logger } from 'pino';
import type { AppError } from '../contracts/errors.ts';
import { ERRORS } from '../contracts/errors.ts';

export type { Logger };

/**
 * The one logger: JSON lines on stderr, since stdout is for data. Whoever logs names the fields; whole objects are
 * never logged, so that no header, key or body can slip in (LiteLLM's incident of March 2026 was an object too many).
 */
export function createLogger(level: string): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: ['*.authorization', '*.api_key'] },
    },
    pino.destination({ dest: 2, sync: false }),
  );
}

/** One line for an error at the level of its table row. The cause is named by its type and code, never by its text. */
export function logError(logger: Logger, error: AppError, requestId: string | null): void {
  const cause = error.cause as { name?: unknown; code?: unknown } | undefined;
  logger[ERRORS[error.code].level](
    {
      request_id: requestId,
      code: error.code,
      details: error.details,
      cause: cause === undefined ? undefined : { name: cause.name, code: cause.code },
    },
    error.code,
  );
}
