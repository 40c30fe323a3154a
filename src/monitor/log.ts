import { createRequire } from 'node:module';
import type * as Pino from 'pino';
import { AppError, ERRORS, type LogLevel } from '../contracts/errors.ts';

type WriteLine = (fields: Readonly<Record<string, unknown>>, message: string) => void;
export type Logger = Readonly<Record<LogLevel, WriteLine>>;

/** From the least important on. */
const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];

function openLog(level: string): Pino.Logger {
  const { pino, destination, stdTimeFunctions } = createRequire(import.meta.url)('pino') as typeof Pino;
  return pino(
    {
      level,
      base: null,
      timestamp: stdTimeFunctions.isoTime,
      redact: { paths: ['*.authorization', '*.api_key'] },
    },
    destination({ dest: 2, sync: false }),
  );
}

/**
 * The one logger: JSON lines on stderr, since stdout is for data. Whoever logs names the fields; whole objects are
 * never logged, so that no header, key or body can slip in (LiteLLM's incident of March 2026 was an object too many).
 * What writes them is loaded with the first line: a start has nothing to say, and needs twenty modules less.
 * @throws AppError config_invalid where the level is none
 */
export function createLogger(level: string, open: (level: string) => Pino.Logger = openLog): Logger {
  const least = LEVELS.indexOf(level);
  if (least < 0)
    throw new AppError('config_invalid', `Levels of the log are ${LEVELS.join(', ')}; "${level}" is none.`);
  let log: Pino.Logger | null = null;
  const writer = (of: LogLevel): WriteLine => {
    if (LEVELS.indexOf(of) < least) return () => undefined;
    return (fields, message) => {
      try {
        log ??= open(level);
      } catch {
        // Nothing can be loaded while the process has no file descriptor left, which must not end it.
        process.stderr.write(`${JSON.stringify({ ...fields, msg: message })}\n`);
        return;
      }
      log[of](fields, message);
    };
  };
  return { debug: writer('debug'), info: writer('info'), warn: writer('warn'), error: writer('error') };
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
