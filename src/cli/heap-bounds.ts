import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

/**
 * V8 lets the young generation of a 64-bit process grow to 128 MB and the old one fourfold between collections. A
 * gateway under load fills both with requests that are long over: 355 MB resident where 220 do, at no lower cost
 * (docs/decisions/0011-bounds-for-the-heap.md, 0014-what-outlives-a-request.md). Command-line flags would need every user's help, so they are set here.
 */
const YOUNG_HALF_BYTES = 8 * 1024 * 1024;
/** Old-generation growth between full collections, percent of what survived the last one. */
const OLD_GENERATION_GROWTH_PERCENT = 100;
/** While it may grow: between two looks it can grow more than once. */
const LOOK_MS = 25;
/** While it may not: it only gets smaller, in quiet times. */
const LOOK_HELD_MS = 100;
/** By then all is loaded that is loaded without being asked for, the framework of the control plane included. */
const LOADED_MS = 4_000;

/** Of the half that is allocated in; how much of both is there says less, since the other half comes as it is needed. */
function youngHalfBytes(): number {
  const young = getHeapSpaceStatistics().find((space) => space.space_name === 'new_space');
  return young === undefined ? YOUNG_HALF_BYTES : young.space_used_size + young.space_available_size;
}

const growYoungGenerationBy = (factor: number): void => setFlagsFromString(`--semi-space-growth-factor=${factor}`);

/**
 * Lets the heap grow to what a gateway needs and no further. Call once, before anything is loaded; the timers keep
 * nothing alive.
 */
export function boundHeap(): void {
  // What is alive at a small collection is alive by chance here: requests in flight. V8 would take it for long-lived and
  // put its like into the old generation from birth, where it keeps all that it names alive as well.
  setFlagsFromString('--no-allocation-site-pretenuring');
  setFlagsFromString(`--heap-growing-percent=${OLD_GENERATION_GROWTH_PERCENT}`);
  // Of many requests few are under way when a small collection comes, so that there is little to copy. Threads that are
  // woken to help with it cost more than they save, most of all where they share one processor.
  setFlagsFromString('--no-parallel-scavenge');
  // What a compilation took is given back by the thread that ordered it. Left to threads of less priority it piles up
  // in a process that has just begun to work: 20 MB and more, which malloc keeps.
  setFlagsFromString('--no-maglev-destroy-on-background');
  // All that is loaded stays, and survives collections as nothing does later: the young generation would grow to 32 MB
  // within one turn of the loop, in which nobody can look.
  growYoungGenerationBy(1);
  setTimeout(watchYoungGeneration, LOADED_MS).unref();
}

function watchYoungGeneration(): void {
  let set = 1;
  // The largest size cannot be changed once V8 runs, but its growth can be stopped when it has come so far. In quiet times
  // V8 makes it small again, and under the next load it must be able to grow back: held at 1 MB it promotes what is over
  // in a moment, and full collections follow each other.
  const look = (): void => {
    // In one step: V8 grows it when as much has survived as it holds, and of requests so little does that each doubling
    // would take it seconds, with twice as many collections meanwhile.
    const factor = Math.max(1, Math.ceil(YOUNG_HALF_BYTES / youngHalfBytes()));
    if (factor !== set) growYoungGenerationBy(factor);
    set = factor;
    setTimeout(look, set === 1 ? LOOK_HELD_MS : LOOK_MS).unref();
  };
  look();
}
