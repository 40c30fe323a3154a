import { accessSync, constants, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A kernel's bound on the memory of a program and everything that it starts, together. */
export interface MemoryGroup {
  /** Whoever writes 0 into this file is in the group, and so is all that it starts. */
  joinFile: string;
  remove(): void;
}

export type NewMemoryGroup = () => MemoryGroup;

const PREFIX = 'alidade-code-';

/** Files of both versions of the kernel's interface: the bound, and what keeps a program from going to swap instead. */
const BOUNDS = [
  { limit: 'memory.max', swap: 'memory.swap.max', swapBytes: () => 0 },
  { limit: 'memory.limit_in_bytes', swap: 'memory.memsw.limit_in_bytes', swapBytes: (bytes: number) => bytes },
] as const;

/**
 * Where this process may make groups with a bound on memory; null where the kernel, or whoever runs us, does not let it.
 * Proved by making one. `root`: where the kernel shows its groups.
 */
export function findMemoryGroups(limitBytes: number, root = '/sys/fs/cgroup'): NewMemoryGroup | null {
  let number = 0;
  for (const parent of parentsOf(root)) {
    const create = (): MemoryGroup => createGroup(parent, `${PREFIX}${process.pid}-${number++}`, limitBytes);
    try {
      removeLeftOvers(parent);
      create().remove();
      return create;
    } catch {
      // Not here: read-only, not ours, or without a bound on memory. The next place may do.
    }
  }
  return null;
}

/** Our own group and the one around it: in version 2 a group that holds processes may not have bounded groups within. */
function parentsOf(root: string): string[] {
  let lines: string[];
  try {
    lines = readFileSync('/proc/self/cgroup', 'utf8').trim().split('\n');
  } catch {
    // No groups in this kernel.
    return [];
  }
  return lines.flatMap((line) => {
    const [, controllers = '', path = '/'] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    if (controllers === '') return [join(root, path), join(root, dirname(path))];
    return controllers.split(',').includes('memory') ? [join(root, 'memory', path)] : [];
  });
}

function createGroup(parent: string, name: string, limitBytes: number): MemoryGroup {
  const folder = join(parent, name);
  mkdirSync(folder);
  try {
    const bound = BOUNDS.find(({ limit }) => isWritable(join(folder, limit)));
    if (bound === undefined) throw new Error('Groups have no bound on memory here.');
    writeFileSync(join(folder, bound.limit), String(limitBytes));
    // Many kernels do not count swap; then there is none to bound.
    if (isWritable(join(folder, bound.swap)))
      writeFileSync(join(folder, bound.swap), String(bound.swapBytes(limitBytes)));
  } catch (error) {
    rmdirSync(folder);
    throw error;
  }
  return { joinFile: join(folder, 'cgroup.procs'), remove: () => removeWhenEmpty(folder) };
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

const LOOK_AGAIN_MS = 50;
const LOOKS = 40;

/** A process that was just killed is still being cleared away for a moment; then its group is empty. */
function removeWhenEmpty(folder: string, looks = LOOKS): void {
  if (removeIfEmpty(folder) || looks === 0) return;
  setTimeout(() => removeWhenEmpty(folder, looks - 1), LOOK_AGAIN_MS).unref();
}

function removeIfEmpty(folder: string): boolean {
  try {
    rmdirSync(folder);
    return true;
  } catch (error) {
    // What is left when this process ends is removed by whoever opens a sandbox next.
    return (error as NodeJS.ErrnoException).code === 'ENOENT';
  }
}

/** Groups of processes of ours that are gone, and those that were not empty yet when they should have been removed. */
function removeLeftOvers(parent: string): void {
  for (const name of readdirSync(parent)) if (name.startsWith(PREFIX)) removeIfEmpty(join(parent, name));
}
