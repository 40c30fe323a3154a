import { ERRORS, type ErrorCode } from '../contracts/errors.ts';

/** What every command ends with; scripts rely on the numbers. */
export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  gateSaysNo: 3,
  notAuthorised: 4,
  upstreamUnavailable: 5,
  interrupted: 130,
} as const;

const GATES: readonly ErrorCode[] = ['denied_by_policy', 'budget_exceeded', 'scorer_not_certified'];
const NOT_AUTHORISED: readonly number[] = [401, 403];
/** Statuses of a request that is itself wrong: for a command that is usage. */
const MALFORMED: readonly number[] = [400, 413, 415];

/** The exit code for an error of the closed table. */
export function exitCodeOf(code: ErrorCode): number {
  if (GATES.includes(code)) return EXIT.gateSaysNo;
  const { status, blame } = ERRORS[code];
  if (code === 'config_invalid') return EXIT.usage;
  if (blame === 'caller' && MALFORMED.includes(status)) return EXIT.usage;
  if (NOT_AUTHORISED.includes(status)) return EXIT.notAuthorised;
  return blame === 'upstream' ? EXIT.upstreamUnavailable : EXIT.failed;
}
