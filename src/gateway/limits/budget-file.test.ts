import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { SteppedClock } from '../../../test/support/stepped-clock.ts';
import { temporaryFolder } from '../../../test/support/temporary-folder.ts';
import type { LimitLease, LimitSubject } from '../../contracts/limits.ts';
import { BudgetFile, type JournalPlace } from './budget-file.ts';
import { MemoryLimiter } from './memory-limiter.ts';

const subject: LimitSubject = { scope: 'team', id: 'red', limits: { usd_day: 10 } };

function spend(limiter: MemoryLimiter, usd: number): void {
  const lease = limiter.take([{ subjects: [subject], requests: 0, slots: 0, tokens: 0, usd }], 60_000) as LimitLease;
  lease.settle({ tokens: null, usd });
}

describe('the budget file', () => {
  let path: string;
  let problems: string[];
  let place: JournalPlace;
  const open = () => {
    const limiter = new MemoryLimiter(new SteppedClock());
    const file = new BudgetFile({ path, limiter, journalEnd: () => place, onProblem: (one) => problems.push(one) });
    return { limiter, file };
  };
  const restarted = () => {
    const next = open();
    const saved = next.file.read();
    if (saved !== null) next.limiter.restore(saved);
    return { ...next, saved };
  };

  beforeEach(() => {
    path = join(temporaryFolder(), 'budgets.json');
    problems = [];
    place = { chain: 'c', segment: 1, offset: 0 };
  });

  it('carries what was spent over a restart', async () => {
    const first = open();
    expect(first.file.read()).toBeNull();
    spend(first.limiter, 4);
    await first.file.save();
    const second = restarted();
    expect(second.saved).not.toBeNull();
    expect(second.limiter.room([subject]).usd).toBe(6);
    expect(problems).toEqual([]);
  });

  it('writes only when something has changed, and for its owner alone', async () => {
    const { limiter, file } = open();
    await file.save();
    expect(existsSync(path)).toBe(true);
    spend(limiter, 1);
    await file.save();
    expect(statSync(path).mode & 0o777).toBe(0o600);
    writeFileSync(path, 'as it was');
    await file.save();
    expect(readFileSync(path, 'utf8')).toBe('as it was');
  });

  it('keeps what was spent while a write was under way', async () => {
    const { limiter, file } = open();
    spend(limiter, 1);
    const writing = file.save();
    spend(limiter, 2);
    await file.close();
    await writing;
    expect(restarted().limiter.room([subject]).usd).toBe(7);
  });

  it.each(['', '{"version":1', '{"version":2,"at":"x","subjects":[]}', '[]'])(
    'reports a broken file (%j), keeps it aside and takes nothing from it',
    (text) => {
      writeFileSync(path, text);
      const { limiter, file } = open();
      expect(file.read()).toBeNull();
      expect(problems).toHaveLength(1);
      expect(readFileSync(`${path}.broken`, 'utf8')).toBe(text);
      expect(limiter.room([subject]).usd).toBe(10);
    },
  );

  it('names the place in the journal up to which it is complete, anew before much lies behind it', async () => {
    const { limiter, file } = open();
    spend(limiter, 1);
    place = { chain: 'c', segment: 1, offset: 100 };
    await file.save();
    expect(file.read()?.journal).toEqual(place);
    const before = place;
    place = { chain: 'c', segment: 1, offset: 5_000 };
    await file.save();
    expect(file.read()?.journal).toEqual(before);
    place = { chain: 'c', segment: 1, offset: 100_000_000 };
    await file.save();
    expect(file.read()?.journal).toEqual(place);
    place = { chain: 'c', segment: 2, offset: 0 };
    await file.save();
    expect(file.read()?.journal).toEqual(place);
  });

  it('reports once that it cannot be written, goes on, and reports again what fails after that', async () => {
    mkdirSync(path);
    const { limiter, file } = open();
    spend(limiter, 1);
    await file.save();
    await file.save();
    expect(problems).toEqual([expect.stringContaining('cannot be written')]);
    rmSync(path, { recursive: true });
    await file.save();
    expect(file.read()).not.toBeNull();
    rmSync(path);
    mkdirSync(path);
    spend(limiter, 1);
    await file.save();
    expect(problems).toHaveLength(2);
  });
});
