import { createReadStream } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { BodyRecord, ScannedBody } from '../contracts/body-log.ts';
import { type KeySlot, slotAt, slotsInOrder } from './body-key-file.ts';
import { openBody, unwrapKey } from './body-seal.ts';

const DAY_FILE = /^(\d{4}-\d{2}-\d{2})\.jsonl$/;
const DAY_MS = 86_400_000;
const LINE_FEED = 0x0a;

interface SealedLine {
  request_id: string;
  at: string;
  use_case: string;
  sealed: string;
}

interface Place {
  offset: number;
  length: number;
}

export interface BodyFrame {
  useCase: string;
  /** Milliseconds since 1970; null: open. */
  fromMs: number | null;
  toMs: number | null;
}

async function daysIn(directory: string): Promise<string[]> {
  const names = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
    // No body was ever kept here.
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return names.flatMap((name) => DAY_FILE.exec(name)?.[1] ?? []).sort();
}

async function* linesOf(path: string): AsyncGenerator<{ line: SealedLine; place: Place }> {
  let offset = 0;
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of createReadStream(path)) {
    let bytes = Buffer.concat([rest, chunk as Buffer]);
    for (let end = bytes.indexOf(LINE_FEED); end !== -1; end = bytes.indexOf(LINE_FEED)) {
      yield { line: JSON.parse(bytes.toString('utf8', 0, end)) as SealedLine, place: { offset, length: end } };
      offset += end + 1;
      bytes = bytes.subarray(end + 1);
    }
    rest = bytes;
  }
}

/** The line at a place; null where retention has deleted its file. */
async function readLine(path: string, { offset, length }: Place): Promise<SealedLine | null> {
  const file = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (file === null) return null;
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, offset);
    return bytesRead === length ? (JSON.parse(buffer.toString('utf8')) as SealedLine) : null;
  } finally {
    await file.close();
  }
}

/** Bodies and their keys are written one after the other, so both files are read side by side, once. */
class KeyWalk {
  readonly #slots: AsyncGenerator<KeySlot>;

  constructor(path: string) {
    this.#slots = slotsInOrder(path);
  }

  /** The slot of a request at or behind the last one; null where there is none. */
  async next(requestId: string): Promise<KeySlot | null> {
    for (;;) {
      const { value, done } = await this.#slots.next();
      if (done === true) return null;
      // A key whose body was never written: a crash came between.
      if (value.requestId === requestId) return value;
    }
  }

  async close(): Promise<void> {
    await this.#slots.return(undefined);
  }
}

/** Readable bodies of a frame, oldest first; one is held at a time. What was erased is passed over, then and later. */
export async function* scanBodies(
  directory: string,
  master: Buffer,
  { useCase, fromMs, toMs }: BodyFrame,
): AsyncGenerator<ScannedBody> {
  for (const day of await daysIn(directory)) {
    // A day's file may hold requests that arrived shortly before midnight.
    if (fromMs !== null && Date.parse(day) + 2 * DAY_MS < fromMs) continue;
    const bodies = join(directory, `${day}.jsonl`);
    const keys = join(directory, `${day}.keys`);
    const walk = new KeyWalk(keys);
    try {
      for await (const { line, place } of linesOf(bodies)) {
        const slot = await walk.next(line.request_id);
        if (slot === null) break;
        const at = Date.parse(line.at);
        if (line.use_case !== useCase || (fromMs !== null && at < fromMs) || (toMs !== null && at >= toMs)) continue;
        if (slot.wrapped === null) continue;
        const { request_id: id } = line;
        yield {
          record: openBody(unwrapKey(master, id, slot.wrapped), id, line.sealed),
          again: async (): Promise<BodyRecord | null> => {
            const [now, later] = [await slotAt(keys, slot), await readLine(bodies, place)];
            if (now?.wrapped == null || later === null) return null;
            return openBody(unwrapKey(master, id, now.wrapped), id, later.sealed);
          },
        };
      }
    } finally {
      await walk.close();
    }
  }
}
