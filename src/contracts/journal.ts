import type { Decision, WorldVersions } from './decision.ts';
import type { ChainLink, Receipt } from './receipt.ts';
import type { Role } from './vocabulary.ts';

/** Written before dispatch of a labelled request: an intent without a receipt reads as outcome `unknown`. */
export interface IntentRecord {
  kind: 'intent';
  request_id: string;
  at: string;
  key: string | null;
  use_case: string | null;
  decision: Decision;
  /** What a receipt would have said; readers of an intent without a receipt assume a chat on the OpenAI dialect. */
  client_request_id?: string | null;
  parent_id?: string | null;
  operation?: Receipt['operation'];
  dialect?: Receipt['dialect'];
  stream?: boolean;
}

/** Written once per world version, before the first receipt that names it. */
export interface WorldRecord {
  kind: 'world';
  at: string;
  world: string;
  versions: WorldVersions;
  /** Redacted config, routes and deployments: what replay needs, no secret. */
  snapshot: unknown;
}

/** Start and stop of a writer, key creation and revocation, reloads. */
export interface EventRecord {
  kind: 'event';
  at: string;
  event: string;
  /** Key id or `cli` or `system`. */
  actor: string;
  role: Role | null;
  details: Record<string, unknown>;
}

export type JournalRecord = Receipt | IntentRecord | WorldRecord | EventRecord;

/** A record as it lies in the journal. */
export type ChainedRecord = JournalRecord & ChainLink;

/** The one way in. `append` never throws and never waits: a full or failing journal shows in `accepting`. */
export interface Journal {
  append(record: JournalRecord): void;
  /**
   * Resolves once everything appended so far has been handed to the operating system by `write()`, so that it survives
   * the death of this process. Never rejects: when the disk refuses, it resolves with `accepting` false.
   */
  flush(): Promise<void>;
  /** False when labelled traffic must be refused: no space, or the disk fails. */
  readonly accepting: boolean;
  /** Records that could not be written; a run of the benchmarks with any is void. */
  readonly dropped: number;
}

/** A place between two records of one journal directory. Segments count from 1, `offset` in bytes. */
export interface JournalPosition {
  segment: number;
  offset: number;
}

/** Where one record lies; `length` in bytes, without the line feed. */
export interface RecordLocation extends JournalPosition {
  length: number;
}

/** What the projection needs of the journal. */
export interface JournalTail {
  readonly directory: string;
  /** The chain of this directory. */
  readonly chain: string;
  /** Where the next record will lie. */
  appended(): JournalPosition;
  /** End of what has been handed to the operating system. */
  written(): JournalPosition;
  flush(): Promise<void>;
  /** Calls `listener` with each record as it is appended, before it is written. Returns what ends the subscription. */
  subscribe(listener: (record: JournalRecord, location: RecordLocation) => void): () => void;
  /** The stored line without its line feed; null when retention has deleted its segment. */
  read(location: RecordLocation): Promise<string | null>;
}

/** Name of the event that says which records retention has deleted; `details` is a `DeletedRange`. */
export const RETENTION_EVENT = 'journal_retention';

/** Whole segments that are gone. `last_hash` is the `prev_hash` of the first record that is still there. */
export interface DeletedRange {
  first_segment: number;
  last_segment: number;
  first_seq: number;
  last_seq: number;
  last_hash: string;
}

const SEGMENT_NAME = /^(\d{6,15})-([a-z0-9]{1,32})\.jsonl$/;

/** `000001-<chain>.jsonl` */
export function segmentFileName(segment: number, chain: string): string {
  return `${String(segment).padStart(6, '0')}-${chain}.jsonl`;
}

/** Number and chain of a segment's file name; null for any other file. */
export function parseSegmentFileName(name: string): { segment: number; chain: string } | null {
  const match = SEGMENT_NAME.exec(name);
  return match === null ? null : { segment: Number(match[1]), chain: match[2] as string };
}

/** Negative when `a` lies before `b`, 0 when they are the same place. */
export function comparePositions(a: JournalPosition, b: JournalPosition): number {
  return a.segment - b.segment || a.offset - b.offset;
}
