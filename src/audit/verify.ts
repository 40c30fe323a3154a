import { closeSync, existsSync, openSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { AppError } from '../contracts/errors.ts';
import { type DeletedRange, RETENTION_EVENT } from '../contracts/journal.ts';
import type { ChainLink } from '../contracts/receipt.ts';
import { createLineReader, type LineReader } from '../lib/line-reader.ts';
import { GENESIS_HASH, hashMatches, readLink } from './chain-line.ts';
import { readAtOf } from './read.ts';
import { listSegments, type SegmentFile } from './segments.ts';

const CHUNK_BYTES = 1 << 20;
/** Lines between two turns of the event loop: about 5 ms of work. */
const LINES_PER_TURN = 1_024;
const EVENT_START = '{"kind":"event"';

export interface BadRecord {
  /** File name within the directory. */
  file: string;
  /** From 1. */
  line: number;
  /** As the line claims; null where it claims nothing. */
  seq: number | null;
  chain: string | null;
  reason: string;
}

export interface Verification {
  ok: boolean;
  /** Good records before the first bad one, or all. */
  records: number;
  first_bad: BadRecord | null;
  /** The last good record. A tail that was cut off can only be seen by comparing this with a copy kept elsewhere. */
  head: ChainLink | null;
}

export interface VerifyOptions {
  /** Called now and then with the records checked so far. */
  onProgress?: (records: number) => void;
}

/** What stands before the first record that is still there: nothing, or what retention deleted. */
interface OpenBeginning {
  link: ChainLink;
  file: string;
}

/** Compares one record after another with the one before it. */
class ChainCheck {
  previous: ChainLink | null = null;
  #beginning: OpenBeginning | null = null;

  /** Why the line cannot be the next record; null when it is. */
  next(buffer: Buffer, start: number, end: number, link: ChainLink | null, segment: SegmentFile): string | null {
    if (link === null) return 'It does not end in the members of a chain: not a record of this journal.';
    if (!hashMatches(buffer, start, end, link))
      return 'Its bytes are not those that its hash was computed over: edited.';
    if (link.chain !== segment.chain)
      return `It belongs to chain ${link.chain}, the file to ${segment.chain}: foreign.`;
    const fault = this.previous === null ? this.#begin(link, segment) : linkFault(this.previous, link);
    if (fault !== null) return fault;
    this.previous = link;
    this.#settleBeginning(buffer, start, end);
    return null;
  }

  /** The first record, when what came before it is gone and no record says that retention took it. */
  get unexplained(): OpenBeginning | null {
    return this.#beginning;
  }

  #begin(link: ChainLink, segment: SegmentFile): string | null {
    if (link.seq > 1) {
      this.#beginning = { link, file: segment.name };
      return null;
    }
    return link.prev_hash === GENESIS_HASH ? null : 'The first record of a chain must name no record before it.';
  }

  #settleBeginning(buffer: Buffer, start: number, end: number): void {
    const beginning = this.#beginning;
    if (beginning === null || buffer.toString('latin1', start, start + EVENT_START.length) !== EVENT_START) return;
    const text = buffer.toString('utf8', start, end);
    if (!text.includes(RETENTION_EVENT)) return;
    const record = JSON.parse(text) as { event: string; details: DeletedRange };
    if (record.event !== RETENTION_EVENT) return;
    const { first_seq, last_seq, last_hash } = record.details;
    const gone = beginning.link.seq - 1;
    // Deletion may have been interrupted: then a later part of the range is still there, and chains on to the rest.
    const covered = first_seq <= gone && gone <= last_seq;
    if (covered && (gone < last_seq || last_hash === beginning.link.prev_hash)) this.#beginning = null;
  }
}

/** Why `link` cannot come right after `previous`; null when it can. */
export function linkFault(previous: ChainLink, link: ChainLink): string | null {
  if (link.chain !== previous.chain) return `The records before it belong to chain ${previous.chain}: foreign.`;
  if (link.seq !== previous.seq + 1) {
    return `The record before it has seq ${previous.seq}: records were dropped, inserted or moved.`;
  }
  if (link.prev_hash !== previous.hash) return 'It does not name the record before it: that one was replaced.';
  return null;
}

/**
 * Checks a journal directory record by record with nothing but its bytes: no key, no configuration, no running system.
 * Finds edits, drops, swaps, insertions, foreign records and an unfinished line, and names the first bad record.
 * A tail that is missing altogether leaves nothing to find: `head` is what an anchor kept elsewhere is compared with.
 * @throws AppError not_found when there is no such directory
 */
export async function verifyJournal(directory: string, options: VerifyOptions = {}): Promise<Verification> {
  if (!existsSync(directory)) throw new AppError('not_found', `There is no journal in ${directory}.`);
  const check = new ChainCheck();
  let records = 0;
  const bad = (first_bad: BadRecord): Verification => ({ ok: false, records, first_bad, head: check.previous });
  for (const segment of await listSegments(directory)) {
    const fd = openSync(segment.path, 'r');
    try {
      const reader = createLineReader(readAtOf(fd), 0, Number.POSITIVE_INFINITY, CHUNK_BYTES);
      for (let line = 1; ; line += 1) {
        if (!reader.next()) {
          if (reader.remainder() === 0) break;
          return bad({ file: segment.name, line, seq: null, chain: null, reason: 'An unfinished line.' });
        }
        const { link, fault } = checkLine(check, reader, segment);
        if (fault !== null) {
          return bad({ file: segment.name, line, seq: link?.seq ?? null, chain: link?.chain ?? null, reason: fault });
        }
        records += 1;
        if (records % LINES_PER_TURN !== 0) continue;
        options.onProgress?.(records);
        await nextTurn();
      }
    } finally {
      closeSync(fd);
    }
  }
  const { unexplained } = check;
  if (unexplained === null) return { ok: true, records, first_bad: null, head: check.previous };
  const { file, link } = unexplained;
  const reason = 'The records before it are gone, and no retention event names them.';
  return {
    ok: false,
    records,
    first_bad: { file, line: 1, seq: link.seq, chain: link.chain, reason },
    head: check.previous,
  };
}

function checkLine(
  check: ChainCheck,
  { buffer, start, end }: LineReader,
  segment: SegmentFile,
): { link: ChainLink | null; fault: string | null } {
  const link = readLink(buffer, start, end);
  return { link, fault: check.next(buffer, start, end, link, segment) };
}
