import type { Decision, WorldVersions } from './decision.ts';
import type { Receipt } from './receipt.ts';
import type { Role } from './vocabulary.ts';

/** Written before dispatch of a labelled request: an intent without a receipt reads as outcome `unknown`. */
export interface IntentRecord {
  kind: 'intent';
  request_id: string;
  at: string;
  key: string | null;
  use_case: string | null;
  decision: Decision;
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

/** The one way in. `append` never throws and never waits: a full or failing journal shows in `accepting`. */
export interface Journal {
  append(record: JournalRecord): void;
  /** Resolves once everything appended so far has been handed to the operating system by `write()`. */
  flush(): Promise<void>;
  /** False when labelled traffic must be refused: no space, or the disk fails. */
  readonly accepting: boolean;
  /** Records that could not be written; a run of the benchmarks with any is void. */
  readonly dropped: number;
}
