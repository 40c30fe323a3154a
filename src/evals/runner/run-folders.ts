import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../../contracts/errors.ts';
import type { RunListEntry } from '../../contracts/evaluation-events.ts';
import { isoTime } from '../../lib/iso-time.ts';
import { ulidTime } from '../../lib/ulid-time.ts';
import { readRunState } from './run-file.ts';

const RUN_ID = /^run_[0-9A-HJKMNP-TV-Z]{26}$/;

/** The folder of a run. @throws AppError not_found for what is no run id, so that no path can be smuggled in */
export function runFolder(directory: string, id: string): string {
  if (!RUN_ID.test(id)) throw new AppError('not_found', `There is no run ${JSON.stringify(id)}.`);
  return join(directory, 'runs', id);
}

/** The id of a run that is named by it, or as `last` or `last~1`, the one before; what names none stays as it is. */
export function runNamed(directory: string, name: string): string {
  const back = /^last(?:~(\d+))?$/.exec(name);
  return back === null ? name : (listRuns(directory)[Number(back[1] ?? 0)]?.run ?? name);
}

/** Every run, newest first. */
export function listRuns(directory: string): RunListEntry[] {
  const folder = join(directory, 'runs');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => RUN_ID.test(name) && existsSync(join(folder, name, 'plan.json')))
    .sort()
    .reverse()
    .map((run) => entryOf(run, join(folder, run)));
}

function entryOf(run: string, folder: string): RunListEntry {
  const { plan, done, running } = readRunState(folder);
  const ms = ulidTime(run);
  return {
    run,
    planned_at: ms === null ? null : isoTime(ms),
    suite: plan.suite,
    suite_hash: plan.suite_hash,
    deployment: plan.deployment,
    samples: plan.samples.length,
    state: done?.stopped ?? (running ? 'running' : 'interrupted'),
    score: done?.score ?? null,
    ci: done?.ci ?? null,
    cost_usd: done?.cost_usd ?? null,
    sandbox: done?.sandbox ?? null,
  };
}
