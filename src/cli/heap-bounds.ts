import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

/**
 * V8 lets the young generation of a 64-bit process grow to 128 MB and the old one fourfold between collections. A
 * gateway under load fills both with requests that are long over: 355 MB resident where 220 do, at no lower cost
 * (docs/decisions/0011-bounds-for-the-heap.md, 0014-what-outlives-a-request.md). Command-line flags would need every user's help, so they are set here.
 */
const YOUNG_GENERATION_BYTES = 16 * 1024 * 1024;
/** Old-generation growth between full collections, percent of what survived the last one. */
const OLD_GENERATION_GROWTH_PERCENT = 100;
const LOOK_MS = 100;

const youngGenerationBytes = (): number =>
  getHeapSpaceStatistics().find((space) => space.space_name === 'new_space')?.space_size ?? 0;

/** Lets the heap grow to what a gateway needs and no further. Call once, early; the timer keeps nothing alive. */
export function boundHeap(): void {
  // What is alive at a small collection is alive by chance here: requests in flight. V8 would take it for long-lived and
  // put its like into the old generation from birth, where it keeps all that it names alive as well.
  setFlagsFromString('--no-allocation-site-pretenuring');
  setFlagsFromString(`--heap-growing-percent=${OLD_GENERATION_GROWTH_PERCENT}`);
  let held = false;
  // The largest size cannot be changed once V8 runs, but its growth can be stopped when it has come so far. In quiet times
  // V8 makes it small again, and under the next load it must be able to grow back: held at 1 MB it promotes what is over
  // in a moment, and full collections follow each other.
  const look = (): void => {
    const full = youngGenerationBytes() >= YOUNG_GENERATION_BYTES;
    if (full === held) return;
    held = full;
    setFlagsFromString(`--semi-space-growth-factor=${full ? 1 : 2}`);
  };
  setInterval(look, LOOK_MS).unref();
}
