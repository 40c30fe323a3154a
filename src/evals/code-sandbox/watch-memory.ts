import { readdirSync, readFileSync } from 'node:fs';

// Long enough to cost nothing, short enough that what is taken meanwhile does not hurt the machine.
const LOOK_EVERY_MS = 50;
const PAGE_BYTES = 4_096;

/**
 * Looks at the memory of a process and all that it started, together, where no kernel group bounds it; calls `exceeded`
 * once when it is more than `limitBytes`. What is shared with files does not count. Returns how to stop looking.
 */
export function watchMemory(pid: number, limitBytes: number, exceeded: () => void): () => void {
  const timer = setInterval(() => {
    if (memoryOfTree(pid) <= limitBytes) return;
    clearInterval(timer);
    exceeded();
  }, LOOK_EVERY_MS);
  return () => clearInterval(timer);
}

function memoryOfTree(root: number): number {
  let bytes = 0;
  const open = [root];
  for (let pid = open.pop(); pid !== undefined; pid = open.pop()) {
    try {
      const [, resident = 0, shared = 0] = readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ').map(Number);
      bytes += (resident - shared) * PAGE_BYTES;
      for (const thread of readdirSync(`/proc/${pid}/task`)) {
        const children = readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').trim();
        if (children !== '') open.push(...children.split(' ').map(Number));
      }
    } catch {
      // It ended in this moment; its children are now its parent's, which the next look finds.
    }
  }
  return bytes;
}
