import { closeSync, existsSync, openSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type DeletedRange, RETENTION_EVENT } from '../contracts/journal.ts';
import type { ChainLink } from '../contracts/receipt.ts';
import { createLineReader, type LineReader } from '../lib/line-reader.ts';
import type { Anchor } from './anchor.ts';
import { AnchorCheck } from './anchor-check.ts';
import { GENESIS_HASH, hashMatches, linkFault, readLink } from './chain-line.ts';
import { CHECKPOINT_EVENT, readCheckpoint } from './checkpoint.ts';
import { KeyLineage, type SpentKey } from './key-lineage.ts';
import { type KeyRotation, ROTATION_EVENT, ROTATIONS_FILE, readRotation } from './key-rotation.ts';
import { readAtOf } from './read.ts';
import { listSegments, type SegmentFile } from './segments.ts';

const CHUNK_BYTES = 1 << 20;
/** Lines between two turns of the event loop: about 5 ms of work. */
const LINES_PER_TURN = 1_024;
const SIGNED_EVENT = new RegExp(`"(?:${CHECKPOINT_EVENT}|${ROTATION_EVENT})"`);
const EVENT_START = Buffer.from('{"kind":"event"');

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
  /** Good checkpoints, the key of the last one, and the last record that they cover. */
  checkpoints: { count: number; key_id: string | null; covered: number };
  /** Keys that signed before and have handed over, oldest first. */
  spent_keys: readonly SpentKey[];
  /** Anchors that were met, and those about records before the first that is here. */
  anchors: { met: number; older: number };
  /** Of an excerpt that begins in the middle: the seq it begins with. */
  begins_with: number | null;
}

export interface VerifyOptions {
  /** Called now and then with the records checked so far. */
  onProgress?: (records: number) => void;
  /** The key that must have signed, in base64, with those it handed over to or was handed over by; absent: any. */
  publicKey?: string | null;
  /** Rotations kept beside the journal: they explain keys whose records are gone, and none may be missing. */
  rotations?: readonly KeyRotation[];
  /** Places that somebody kept elsewhere: the chain must hold each of them. */
  anchors?: readonly Anchor[];
  /** A part of a journal: it may begin with any checkpoint, whose signature then stands for what came before. */
  excerpt?: boolean;
}

/** What stands before the first record that is still there: nothing, or what retention deleted. */
interface OpenBeginning {
  link: ChainLink;
  file: string;
}

/** Compares one record after another with the one before it. */
class ChainCheck {
  previous: ChainLink | null = null;
  readonly anchors: AnchorCheck;
  readonly checkpoints: Verification['checkpoints'] = { count: 0, key_id: null, covered: 0 };
  readonly keys: KeyLineage;
  /** Seq of the first record that is here. */
  firstSeq = 1;
  beginsWith: number | null = null;
  #beginning: OpenBeginning | null = null;
  #excerpt: boolean;

  constructor({ anchors = [], publicKey = null, rotations = [], excerpt = false }: VerifyOptions) {
    const key = publicKey ?? anchors.find((anchor) => anchor.signed !== null)?.signed?.public_key;
    this.keys = new KeyLineage({ trusted: key === undefined ? [] : [key], listed: rotations });
    this.#excerpt = excerpt;
    this.anchors = new AnchorCheck(anchors);
  }

  /** Why the line cannot be the next record; null when it is. */
  next(buffer: Buffer, start: number, end: number, link: ChainLink | null, segment: SegmentFile): string | null {
    if (link === null) return 'It does not end in the members of a chain: not a record of this journal.';
    if (!hashMatches(buffer, start, end, link))
      return 'Its bytes are not those that its hash was computed over: edited.';
    if (link.chain !== segment.chain)
      return `It belongs to chain ${link.chain}, the file to ${segment.chain}: foreign.`;
    const { previous } = this;
    const fault = previous === null ? this.#begin(link, segment) : linkFault(previous, link);
    if (fault !== null) return fault;
    if (isEvent(buffer, start, end)) {
      const eventFault = this.#event(buffer.toString('utf8', start, end), link, previous);
      if (eventFault !== null) return eventFault;
    }
    const anchorFault = this.anchors.next(link, this.keys);
    if (anchorFault === null) this.previous = link;
    return anchorFault;
  }

  /** The first record, when what came before it is gone and no record says that retention took it. */
  get unexplained(): OpenBeginning | null {
    return this.#beginning;
  }

  #begin(link: ChainLink, segment: SegmentFile): string | null {
    this.firstSeq = link.seq;
    if (link.seq > 1) {
      this.#beginning = { link, file: segment.name };
      return null;
    }
    return link.prev_hash === GENESIS_HASH ? null : 'The first record of a chain must name no record before it.';
  }

  #event(text: string, link: ChainLink, previous: ChainLink | null): string | null {
    const aboutRetention = this.#beginning !== null && text.includes(RETENTION_EVENT);
    if (!aboutRetention && !SIGNED_EVENT.test(text)) return null;
    const record = parseEvent(text);
    if (record === null) return 'Its text is no JSON: forged.';
    if (record.event === RETENTION_EVENT && this.#beginning !== null) this.#settleBeginning(record, this.#beginning);
    if (record.event === CHECKPOINT_EVENT) return this.#checkpoint(record, link, previous);
    return record.event === ROTATION_EVENT ? this.#rotation(record, link) : null;
  }

  #settleBeginning(record: StoredEvent, beginning: OpenBeginning): void {
    const { first_seq, last_seq, last_hash } = (record.details ?? {}) as Partial<DeletedRange>;
    const gone = beginning.link.seq - 1;
    if (first_seq === undefined || last_seq === undefined || gone < first_seq || gone > last_seq) return;
    // Deletion may have been interrupted: then a later part of the range is still there, and chains on to the rest.
    if (gone < last_seq || last_hash === beginning.link.prev_hash) this.#beginning = null;
  }

  #checkpoint(record: StoredEvent, link: ChainLink, previous: ChainLink | null): string | null {
    const checkpoint = readCheckpoint(record);
    if (checkpoint === null) return 'It is a checkpoint without signature, key or place: forged.';
    const fault = this.keys.takeCheckpoint(checkpoint);
    if (fault !== null) return fault;
    if (checkpoint.seq !== link.seq - 1 || checkpoint.hash !== link.prev_hash) {
      return 'Its signature is about another place of the chain: a checkpoint that was moved.';
    }
    if (this.#excerpt && previous === null && this.#beginning !== null) {
      this.#beginning = null;
      this.beginsWith = link.seq;
    }
    this.checkpoints.count += 1;
    this.checkpoints.key_id = checkpoint.key_id;
    this.checkpoints.covered = checkpoint.seq;
    return null;
  }

  #rotation(record: StoredEvent, link: ChainLink): string | null {
    const rotation = readRotation(record);
    if (rotation === null) return 'It is a rotation without signatures, keys or place: forged.';
    if (rotation.seq !== link.seq - 1 || rotation.hash !== link.prev_hash) {
      return 'Its signatures are about another place of the chain: a rotation that was moved.';
    }
    return this.keys.takeRotation(rotation);
  }
}

/** An event as far as verification looks at it. */
interface StoredEvent {
  event?: unknown;
  details?: unknown;
}

/** null for what is no JSON: the chain takes any bytes, and whoever forges one need not write an object. */
function parseEvent(text: string): StoredEvent | null {
  try {
    return JSON.parse(text) as StoredEvent;
  } catch {
    // Said by the caller, with the record's place.
    return null;
  }
}

const isEvent = (buffer: Buffer, start: number, end: number): boolean =>
  end - start > EVENT_START.length &&
  buffer.compare(EVENT_START, 0, EVENT_START.length, start, start + EVENT_START.length) === 0;

/**
 * Checks a journal directory record by record with nothing but its bytes: no secret, no configuration, no running system.
 * Finds edits, drops, swaps, insertions, foreign records, forged checkpoints and an unfinished line, and names the first
 * bad record. A tail that is missing altogether is found by the anchors that name a record in it, and else leaves
 * nothing to find.
 * @throws Error with code `not_found` when there is no such directory
 */
export async function verifyJournal(directory: string, options: VerifyOptions = {}): Promise<Verification> {
  if (!existsSync(directory)) {
    throw Object.assign(new Error(`There is no journal in ${directory}.`), { code: 'not_found' });
  }
  const check = new ChainCheck(options);
  let records = 0;
  const verdict = (first_bad: BadRecord | null): Verification => ({
    ok: first_bad === null,
    records,
    first_bad,
    head: check.previous,
    checkpoints: check.checkpoints,
    spent_keys: check.keys.spent,
    anchors: check.anchors.summary,
    begins_with: check.beginsWith,
  });
  let end = { file: '', line: 1 };
  /** The record that was signed first: whose journal it is shows there. */
  let signed: BadRecord | null = null;
  for (const segment of await listSegments(directory)) {
    const fd = openSync(segment.path, 'r');
    try {
      const reader = createLineReader(readAtOf(fd), 0, Number.POSITIVE_INFINITY, CHUNK_BYTES);
      for (let line = 1; ; line += 1) {
        end = { file: segment.name, line };
        if (!reader.next()) {
          if (reader.remainder() === 0) break;
          return verdict({ ...end, seq: null, chain: null, reason: 'An unfinished line.' });
        }
        const { link, fault } = checkLine(check, reader, segment);
        if (fault !== null) {
          return verdict({ ...end, seq: link?.seq ?? null, chain: link?.chain ?? null, reason: fault });
        }
        records += 1;
        if (signed === null && check.checkpoints.count > 0) {
          signed = { ...end, seq: link?.seq ?? null, chain: link?.chain ?? null, reason: '' };
        }
        if (records % LINES_PER_TURN !== 0) continue;
        options.onProgress?.(records);
        await nextTurn();
      }
    } finally {
      closeSync(fd);
    }
  }
  const fault = faultOfWhole(check, options, end);
  if (fault !== null || signed === null) return verdict(fault);
  const reason = check.keys.fault();
  if (reason === null) return verdict(null);
  records = (signed.seq as number) - check.firstSeq;
  return verdict({ ...signed, reason });
}

/** What no single record shows: how the chain begins, where it ends, and whose it is. */
function faultOfWhole(
  check: ChainCheck,
  { publicKey, excerpt = false }: VerifyOptions,
  end: { file: string; line: number },
): BadRecord | null {
  const { unexplained, anchors, checkpoints, previous } = check;
  if (unexplained !== null) {
    const { file, link } = unexplained;
    const reason = 'The records before it are gone, and no retention event names them.';
    return { file, line: 1, seq: link.seq, chain: link.chain, reason };
  }
  const missing = { ...end, seq: (previous?.seq ?? 0) + 1, chain: previous?.chain ?? null };
  const cut = anchors.missing(previous);
  if (cut !== null) return { ...missing, reason: cut };
  // A part ends where it was asked to; a whole journal holds every rotation that is listed.
  const rotation = excerpt || previous === null ? null : check.keys.missing(previous.chain, check.firstSeq);
  if (rotation !== null) {
    const { seq, key_id } = rotation;
    const reason = `${ROTATIONS_FILE} says that key ${key_id} ended after record ${seq}, and the journal does not: cut off, or written anew.`;
    return { ...missing, reason };
  }
  if (publicKey == null || checkpoints.count > 0) return null;
  return {
    ...missing,
    reason: 'No checkpoint is signed with the key that was given: whose journal it is cannot be told.',
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
