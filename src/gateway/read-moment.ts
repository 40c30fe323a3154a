import type { HealthSnapshot, Moment } from '../contracts/decision.ts';
import { AppError } from '../contracts/errors.ts';

const invalid = (member: string, expected: string): AppError =>
  new AppError('invalid_request', `moment${member} must be ${expected}.`, { param: `moment${member}` });

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function readHealth(value: unknown): Record<string, HealthSnapshot> {
  if (value === undefined) return {};
  if (!isRecord(value)) throw invalid('.health', 'an object of health by deployment id');
  for (const [id, entry] of Object.entries(value)) {
    if (!isRecord(entry) || typeof entry.error_rate !== 'number' || !(entry.error_rate >= 0 && entry.error_rate <= 1)) {
      throw invalid(`.health.${id}.error_rate`, 'a number from 0 to 1');
    }
  }
  // Members left out read as "given, not measured", which is what somebody who writes a moment by hand means.
  return Object.fromEntries(
    Object.entries(value as Record<string, Partial<HealthSnapshot> & { error_rate: number }>).map(([id, entry]) => [
      id,
      {
        error_rate: entry.error_rate,
        calls: typeof entry.calls === 'number' ? entry.calls : null,
        breaker: entry.breaker === 'open' || entry.breaker === 'half_open' ? entry.breaker : 'closed',
        latency_ms: typeof entry.latency_ms === 'number' ? entry.latency_ms : null,
      },
    ]),
  );
}

function readQuota(value: unknown): Moment['quota_expires_s'] {
  if (value === undefined) return undefined;
  if (!isRecord(value)) throw invalid('.quota_expires_s', 'an object of seconds by deployment id');
  for (const [id, seconds] of Object.entries(value)) {
    if (typeof seconds !== 'number') throw invalid(`.quota_expires_s.${id}`, 'a number of seconds');
  }
  return value as Record<string, number>;
}

function readQuarantined(value: unknown): Moment['quarantined'] {
  if (value === undefined) return undefined;
  if (Array.isArray(value) && value.every((id) => typeof id === 'string')) return value;
  throw invalid('.quarantined', 'a list of deployment ids');
}

const LEARNED = ['output_tokens', 'cached_share', 'calls'] as const;
const RATIOS = ['mean', 'p95', 'trust'] as const;

/** Objects by deployment id whose members are all numbers from 0 on; undefined where the moment says none. */
function readNumbers<Member extends string>(
  value: unknown,
  name: string,
  members: readonly Member[],
): Record<string, Record<Member, number>> | undefined {
  if (value === undefined) return undefined;
  if (!isRecord(value)) throw invalid(`.${name}`, 'an object by deployment id');
  for (const [id, entry] of Object.entries(value)) {
    for (const member of members) {
      const number = isRecord(entry) ? entry[member] : null;
      if (typeof number !== 'number' || !(number >= 0)) throw invalid(`.${name}.${id}.${member}`, 'a number from 0 on');
    }
  }
  return value as Record<string, Record<Member, number>>;
}

/**
 * A moment that a caller of `POST /api/route` gives to have the same plan again; null where it gives none.
 * @throws AppError invalid_request naming the member
 */
export function readMoment(value: unknown): Moment | null {
  if (value === undefined || value === null) return null;
  if (!isRecord(value)) throw invalid('', 'the moment of an earlier decision');
  const { now, seed, session, budget_left_usd: budget } = value;
  if (typeof now !== 'string' || Number.isNaN(Date.parse(now))) throw invalid('.now', 'a time in RFC 3339');
  if (typeof seed !== 'number' || !Number.isSafeInteger(seed)) throw invalid('.seed', 'a whole number');
  if (session !== undefined && session !== null && typeof session !== 'string') {
    throw invalid('.session', 'a deployment id or null');
  }
  if (budget !== undefined && budget !== null && typeof budget !== 'number') {
    throw invalid('.budget_left_usd', 'a number or null');
  }
  const quota = readQuota(value.quota_expires_s);
  const quarantined = readQuarantined(value.quarantined);
  const learned = readNumbers(value.learned, 'learned', LEARNED);
  const ratios = readNumbers(value.token_ratios, 'token_ratios', RATIOS);
  return {
    now,
    seed,
    session: session ?? null,
    budget_left_usd: budget ?? null,
    health: readHealth(value.health),
    ...(quota === undefined ? {} : { quota_expires_s: quota }),
    ...(quarantined === undefined ? {} : { quarantined }),
    ...(learned === undefined ? {} : { learned }),
    ...(ratios === undefined ? {} : { token_ratios: ratios }),
  };
}
