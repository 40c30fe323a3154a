import { createHash } from 'node:crypto';
import { type FileHandle, open, rename, unlink, writeFile } from 'node:fs/promises';
import type { JournalPosition } from '../contracts/journal.ts';
import type { ChainLink } from '../contracts/receipt.ts';
import { hashMatches, readLink } from './chain-line.ts';
import { listSegments, type SegmentFile } from './segments.ts';

const LINE_FEED = 0x0a;
const FIRST_WINDOW_BYTES = 1 << 16;

/** Bytes that were not a whole record and lie in a file of their own now. */
export interface SetAside {
  file: string;
  bytes: number;
  sha256: string;
}

export interface Recovered {
  /** The last good record, null when there is none. */
  last: ChainLink | null;
  /** Where the next line goes; offset 0 means that the segment's file does not exist yet. */
  position: JournalPosition;
  setAside: SetAside[];
}

export interface GoodLine {
  link: ChainLink;
  start: number;
  /** Offset behind its line feed. */
  end: number;
}

function lastGoodLineIn(window: Buffer, base: number, chain: string): GoodLine | null {
  let lineFeed = window.lastIndexOf(LINE_FEED);
  while (lineFeed !== -1) {
    const before = lineFeed === 0 ? -1 : window.lastIndexOf(LINE_FEED, lineFeed - 1);
    // The line that the window begins with may be cut; only at the file's beginning is it whole.
    if (before === -1 && base > 0) return null;
    const link = readLink(window, before + 1, lineFeed);
    if (link !== null && link.chain === chain && hashMatches(window, before + 1, lineFeed, link)) {
      return { link, start: base + before + 1, end: base + lineFeed + 1 };
    }
    lineFeed = before;
  }
  return null;
}

/** The last line whose own hash is right, searched from the end in growing windows. */
export async function findLastGoodLine(file: FileHandle, size: number, chain: string): Promise<GoodLine | null> {
  for (let window = FIRST_WINDOW_BYTES; ; window *= 8) {
    const bytes = Math.min(window, size);
    const buffer = Buffer.allocUnsafe(bytes);
    const { bytesRead } = await file.read(buffer, 0, bytes, size - bytes);
    const found = lastGoodLineIn(buffer.subarray(0, bytesRead), size - bytes, chain);
    if (found !== null || bytes === size) return found;
  }
}

async function setAsideTail(segment: SegmentFile, file: FileHandle, from: number, size: number): Promise<SetAside> {
  const tail = Buffer.allocUnsafe(size - from);
  await file.read(tail, 0, tail.length, from);
  const name = `${segment.name}.${from}.torn`;
  // First the copy, then the cut: a crash between the two leaves everything in place.
  await writeFile(`${segment.path}.${from}.torn`, tail, { mode: 0o600, flush: true });
  await file.truncate(from);
  await file.sync();
  return { file: name, bytes: tail.length, sha256: createHash('sha256').update(tail).digest('hex') };
}

async function setAsideSegment(segment: SegmentFile, file: FileHandle, size: number): Promise<SetAside | null> {
  if (size === 0) {
    await unlink(segment.path);
    return null;
  }
  const hash = createHash('sha256');
  for await (const chunk of file.createReadStream({ autoClose: false, start: 0 })) hash.update(chunk as Buffer);
  await rename(segment.path, `${segment.path}.0.torn`);
  return { file: `${segment.name}.0.torn`, bytes: size, sha256: hash.digest('hex') };
}

/**
 * Finds where the chain of a directory ends. What kill -9 or a power loss left behind the last good record is moved
 * into a `.torn` file beside it, never deleted. A bad record *before* the last good one stays: verification names it.
 */
export async function recoverTail(directory: string): Promise<Recovered> {
  const segments = await listSegments(directory);
  const setAside: SetAside[] = [];
  for (const segment of segments.toReversed()) {
    const file = await open(segment.path, 'r+');
    try {
      const { size } = await file.stat();
      const good = await findLastGoodLine(file, size, segment.chain);
      if (good !== null) {
        if (size > good.end) setAside.push(await setAsideTail(segment, file, good.end, size));
        return { last: good.link, position: { segment: segment.segment, offset: good.end }, setAside };
      }
      const moved = await setAsideSegment(segment, file, size);
      if (moved !== null) setAside.push(moved);
    } finally {
      await file.close();
    }
  }
  const highest = segments.at(-1)?.segment ?? 0;
  return { last: null, position: { segment: highest + 1, offset: 0 }, setAside };
}
