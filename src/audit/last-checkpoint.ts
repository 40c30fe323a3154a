import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { CHECKPOINT_EVENT, type Checkpoint, readCheckpoint } from './checkpoint.ts';
import { listSegments } from './segments.ts';

const LINE_FEED = 0x0a;
const MARK = Buffer.from(`"event":"${CHECKPOINT_EVENT}"`);
const FIRST_WINDOW_BYTES = 1 << 16;

export interface FoundCheckpoint {
  checkpoint: Checkpoint;
  /** Name of the segment that holds it. */
  file: string;
}

function lineAround(window: Buffer, at: number): string | null {
  const end = window.indexOf(LINE_FEED, at);
  const before = window.lastIndexOf(LINE_FEED, at);
  // Without a line feed on both sides the line may be cut.
  return end === -1 || before === -1 ? null : window.toString('utf8', before + 1, end);
}

function checkpointIn(line: string | null): Checkpoint | null {
  if (line === null) return null;
  try {
    const record = JSON.parse(line) as { event?: unknown };
    return record.event === CHECKPOINT_EVENT ? readCheckpoint(record) : null;
  } catch {
    // Verification names what is wrong with it.
    return null;
  }
}

function lastIn(window: Buffer): Checkpoint | null {
  for (let at = window.lastIndexOf(MARK); at !== -1; at = at === 0 ? -1 : window.lastIndexOf(MARK, at - 1)) {
    const found = checkpointIn(lineAround(window, at));
    if (found !== null) return found;
  }
  return null;
}

function lastOf(path: string): Checkpoint | null {
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    for (let bytes = FIRST_WINDOW_BYTES; ; bytes *= 8) {
      const from = Math.max(0, size - bytes);
      // One byte ahead of the file stands for the line feed that its first line lacks.
      const window = Buffer.alloc(size - from + 1, LINE_FEED);
      readSync(file, window, 1, size - from, from);
      if (from > 0) window[0] = 0;
      const found = lastIn(window);
      if (found !== null || from === 0) return found;
    }
  } finally {
    closeSync(file);
  }
}

/** The newest checkpoint of a journal folder, not verified; null when there is none. */
export async function findLastCheckpoint(directory: string): Promise<FoundCheckpoint | null> {
  for (const segment of (await listSegments(directory)).toReversed()) {
    const checkpoint = lastOf(segment.path);
    if (checkpoint !== null) return { checkpoint, file: segment.name };
  }
  return null;
}
