// audit/: the journal (append-only, hash-chained files), its recovery and retention, and verification of the chain.
// May import: contracts, lib.
// Start here: `append` is the hot path. chain-line.ts defines the stored line, segment-writer.ts how lines reach the
// disk, recover.ts what happens after a crash, verify.ts how anybody can check the result with nothing but the bytes.
// The database is a projection of these files (store/) and can be rebuilt from them; these files are the record.

import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../contracts/errors.ts';
import {
  comparePositions,
  type DeletedRange,
  type EventRecord,
  type Journal,
  type JournalPosition,
  type JournalRecord,
  type JournalTail,
  RETENTION_EVENT,
  type RecordLocation,
  segmentFileName,
  type WorldRecord,
} from '../contracts/journal.ts';
import { ChainHead, GENESIS_HASH, MAX_LINK_BYTES } from './chain-line.ts';
import { CHECKPOINT_EVENT, type CheckpointDetails, type CheckpointSigner, signCheckpoint } from './checkpoint.ts';
import { type JournalFiles, systemFiles } from './journal-files.ts';
import { type KeyRotation, ROTATION_EVENT, type RotationDetails, signRotation } from './key-rotation.ts';
import { obstacleTo } from './place-check.ts';
import { readStoredLine } from './read.ts';
import { receiptJson } from './receipt-json.ts';
import { type Recovered, recoverTail } from './recover.ts';
import { applyRetention } from './retention.ts';
import { SegmentWriter } from './segment-writer.ts';

const DEFAULT_SEGMENT_BYTES = 64 << 20;
const DEFAULT_BUFFER_BYTES = 16 << 20;
const DEFAULT_MIN_FREE_BYTES = 256 << 20;
const DEFAULT_FLUSH_MS = 200;
const PLACE_CHECK_MS = 5_000;
const HOUR_MS = 3_600_000;
const ROLL_AGAIN_MS = 1_000;
/** What an anchor that is taken now can miss at most. A signature costs about as much as twenty records. */
const CHECKPOINT_RECORDS = 1_000;
const CHECKPOINT_MS = 60_000;
const DAY_MS = 24 * HOUR_MS;
/** One UTF-16 unit is at most three bytes of UTF-8. */
const MAX_BYTES_PER_UNIT = 3;

export interface JournalOptions {
  /** Made when it does not exist, readable by this account alone. */
  directory: string;
  /** Id of the chain when the directory holds none yet: 1 to 32 of a-z and 0-9. Default: random. */
  chain?: string;
  /** Milliseconds since 1970. */
  now: () => number;
  segmentBytes?: number;
  /** How often fdatasync bounds what a power loss can take. */
  flushMs?: number;
  /** Labelled traffic is refused while the file system has less than this. */
  minFreeBytes?: number;
  /** Whole segments older than this are deleted. */
  retentionDays?: number;
  /** Lines that may wait in memory while the disk refuses; what comes on top is counted in `dropped`. */
  bufferBytes?: number;
  /** Signs the end of the chain now and then, and at close; absent: the chain alone is the proof. */
  signer?: CheckpointSigner;
  /** Told once when something begins to be wrong. The sentence is for logs and `/readyz`. */
  onProblem: (problem: string) => void;
  files?: JournalFiles;
}

/** Why recording is impaired, and since when: becomes an event of the chain once it is over. */
interface Impairment {
  reason: string;
  since: string;
  droppedBefore: number;
}

export class FileJournal implements Journal, JournalTail {
  readonly directory: string;
  readonly chain: string;
  #head: ChainHead;
  #writer: SegmentWriter;
  #now: () => number;
  #onProblem: (problem: string) => void;
  #segmentBytes: number;
  #bufferBytes: number;
  #dropped = 0;
  #impairment: Impairment | null = null;
  #obstacle: string | null = null;
  #listeners: ((record: JournalRecord, location: RecordLocation) => void)[] = [];
  /** The world in force and, by version, those that this segment already holds. */
  #world: WorldRecord | null = null;
  #worlds = new Set<string>();
  #segmentBornMs: number;
  /** After a new segment could not be opened: when to try again. */
  #rollAgainMs = 0;
  #timers: NodeJS.Timeout[] = [];
  #closed = false;
  #signer: CheckpointSigner | null;
  /** Of the newest checkpoint, once this process has written one. */
  #signedSeq = 0;

  constructor(options: JournalOptions, recovered: Recovered) {
    const { last, position } = recovered;
    this.directory = options.directory;
    this.chain = last?.chain ?? options.chain ?? randomBytes(6).toString('hex');
    this.#head = new ChainHead(this.chain, last?.seq ?? 0, last?.hash ?? GENESIS_HASH);
    this.#now = options.now;
    this.#onProblem = options.onProblem;
    this.#segmentBytes = options.segmentBytes ?? DEFAULT_SEGMENT_BYTES;
    this.#bufferBytes = options.bufferBytes ?? DEFAULT_BUFFER_BYTES;
    this.#segmentBornMs = options.now();
    this.#signer = options.signer ?? null;
    this.#writer = new SegmentWriter({
      files: options.files ?? systemFiles,
      directory: options.directory,
      chain: this.chain,
      start: position,
      bufferBytes: this.#bufferBytes,
      flushMs: options.flushMs ?? DEFAULT_FLUSH_MS,
      onFailure: (error) => this.#impaired(`The journal in ${this.directory} cannot be written: ${error.message}`),
      onDrained: () => this.#recovered(),
    });
  }

  get accepting(): boolean {
    return this.problem === null;
  }

  /** Why labelled traffic must be refused, or null. */
  get problem(): string | null {
    if (this.#closed) return 'The journal is closed.';
    if (this.#writer.failure !== null) return this.#impairment?.reason ?? this.#writer.failure.message;
    // Half, so that whatever was let in while this said yes still finds room.
    if (this.#writer.bufferedBytes > this.#bufferBytes / 2) return 'The disk is too slow for the journal.';
    return this.#obstacle;
  }

  get dropped(): number {
    return this.#dropped;
  }

  /** seq and hash of the newest record: what an anchor kept elsewhere has to name. */
  get head(): { chain: string; seq: number; hash: string } {
    return { chain: this.chain, seq: this.#head.seq, hash: this.#head.hash };
  }

  append(record: JournalRecord): void {
    if (this.#closed) {
      this.#dropped += 1;
      return;
    }
    if (record.kind === 'world') {
      if (this.#worlds.has(record.world)) return;
      this.#world = record;
    }
    if (this.#writer.offset >= this.#segmentBytes) this.#roll();
    if (record.kind === 'world') this.#worlds.add(record.world);
    this.#write(record);
  }

  flush(): Promise<void> {
    return this.#writer.flush();
  }

  appended(): JournalPosition {
    return { segment: this.#writer.segment, offset: this.#writer.offset };
  }

  written(): JournalPosition {
    return this.#writer.written;
  }

  subscribe(listener: (record: JournalRecord, location: RecordLocation) => void): () => void {
    this.#listeners.push(listener);
    return () => {
      this.#listeners = this.#listeners.filter((other) => other !== listener);
    };
  }

  async read(location: RecordLocation): Promise<string | null> {
    if (comparePositions(location, this.#writer.written) >= 0) await this.flush();
    const path = join(this.directory, segmentFileName(location.segment, this.chain));
    return readStoredLine(path, location.offset, location.length);
  }

  /** Deletes whole segments whose newest record is older than `days`, on record. */
  async applyRetention(days: number): Promise<DeletedRange | null> {
    return applyRetention(this.directory, this.#writer.segment, this.#now() - days * DAY_MS, async (range) => {
      this.appendEvent(RETENTION_EVENT, { ...range });
      await this.flush();
      return this.accepting;
    });
  }

  appendEvent(event: string, details: Record<string, unknown>): void {
    const at = new Date(this.#now()).toISOString();
    this.append({ kind: 'event', at, event, actor: 'system', role: null, details } satisfies EventRecord);
  }

  /** Signs the end of the chain as it is now, on record. Does nothing where nothing came since the last time. */
  checkpoint(): void {
    if (this.#signer !== null && !this.#closed && this.#head.seq !== this.#signedSeq) this.#sign(this.#signer);
  }

  /** The key that signs; null where nothing is signed. */
  get keyId(): string | null {
    return this.#signer?.keyId ?? null;
  }

  /**
   * Hands over to another signing key, on record; from the next record on it is the only one that counts. Resolves once
   * the hand-over is on the disk.
   * @throws AppError journal_unavailable when it cannot be recorded; where it may yet reach the disk, a start finds out
   */
  async rotate(next: CheckpointSigner, { revoked, actor }: { revoked: boolean; actor: string }): Promise<KeyRotation> {
    const old = this.#signer;
    const refused = (reason: string): AppError =>
      new AppError('journal_unavailable', `The signing key cannot be changed. ${reason}`);
    if (old === null) throw refused('This journal is not signed.');
    if (this.problem !== null) throw refused(this.problem);
    const { seq, hash, chain } = this.#head;
    const at = new Date(this.#now()).toISOString();
    const rotation = signRotation({ chain, seq, hash, at, revoked }, old, next);
    const { chain: _chain, at: _at, seq: head_seq, hash: head_hash, ...keys } = rotation;
    const details: RotationDetails = { head_seq, head_hash, ...keys };
    // Before it is written: a checkpoint that falls due behind it must be the new key's already.
    this.#signer = next;
    if (!this.#write({ kind: 'event', at, event: ROTATION_EVENT, actor, role: null, details: { ...details } })) {
      this.#signer = old;
      throw refused('There is no room for the record.');
    }
    this.checkpoint();
    const failure = await this.#writer.sync();
    if (failure !== null) throw refused(failure.message);
    return rotation;
  }

  /** Periodic work; none of it keeps the process alive. */
  start(checkPlace: () => Promise<void>, retentionDays: number | null): void {
    const every = (ms: number, work: () => void): void => void this.#timers.push(setInterval(work, ms).unref());
    every(PLACE_CHECK_MS, () => void checkPlace());
    every(CHECKPOINT_MS, () => this.checkpoint());
    every(HOUR_MS, () => {
      // Segments also end by age, or a quiet server would keep its oldest record for ever.
      if (this.#now() - this.#segmentBornMs >= DAY_MS && this.#writer.offset > 0) this.#roll();
      if (retentionDays !== null) this.#retain(retentionDays);
    });
    if (retentionDays !== null) this.#retain(retentionDays);
  }

  /** @param obstacle what stands in the way of records that last; null: nothing */
  reportPlace(obstacle: string | null): void {
    const before = this.#obstacle;
    this.#obstacle = obstacle;
    if (before === null && obstacle !== null) this.#onProblem(obstacle);
  }

  hasItsFile(): Promise<boolean> {
    return this.#writer.hasItsFile();
  }

  /** Writes and syncs what is left. Afterwards every `append` counts as dropped. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.appendEvent('journal_closed', { pid: process.pid });
    this.checkpoint();
    this.#closed = true;
    for (const timer of this.#timers) clearInterval(timer);
    await this.#writer.close();
  }

  /** False when the record was dropped. */
  #write(record: JournalRecord): boolean {
    let json: string;
    try {
      json = record.kind === 'receipt' ? receiptJson(record) : JSON.stringify(record);
    } catch (error) {
      this.#dropped += 1;
      this.#onProblem(`A ${record.kind} record cannot be serialised: ${(error as Error).message}`);
      return false;
    }
    const buffer = this.#writer.reserve(json.length * MAX_BYTES_PER_UNIT + MAX_LINK_BYTES);
    if (buffer === null) {
      this.#impaired('The journal cannot keep more records in memory while the disk does not take them.');
      this.#dropped += 1;
      return false;
    }
    const { at, segment, offset } = this.#writer;
    const end = this.#head.seal(buffer, at, json);
    this.#writer.commit(end);
    for (const listener of this.#listeners) listener(record, { segment, offset, length: end - at - 1 });
    if (this.#head.seq - this.#signedSeq >= CHECKPOINT_RECORDS) this.checkpoint();
    return true;
  }

  #sign(signer: CheckpointSigner): void {
    const { seq, hash, chain } = this.#head;
    const at = new Date(this.#now()).toISOString();
    const { key_id, public_key, signature } = signCheckpoint({ chain, seq, hash, at }, signer);
    const details: CheckpointDetails = { head_seq: seq, head_hash: hash, key_id, public_key, signature };
    // Before it is written, since writing counts what came after; and afterwards, since it may have been dropped.
    this.#signedSeq = seq + 1;
    this.#write({ kind: 'event', at, event: CHECKPOINT_EVENT, actor: 'system', role: null, details: { ...details } });
    this.#signedSeq = this.#head.seq;
  }

  #roll(): void {
    const now = this.#now();
    if (now < this.#rollAgainMs) return;
    try {
      this.#writer.roll();
    } catch (error) {
      if (this.#rollAgainMs === 0) this.#onProblem(`No new journal segment: ${(error as Error).message}`);
      this.#rollAgainMs = now + ROLL_AGAIN_MS;
      return;
    }
    this.#rollAgainMs = 0;
    this.#segmentBornMs = now;
    this.#worlds.clear();
    // First of all: where retention deletes what came before, a signature still says how the chain got here.
    if (this.#signer !== null) this.#sign(this.#signer);
    // Each segment can be replayed by itself, also when retention has deleted those before it.
    if (this.#world === null) return;
    this.#worlds.add(this.#world.world);
    this.#write(this.#world);
  }

  #impaired(reason: string): void {
    if (this.#impairment !== null) return;
    this.#impairment = { reason, since: new Date(this.#now()).toISOString(), droppedBefore: this.#dropped };
    this.#onProblem(reason);
  }

  /** What was lost meanwhile is itself on record: a gap that nobody can see would be worse than the gap. */
  #recovered(): void {
    const impairment = this.#impairment;
    if (impairment === null || this.#writer.failure !== null) return;
    this.#impairment = null;
    this.appendEvent('journal_impaired', {
      reason: impairment.reason,
      since: impairment.since,
      dropped: this.#dropped - impairment.droppedBefore,
    });
  }

  #retain(days: number): void {
    this.applyRetention(days).catch((error: Error) =>
      this.#onProblem(`Retention of the journal failed: ${error.message}`),
    );
  }
}

/**
 * Opens the journal of a directory: sets aside what a crash left unfinished, goes on with its chain (or begins one)
 * and records that it did. One process at a time may have a directory open: the lock in store/ sees to that.
 * @throws AppError config_invalid when the directory cannot be used at all
 */
export async function openJournal(options: JournalOptions): Promise<FileJournal> {
  const { directory, minFreeBytes = DEFAULT_MIN_FREE_BYTES, files = systemFiles } = options;
  let journal: FileJournal;
  let recovered: Recovered;
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    recovered = await recoverTail(directory);
    journal = new FileJournal(options, recovered);
  } catch (cause) {
    throw new AppError('config_invalid', `The journal in ${directory} cannot be opened: ${(cause as Error).message}`, {
      cause,
    });
  }
  const checkPlace = async (): Promise<void> => journal.reportPlace(await obstacleTo(journal, files, minFreeBytes));
  await checkPlace();
  journal.appendEvent('journal_opened', {
    pid: process.pid,
    continues: recovered.last === null ? null : { seq: recovered.last.seq, hash: recovered.last.hash },
    set_aside: recovered.setAside,
  });
  journal.checkpoint();
  await journal.flush();
  journal.start(checkPlace, options.retentionDays ?? null);
  return journal;
}
