import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';

/** Makes some 30 MB that stay, in one turn of the loop, and prints the bytes of the young generation; 64 MB without bounds. */
const LOAD = `
const kept = [];
for (let index = 0; index < 500_000; index += 1) kept.push({ index, text: String(index) });
const { getHeapSpaceStatistics } = await import('node:v8');
console.log(kept.length && getHeapSpaceStatistics().find((space) => space.space_name === 'new_space').space_size);`;

function youngBytesAfter(code: string): number {
  const run = spawnSync(process.execPath, ['--input-type=module', '--eval', code], {
    cwd: import.meta.dirname,
    encoding: 'utf8',
  });
  return Number(run.stdout);
}

describe('the heap of a server', () => {
  it('does not grow its young generation over what is loaded', () => {
    const bounded = youngBytesAfter(`(await import('./heap-bounds.ts')).boundHeap();${LOAD}`);
    expect(bounded).toBeGreaterThan(0);
    expect(bounded).toBeLessThanOrEqual(8 * 2 ** 20);
  });
});
