import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { CHECKPOINT_EVENT, type Checkpoint, readCheckpoint } from './checkpoint.ts';
import { type KeyRotation, ROTATION_EVENT, readRotation } from './key-rotation.ts';
import { listSegments } from './segments.ts';

const LINE_FEED = 0x0a;
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

/** The public key in force behind the newest record that says so. */
export interface FoundKey {
  publicKey: string;
  /** Of the record itself. */
  seq: number;
  /** Name of the segment that holds it. */
  file: string;
}

/** An event to look for, and what its line is read as. */
interface Wanted<T> {
  mark: Buffer;
  read: (record: unknown) => T | null;
}

const wanted = <T>(event: string, read: (record: unknown) => T | null): Wanted<T> => ({
  mark: Buffer.from(`"event":"${event}"`),
  // The mark may stand in what somebody wrote, too.
  read: (record) => ((record as { event?: unknown }).event === event ? read(record) : null),
});

const CHECKPOINT = wanted(CHECKPOINT_EVENT, readCheckpoint);
const KEYS: readonly Wanted<Omit<FoundKey, 'file'>>[] = [
  wanted(CHECKPOINT_EVENT, (record) => {
    const checkpoint = readCheckpoint(record);
    return checkpoint === null ? null : { publicKey: checkpoint.public_key, seq: checkpoint.seq + 1 };
  }),
  wanted(ROTATION_EVENT, (record) => {
    const rotation = readRotation(record);
    return rotation === null ? null : { publicKey: rotation.next_public_key, seq: rotation.seq + 1 };
  }),
];

function readLine<T>(line: string | null, read: (record: unknown) => T | null): T | null {
  if (line === null) return null;
  try {
    return read(JSON.parse(line));
  } catch {
    // Verification names what is wrong with it.
    return null;
  }
}

function lastIn<T>(window: Buffer, { mark, read }: Wanted<T>): { found: T; at: number } | null {
  for (let at = window.lastIndexOf(mark); at !== -1; at = at === 0 ? -1 : window.lastIndexOf(mark, at - 1)) {
    const found = readLine(lineAround(window, at), read);
    if (found !== null) return { found, at };
  }
  return null;
}

function lastOf<T>(path: string, events: readonly Wanted<T>[]): T | null {
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    for (let bytes = FIRST_WINDOW_BYTES; ; bytes *= 8) {
      const from = Math.max(0, size - bytes);
      // One byte ahead of the file stands for the line feed that its first line lacks.
      const window = Buffer.alloc(size - from + 1, LINE_FEED);
      readSync(file, window, 1, size - from, from);
      if (from > 0) window[0] = 0;
      const last = events
        .flatMap((event) => lastIn(window, event) ?? [])
        .reduce<{ found: T; at: number } | null>(
          (best, next) => (best === null || next.at > best.at ? next : best),
          null,
        );
      if (last !== null || from === 0) return last?.found ?? null;
    }
  } finally {
    closeSync(file);
  }
}

async function findLast<T>(
  directory: string,
  events: readonly Wanted<T>[],
): Promise<{ found: T; file: string } | null> {
  for (const segment of (await listSegments(directory)).toReversed()) {
    const found = lastOf(segment.path, events);
    if (found !== null) return { found, file: segment.name };
  }
  return null;
}

/** The newest checkpoint of a journal folder, not verified; null when there is none. */
export async function findLastCheckpoint(directory: string): Promise<FoundCheckpoint | null> {
  const last = await findLast(directory, [CHECKPOINT]);
  return last === null ? null : { checkpoint: last.found, file: last.file };
}

/** The key that a journal folder says to be in force at its end, not verified; null where nothing was signed. */
export async function findKeyInForce(directory: string): Promise<FoundKey | null> {
  const last = await findLast(directory, KEYS);
  return last === null ? null : { ...last.found, file: last.file };
}

/** The newest rotation of a journal folder, not verified; null when there is none. */
export const findLastRotation = async (directory: string): Promise<KeyRotation | null> =>
  (await findLast(directory, [wanted(ROTATION_EVENT, readRotation)]))?.found ?? null;
