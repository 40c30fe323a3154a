// Measures what limits, health, deadlines and vendors' quotas cost a request: `node scripts/measure-bookkeeping.ts`.
// Prints CPU per request of the whole sequence that one attempt goes through, by ROUNDS short rounds; stdout is data.
// The lowest tenth is what nobody disturbed: time that a host takes away is counted as ours in all others.

import type { LimitSubject } from '../src/contracts/limits.ts';
import type { AttemptRecord } from '../src/contracts/receipt.ts';
import { AttemptDeadlines } from '../src/gateway/attempt-deadlines.ts';
import { RateBank } from '../src/gateway/bank/rate-bank.ts';
import { systemClock } from '../src/gateway/clock.ts';
import { CredentialRests } from '../src/gateway/credential-rests.ts';
import { HealthBoard } from '../src/gateway/health.ts';
import { MemoryLimiter } from '../src/gateway/limits/memory-limiter.ts';
import { RequestBudget } from '../src/gateway/limits/request-budget.ts';
import { PlanWalk } from '../src/gateway/plan-walk.ts';
import { RetryBudget } from '../src/gateway/retry-budget.ts';
import { testDeployment, testEndpoint, testFacts } from '../src/routing/test-world.ts';

const WARM_UP = 200_000;
const REQUESTS = 10_000;
const ROUNDS = 200;

const deployments = ['a', 'b'].map((id) =>
  testDeployment(`${id}@x`, `maker/${id}`, { endpoint: testEndpoint(id, { apiKeys: ['not-a-secret'] }) }),
);
const facts = testFacts();
const need = { input: facts.estimatedTokensP95, output: 4_096 };
const generous = { rpm: 1e9, tpm: 1e12, concurrency: 1e6, usd_day: 1e9, usd_month: 1e9 };
const limited: readonly LimitSubject[] = [
  { scope: 'key', id: 'k', limits: generous },
  { scope: 'use_case', id: 'u', limits: { tpm: 1e12, usd_day: 1e9 } },
];
const record: AttemptRecord = {
  deployment: 'a@x',
  role: 'primary',
  started_at: '2026-11-22T10:00:00.000Z',
  outcome: 'ok',
  status: 200,
  error: null,
  first_token_ms: 300,
  total_ms: 900,
  usage: {
    input_tokens: 100,
    output_tokens: 40,
    cached_input_tokens: null,
    cache_write_tokens: null,
    reasoning_tokens: null,
  },
  usage_source: 'reported',
  price: null,
  cost_usd: 0.0005,
  region_echo: null,
};

const plainHeaders: Record<string, string> = Object.fromEntries(
  'date content-type server x-request-id via cf-ray alt-svc x-content-type-options set-cookie connection'
    .split(' ')
    .map((name) => [name, 'some value']),
);
const telling = {
  ...plainHeaders,
  'x-ratelimit-limit-requests': '5000',
  'x-ratelimit-limit-tokens': '160000',
  'x-ratelimit-remaining-requests': '4999',
  'x-ratelimit-remaining-tokens': '159976',
  'x-ratelimit-reset-requests': '12ms',
  'x-ratelimit-reset-tokens': '6m0s',
};

const LINE = Buffer.from('data: {}\n\n');

const clock = systemClock;
const health = new HealthBoard();
const rests = new CredentialRests();
const bank = new RateBank(clock);
const retries = new RetryBudget();
const limiter = new MemoryLimiter(clock);

function request(subjects: readonly LimitSubject[], headers: Record<string, string>): void {
  const startedAtMs = clock.monotonic();
  const budget = new RequestBudget({ limiter, clock, deadlineMs: 600_000, requestId: 'req_measured' });
  if (budget.admit(subjects) !== null) throw new Error('refused');
  retries.request(startedAtMs);
  const call = new PlanWalk(deployments, { health, rests, bank, clock, needOf: () => need }).next();
  if (call === null) throw new Error('nothing to call');
  const held = budget.reserve(facts, call.deployment);
  const ticket = bank.take(call.deployment, call.credential, need);
  if (!held.ok) throw held.error;
  const { timeouts } = call.deployment.endpoint;
  const deadlines = new AttemptDeadlines(timeouts, health.firstTokenLimitMs(call.deployment), startedAtMs);
  const headAtMs = clock.monotonic();
  deadlines.onHead(headAtMs);
  ticket.note(headers, headAtMs);
  const nowMs = clock.monotonic();
  deadlines.onBytes(LINE, true, nowMs);
  call.pass.settle('ok', 300, true, nowMs);
  rests.answered(call.deployment, call.credential, nowMs);
  ticket.end({ input: 100, output: 40 });
  held.budget.settle(record);
  budget.end();
}

function measure(
  subjects: readonly LimitSubject[],
  headers: Record<string, string>,
): { tenth: number; median: number } {
  for (let i = 0; i < WARM_UP; i += 1) request(subjects, headers);
  const rounds = Array.from({ length: ROUNDS }, () => {
    const start = process.cpuUsage();
    for (let i = 0; i < REQUESTS; i += 1) request(subjects, headers);
    const { user, system } = process.cpuUsage(start);
    return (user + system) / REQUESTS;
  }).sort((a, b) => a - b);
  return { tenth: rounds[Math.floor(ROUNDS / 10)] as number, median: rounds[ROUNDS >> 1] as number };
}

const cases = [
  { name: 'no limits, no rate headers', subjects: [], headers: plainHeaders },
  { name: 'no limits, six rate headers', subjects: [], headers: telling },
  { name: 'key and use case limited, no rate headers', subjects: limited, headers: plainHeaders },
  { name: 'key and use case limited, six rate headers', subjects: limited, headers: telling },
];
for (const { name, subjects, headers } of cases) {
  const { tenth, median } = measure(subjects, headers);
  process.stdout.write(
    `${name.padEnd(44)} ${tenth.toFixed(2)} us in the lowest tenth of rounds, median ${median.toFixed(2)}\n`,
  );
}
// What a clock costs here says how fast this machine is: about 0.03 us on an idle one.
const start = process.cpuUsage();
for (let i = 0; i < 1_000_000; i += 1) clock.monotonic();
const { user, system } = process.cpuUsage(start);
process.stdout.write(`${'one look at the clock'.padEnd(44)} ${((user + system) / 1_000_000).toFixed(3)} us\n`);
