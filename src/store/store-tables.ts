import type { Kysely } from 'kysely';
import type { Outcome } from '../contracts/vocabulary.ts';
import type { RequestRow } from './request-row.ts';

/** One row a request: what lists and filters need, and where its receipt lies. */
export interface RequestsTable {
  request_id: string;
  /** Milliseconds since 1970. */
  received_at: number;
  key: string | null;
  use_case: string | null;
  task_type: string | null;
  model: string | null;
  deployment: string | null;
  outcome: Outcome;
  status: number | null;
  stream: number;
  attempts: number;
  input_tokens: number | null;
  output_tokens: number | null;
  cost_usd: number | null;
  total_ms: number;
  sandbox: number;
  chain: string;
  segment: number;
  byte_offset: number;
  byte_length: number;
  /** The request on whose behalf it was made; null: nobody's. */
  parent_id: string | null;
  /** The stored line, only where other replicas than the journal's owner read it. */
  line: string | null;
}

/** How far the journal of one chain has been projected. */
export interface ProjectionStateTable {
  chain: string;
  segment: number;
  byte_offset: number;
  /** Hash of the last record before that place: tells whether the journal is still the one that was projected. */
  hash: string;
}

export interface StoreTables {
  requests: RequestsTable;
  projection_state: ProjectionStateTable;
}

export type Dialect = 'sqlite' | 'postgres';

/** Runs one statement, with parameters as its dialect writes them, and gives the rows. */
export type RunSql = (sql: string, parameters: readonly unknown[]) => Promise<readonly Record<string, unknown>[]>;

/** One step of the schema forward, as statements. There is none back: a database can be deleted and is rebuilt. */
export type StoreMigration = (dialect: Dialect) => readonly string[];

/** What one step of the projection changes, all of it or nothing. */
export interface ProjectionStep {
  rows: readonly RequestRow[];
  /** Beside `rows`, where the database keeps them. */
  lines: readonly string[] | null;
  /** Rows whose records are gone or will be projected again. */
  forget: readonly { chain: string; fromSegment: number; throughSegment: number }[];
  state: ProjectionStateTable;
}

/** A database that the repositories run on. */
export interface StoreDatabase {
  readonly dialect: Dialect;
  /** Whether rows carry the stored line, because readers may be elsewhere than the journal's files. */
  readonly keepsLines: boolean;
  readonly run: RunSql;
  apply(step: ProjectionStep): Promise<void>;
  /**
   * For repositories. Loaded at the first question: the query builder takes some twenty megabytes and a tenth of a
   * second, and a gateway that nobody asks anything needs neither it nor its memory.
   */
  kysely(): Promise<Kysely<StoreTables>>;
  close(): Promise<void>;
}
