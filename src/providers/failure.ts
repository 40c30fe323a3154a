import type { UpstreamFailure } from '../contracts/upstream.ts';

/**
 * What went wrong between us and an upstream, safe to log: a code and a sentence, never bytes of the answer (vendors
 * echo prompts in them) and never a header.
 */
export class UpstreamCallError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = 'UpstreamCallError';
    this.code = code;
  }
}

/** The connector refused the address that a name resolved to. */
export class AddressForbiddenError extends UpstreamCallError {
  constructor(message: string) {
    super('address_forbidden', message);
    this.name = 'AddressForbiddenError';
  }
}

/** The size of an answer is limited. */
export const TOO_LARGE = 'TOO_LARGE';
/** We let go of the connection ourselves. */
export const CLOSED_BY_US = 'closed';

/** What came is no HTTP, or breaks a rule of it on which the end of an answer hangs. */
export class GarbledAnswerError extends UpstreamCallError {
  constructor(code: string) {
    super(code, 'The answer is not valid HTTP.');
    this.name = 'GarbledAnswerError';
  }
}

/**
 * Names an error of a connection (http-connection.ts) or of a socket (codes of node:net and node:tls).
 *
 * @param started - whether the request had begun to leave on a connection
 * @param answering - whether the status line had arrived
 */
export function failureOf(
  error: Error,
  started: boolean,
  answering: boolean,
): { failure: UpstreamFailure; cause: UpstreamCallError } {
  if (error instanceof AddressForbiddenError) return { failure: 'address_forbidden', cause: error };
  const code = codeOf(error);
  const failure = started ? failureAfterStart(code, error) : failureWhileConnecting(code);
  return { failure, cause: new UpstreamCallError(code, SENTENCES[failure](code, answering)) };
}

function codeOf(error: Error): string {
  const { code } = error as NodeJS.ErrnoException;
  if (typeof code === 'string' && code !== '') return code;
  // With several addresses Node reports one error for all of them.
  const first = error instanceof AggregateError ? (error.errors[0] as NodeJS.ErrnoException | undefined) : undefined;
  return first?.code ?? error.name;
}

function failureWhileConnecting(code: string): UpstreamFailure {
  if (code === 'connect_timeout' || code === 'ETIMEDOUT') return 'connect_timeout';
  if (code === CLOSED_BY_US) return 'aborted';
  return 'connect_failed';
}

function failureAfterStart(code: string, error: Error): UpstreamFailure {
  if (code === TOO_LARGE) return 'response_too_large';
  if (code === CLOSED_BY_US) return 'aborted';
  return error instanceof GarbledAnswerError ? 'protocol' : 'reset';
}

const SENTENCES: Record<UpstreamFailure, (code: string, answering: boolean) => string> = {
  connect_failed: (code) => `No connection to the upstream (${code}).`,
  connect_timeout: () => 'The upstream did not accept a connection in time.',
  reset: (code, answering) =>
    `The upstream closed the connection ${answering ? 'in the middle of' : 'before'} its answer (${code}).`,
  aborted: () => 'The call was aborted by the gateway.',
  response_too_large: () => 'The answer of the upstream exceeds the size that we accept.',
  protocol: (code) => `The answer of the upstream is not valid HTTP (${code}).`,
  address_forbidden: () => 'The address of the upstream is not allowed.',
  withdrawn: () => 'The call was forbidden while it waited for a connection.',
};
