import { describe, expect, it } from 'vitest';
import { sampleReceipt } from '../../test/support/receipts.ts';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { openJournal } from './journal.ts';
import { placeBefore, receiptsSince } from './receipts-since.ts';

const DAY_MS = 86_400_000;
const FIRST_DAY_MS = Date.parse('2026-10-20T12:00:00Z');
const NOVEMBER_MS = Date.parse('2026-11-01T00:00:00Z');

/** A journal with one receipt a day, each in a segment of its own, named by its day. */
async function journalOfDays(days: number) {
  const directory = temporaryFolder();
  const dayOf = (index: number) => new Date(FIRST_DAY_MS + index * DAY_MS).toISOString();
  const journal = await openJournal({
    ...{ directory, chain: 'testchain', segmentBytes: 1_000 },
    now: () => FIRST_DAY_MS,
    onProblem: (problem) => expect.unreachable(problem),
  });
  for (let index = 0; index < days; index += 1) {
    const received = dayOf(index);
    journal.append({ ...sampleReceipt(index), received_at: received, request_id: received.slice(0, 10) });
  }
  await journal.close();
  return directory;
}

async function idsFrom(directory: string, timeMs: number): Promise<string[]> {
  const ids: string[] = [];
  const place = await placeBefore(directory, 'testchain', timeMs);
  await receiptsSince(directory, 'testchain', place, ({ request_id: id }) => ids.push(id));
  return ids;
}

describe('receipts since a time', () => {
  it('begin no later than the day before, and not with everything that was ever written', async () => {
    const directory = await journalOfDays(20);
    const ids = await idsFrom(directory, NOVEMBER_MS);
    expect(ids[0]).toBe('2026-10-30');
    expect(ids.at(-1)).toBe('2026-11-08');
    expect(ids).toHaveLength(10);
  });

  it('are all there are where the journal is younger, and none where it is empty or another chain is', async () => {
    const directory = await journalOfDays(3);
    expect(await idsFrom(directory, FIRST_DAY_MS)).toEqual(['2026-10-20', '2026-10-21', '2026-10-22']);
    expect(await idsFrom(temporaryFolder(), NOVEMBER_MS)).toEqual([]);
    expect(await placeBefore(directory, 'other', NOVEMBER_MS)).toEqual({ segment: 1, offset: 0 });
  });
});
