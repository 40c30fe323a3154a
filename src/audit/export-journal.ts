import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../contracts/errors.ts';
import { createLineReader, type LineReader } from '../lib/line-reader.ts';
import { anchorLine } from './anchor.ts';
import { readLink } from './chain-line.ts';
import { CHECKPOINT_EVENT, type Checkpoint, PUBLIC_KEY_FILE, readCheckpoint } from './checkpoint.ts';
import { ROTATIONS_FILE } from './key-rotation.ts';
import { readAtOf } from './read.ts';
import { listSegments, type SegmentFile } from './segments.ts';
import { EXPORT_FILE } from './verify-folder.ts';

/** Beside an export's journal: its last checkpoint, to be kept apart from it. */
const ANCHOR_FILE = 'anchor.json';
const COPY_BYTES = 1 << 20;
const MARK = Buffer.from(`"event":"${CHECKPOINT_EVENT}"`);
/** Where the name of an event lies at the latest in its line. */
const MARK_WITHIN = 80;

/** Records by `seq` or by when they were made (RFC 3339), both ends inclusive; nothing given: all of them. */
export interface ExportRange {
  fromSeq?: number | undefined;
  toSeq?: number | undefined;
  since?: string | undefined;
  until?: string | undefined;
}

export interface Exported {
  chain: string;
  first_seq: number;
  last_seq: number;
  /** Last record that a checkpoint within the export covers; null: nothing in it is signed. */
  covered: number | null;
}

/** A place between two lines of a segment: `offset` in bytes. */
interface Edge {
  segment: SegmentFile;
  offset: number;
  seq: number;
}

/** What is copied: the records asked for, widened to the checkpoints around them so that signatures speak for them. */
interface Part {
  chain: string;
  from: Edge;
  /** Behind the last line. */
  to: Edge;
  lastCheckpoint: Checkpoint | null;
}

function checkpointOf({ buffer, start, end }: LineReader): Checkpoint | null {
  const at = buffer.subarray(start, Math.min(end, start + MARK_WITHIN)).indexOf(MARK);
  return at === -1 ? null : readCheckpoint(JSON.parse(buffer.toString('utf8', start, end)));
}

function timeOf({ buffer, start, end }: LineReader): number {
  const record = JSON.parse(buffer.toString('utf8', start, end)) as { received_at?: string; at?: string };
  return Date.parse(record.received_at ?? record.at ?? '');
}

/** Whether a record is asked for. */
function chooser(range: ExportRange): (seq: number, line: LineReader) => boolean {
  const { fromSeq = 1, toSeq = Number.POSITIVE_INFINITY, since, until } = range;
  const sinceMs = since === undefined ? Number.NEGATIVE_INFINITY : Date.parse(since);
  const untilMs = until === undefined ? Number.POSITIVE_INFINITY : Date.parse(until);
  const anyTime = since === undefined && until === undefined;
  return (seq, line) => {
    if (seq < fromSeq || seq > toSeq) return false;
    if (anyTime) return true;
    const ms = timeOf(line);
    return ms >= sinceMs && ms <= untilMs;
  };
}

/** Grows from the first record asked for to the first checkpoint that covers the last one. */
class PartFinder {
  part: Part | null = null;
  #lastCheckpoint: Edge | null = null;
  #first: Edge | null = null;
  /** A checkpoint behind the last record asked for has been taken along. */
  #closed = false;

  take(line: LineReader, segment: SegmentFile, wanted: (seq: number, line: LineReader) => boolean): void {
    const link = readLink(line.buffer, line.start, line.end);
    if (link === null)
      throw new AppError('internal', `${segment.name} holds a line that is no record: verify it first.`);
    const { seq, chain } = link;
    const checkpoint = checkpointOf(line);
    const before = { segment, offset: line.offset, seq };
    const behind = { segment, offset: line.offset + line.end - line.start + 1, seq };
    this.#first ??= before;
    if (wanted(seq, line)) {
      const from = this.part?.from ?? this.#lastCheckpoint ?? (checkpoint === null ? this.#first : before);
      this.part = { chain, from, to: behind, lastCheckpoint: checkpoint ?? this.part?.lastCheckpoint ?? null };
      this.#closed = false;
    } else if (this.part !== null && !this.#closed && checkpoint !== null) {
      this.part = { ...this.part, to: behind, lastCheckpoint: checkpoint };
      this.#closed = true;
    }
    if (checkpoint !== null) this.#lastCheckpoint = before;
  }
}

function findPart(segments: readonly SegmentFile[], range: ExportRange): Part | null {
  const finder = new PartFinder();
  const wanted = chooser(range);
  for (const segment of segments) {
    const file = openSync(segment.path, 'r');
    try {
      const reader = createLineReader(readAtOf(file), 0);
      while (reader.next()) finder.take(reader, segment, wanted);
    } finally {
      closeSync(file);
    }
  }
  return finder.part;
}

function copy(segment: SegmentFile, start: number, end: number, target: string): void {
  const [from, to] = [openSync(segment.path, 'r'), openSync(target, 'wx', 0o600)];
  const buffer = Buffer.allocUnsafe(COPY_BYTES);
  try {
    for (let at = start; at < end; ) {
      const bytes = readSync(from, buffer, 0, Math.min(buffer.length, end - at), at);
      if (bytes === 0) break;
      writeFileSync(to, buffer.subarray(0, bytes));
      at += bytes;
    }
  } finally {
    closeSync(from);
    closeSync(to);
  }
}

/**
 * Writes records of a data folder's journal into a folder of its own, which `audit verify` checks anywhere: the lines as
 * they are, the public key, and the last checkpoint as an anchor. No body and no secret is in it.
 * @throws AppError not_found when there is no such record, invalid_request when the target is not empty
 */
export async function exportJournal(dataDir: string, target: string, range: ExportRange): Promise<Exported> {
  const segments = await listSegments(join(dataDir, 'journal'));
  const part = findPart(segments, range);
  if (part === null) throw new AppError('not_found', `The journal in ${dataDir} holds no such record.`);
  if (existsSync(target) && readdirSync(target).length > 0) {
    throw new AppError('invalid_request', `${target} is not empty: an export is never mixed with anything else.`);
  }
  const { from, to, lastCheckpoint } = part;
  mkdirSync(join(target, 'journal'), { recursive: true, mode: 0o700 });
  for (const segment of segments) {
    if (segment.segment < from.segment.segment || segment.segment > to.segment.segment) continue;
    const start = segment.segment === from.segment.segment ? from.offset : 0;
    const end = segment.segment === to.segment.segment ? to.offset : Number.POSITIVE_INFINITY;
    copy(segment, start, end, join(target, 'journal', segment.name));
  }
  const exported: Exported = {
    chain: part.chain,
    first_seq: from.seq,
    last_seq: to.seq,
    covered: lastCheckpoint?.seq ?? null,
  };
  writeFileSync(join(target, EXPORT_FILE), `${JSON.stringify({ alidade_export: 1, ...exported })}\n`, { mode: 0o600 });
  for (const name of [PUBLIC_KEY_FILE, ROTATIONS_FILE]) {
    const path = join(dataDir, name);
    if (existsSync(path)) writeFileSync(join(target, name), readFileSync(path));
  }
  if (lastCheckpoint !== null)
    writeFileSync(join(target, ANCHOR_FILE), `${anchorLine(lastCheckpoint)}\n`, { mode: 0o600 });
  return exported;
}
