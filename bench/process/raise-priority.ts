import { readFileSync, writeFileSync } from 'node:fs';
import { constants, setPriority } from 'node:os';

const AUTOGROUP = '/proc/self/autogroup';

/**
 * Puts this process, and the children it starts afterwards, before all other processes of the machine. Needs root.
 * Where the kernel groups processes by session (sched_autogroup_enabled, man 7 sched) a nice value only counts within the
 * session, so the group is raised too, and put back at exit because the shell shares it.
 */
export function raisePriority(): void {
  setPriority(constants.priority.PRIORITY_HIGHEST);
  const before = readAutogroupNice();
  if (before === null) return;
  writeFileSync(AUTOGROUP, String(constants.priority.PRIORITY_HIGHEST));
  process.on('exit', () => writeFileSync(AUTOGROUP, before));
}

function readAutogroupNice(): string | null {
  try {
    return /nice (-?\d+)/.exec(readFileSync(AUTOGROUP, 'utf8'))?.[1] ?? null;
  } catch {
    // A kernel without autogroups: the nice value counts as it is.
    return null;
  }
}
