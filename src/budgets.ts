// budgets.ts: the limiter of a running product, with what was spent before it started.
// May import gateway/, audit/, store/ and below; parts.ts opens what it needs, app.ts is its only user.
// Start at openBudgets. Budgets are saved every second, and what a killed process spent after that stands in its receipts;
// where nothing was saved, or what was cannot be read, all receipts of the month are counted.
// Receipts are counted for whoever a request would be counted for today: limits may have changed meanwhile.
// A journal that cannot be read is reported and costs memory of the past, never the start.
import { join } from 'node:path';
import { placeBefore, receiptsSince } from './audit/receipts-since.ts';
import type { ApiKey } from './contracts/api-key.ts';
import type { BudgetSnapshot, LimitSubject } from './contracts/limits.ts';
import type { Receipt } from './contracts/receipt.ts';
import type { GatewayWorld } from './gateway/gateway-world.ts';
import { LearnedFile } from './gateway/learning/learned-file.ts';
import { Learning } from './gateway/learning/learning.ts';
import { BudgetFile, type JournalPlace } from './gateway/limits/budget-file.ts';
import { BudgetReplay } from './gateway/limits/budget-replay.ts';
import { subjectsOf } from './gateway/limits/limit-subjects.ts';
import { MemoryLimiter } from './gateway/limits/memory-limiter.ts';
import { isoTime } from './lib/iso-time.ts';
import type { Parts } from './parts.ts';

export interface Budgets {
  limiter: MemoryLimiter;
  file: BudgetFile;
  /** What earlier receipts taught, and where it is kept. */
  learning: Learning;
  learnedFile: LearnedFile;
}

/** Every second; each file decides for itself whether there is anything to write. */
export function saveAll({ file, learnedFile }: Budgets): void {
  void file.save();
  void learnedFile.save();
}

/** Before the first request: what was spent today was spent. */
export async function openBudgets(parts: Parts, world: GatewayWorld): Promise<Budgets> {
  const { journal, logger, clock } = parts;
  const limiter = new MemoryLimiter(clock);
  const file = new BudgetFile({
    path: join(parts.options.loaded.paths.dataDir, 'budgets.json'),
    limiter,
    journalEnd: () => ({ chain: journal.chain, ...journal.appended() }),
    onProblem: (problem) => logger.error({ problem }, 'budgets'),
  });
  const snapshot = file.read() ?? (await nothingOfThisMonth(parts));
  await takeOver(parts, world, limiter, snapshot);
  // Now, so that the next start has a place to go on from, however soon this process is killed.
  await file.save();
  return { limiter, file, ...openLearned(parts) };
}

function openLearned({ options, logger, clock }: Parts): Pick<Budgets, 'learning' | 'learnedFile'> {
  const learning = new Learning();
  const learnedFile = new LearnedFile({
    path: join(options.loaded.paths.dataDir, 'learned.json'),
    learning,
    monotonic: clock.monotonic,
    onProblem: (problem) => logger.error({ problem }, 'learned'),
  });
  return { learning, learnedFile };
}

/** A snapshot to which every receipt of this month is news. */
async function nothingOfThisMonth({ journal, clock }: Parts): Promise<BudgetSnapshot> {
  const now = new Date(clock.now());
  const monthMs = Date.UTC(now.getUTCFullYear(), now.getUTCMonth());
  const empty: BudgetSnapshot = { version: 1, at: isoTime(monthMs), subjects: [] };
  try {
    return {
      ...empty,
      journal: { chain: journal.chain, ...(await placeBefore(journal.directory, journal.chain, monthMs)) },
    };
  } catch {
    // Whoever cannot look for the place cannot read from it either, and that is what reports it.
    return { ...empty, journal: { chain: journal.chain, segment: 1, offset: 0 } };
  }
}

async function takeOver(parts: Parts, world: GatewayWorld, limiter: MemoryLimiter, saved: BudgetSnapshot) {
  const { journal, logger } = parts;
  const keys = new Map(parts.keys.list().map((key) => [key.id, key]));
  const replay = new BudgetReplay({
    ...{ limiter, snapshot: saved },
    subjectsOf: (receipt) => subjectsOfReceipt(receipt, world, keys),
    deploymentSubject: (id) => deploymentSubject(world, id),
  });
  const place: JournalPlace | undefined = saved.journal;
  try {
    if (place?.chain === journal.chain) {
      await receiptsSince(journal.directory, place.chain, place, (receipt) => replay.add(receipt));
    }
  } catch (error) {
    logger.error({ problem: `Receipts since ${saved.at} are not in the budgets: ${String(error)}` }, 'budgets');
  }
  replay.finish();
  if (replay.counted > 0) logger.warn({ receipts: replay.counted, since: saved.at }, 'budgets_recovered');
}

function subjectsOfReceipt(
  receipt: Receipt,
  world: GatewayWorld,
  keys: ReadonlyMap<string, ApiKey>,
): readonly LimitSubject[] {
  const key = receipt.key === null ? null : (keys.get(receipt.key) ?? null);
  const useCase = receipt.use_case === null ? null : (world.useCases.get(receipt.use_case) ?? null);
  const team = key?.team ?? useCase?.team;
  const limits = team === undefined ? undefined : world.teams?.get(team);
  return subjectsOf(
    key,
    world.defaultLimits,
    useCase,
    team === undefined || limits === undefined ? null : { id: team, limits },
  );
}

function deploymentSubject({ world }: GatewayWorld, id: string): LimitSubject | null {
  const limits = world.deploymentsById.get(id)?.limits;
  return limits === undefined ? null : { scope: 'deployment', id, limits };
}
