import { beforeEach, describe, expect, it } from 'vitest';
import { sampleReceipt } from '../../../test/support/receipts.ts';
import { SteppedClock } from '../../../test/support/stepped-clock.ts';
import type { LimitLease, LimitSubject } from '../../contracts/limits.ts';
import type { AttemptRecord, Receipt } from '../../contracts/receipt.ts';
import { BudgetReplay } from './budget-replay.ts';
import { MemoryLimiter } from './memory-limiter.ts';

const key: LimitSubject = { scope: 'key', id: 'k', limits: { usd_day: 10 } };
const deployment: LimitSubject = { scope: 'deployment', id: 'd', limits: { usd_month: 10 } };

let clock: SteppedClock;
let killed: MemoryLimiter;

beforeEach(() => {
  clock = new SteppedClock();
  killed = new MemoryLimiter(clock);
});

const reserve = (usd: number, requestId: string): LimitLease =>
  killed.take([{ subjects: [key], requests: 0, slots: 0, tokens: 0, usd }], 60_000, requestId) as LimitLease;

function receiptOf(requestId: string, costs: readonly (number | null)[], more: Partial<Receipt> = {}): Receipt {
  const sample = sampleReceipt(0);
  const started = new Date(clock.now()).toISOString();
  const attempts = costs.map(
    (cost): AttemptRecord => ({
      ...(sample.attempts[0] as AttemptRecord),
      ...{ deployment: 'd', started_at: started, cost_usd: cost, role: 'primary' },
    }),
  );
  return { ...sample, request_id: requestId, parent_id: null, attempts, ...more };
}

/** What the next process has in its books: the snapshot of the one that was killed, and these receipts. */
function restarted(receipts: readonly Receipt[], snapshot = killed.snapshot()) {
  const limiter = new MemoryLimiter(clock);
  const replay = new BudgetReplay({
    ...{ limiter, snapshot },
    subjectsOf: () => [key],
    deploymentSubject: (id) => (id === 'd' ? deployment : null),
  });
  for (const receipt of receipts) replay.add(receipt);
  replay.finish();
  return { key: limiter.spent('key', 'k'), deployment: limiter.spent('deployment', 'd'), counted: replay.counted };
}

describe('budgets of a killed process', () => {
  it('have what was saved and what receipts say that came after it, attempt by attempt', () => {
    const before = reserve(3, 'req_before');
    before.settle({ tokens: null, usd: 1 });
    before.recorded();
    const books = restarted([receiptOf('req_after', [0.5, null, 0.25])]);
    expect(books.key).toMatchObject({ usd_day: 1.75, usd_month: 1.75 });
    expect(books.deployment).toMatchObject({ usd_month: 0.75 });
    expect(books.counted).toBe(1);
  });

  it('count a request that was under way at the snapshot once: by its receipt where there is one', () => {
    reserve(3, 'req_open').settle({ tokens: null, usd: 0.5 });
    reserve(2, 'req_open');
    expect(restarted([receiptOf('req_open', [0.5, 0.125])]).key.usd_day).toBe(0.625);
  });

  it('count it as reserved where its receipt never came', () => {
    reserve(3, 'req_open').settle({ tokens: null, usd: 0.5 });
    reserve(2, 'req_open');
    expect(restarted([]).key.usd_day).toBe(2.5);
  });

  it('count what sub-calls cost once, by the receipt that repeats them where there is one', () => {
    const [attempt] = receiptOf('req_child', [2]).attempts;
    const child = receiptOf('req_child', [2], { parent_id: 'req_parent' });
    const parent = receiptOf('req_parent', [], { attempts: [{ ...(attempt as AttemptRecord), role: 'member' }] });
    expect(restarted([child, parent]).key.usd_day).toBe(2);
    expect(restarted([parent]).key.usd_day).toBe(2);
    expect(restarted([child]).key.usd_day).toBe(2);
  });

  it('book each attempt on the day on which it began', () => {
    const receipt = receiptOf('req_late', [1]);
    const [attempt] = receipt.attempts as [AttemptRecord];
    const dayBefore = new Date(clock.now() - 86_400_000).toISOString();
    const books = restarted([{ ...receipt, attempts: [{ ...attempt, started_at: dayBefore }] }]);
    expect(books.key.usd_day).toBe(0);
  });
});
