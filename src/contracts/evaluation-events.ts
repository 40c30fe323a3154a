import type { EndCounts, EndState, Rate } from './evaluation.ts';

/** The first event of a run: what is fixed before anything is spent. */
export interface RunLaunch {
  event: 'launch';
  run: string;
  suite: string;
  suite_version: string;
  suite_hash: string;
  deployment: string;
  samples: number;
  /** Already answered in an earlier part of this run. */
  resumed: number;
  seed: number;
  sample_hash: string;
  margin: number;
  budget_usd: number | null;
  /** Smallest paired difference that this many samples can be expected to show, at 20 % discordant pairs. */
  detectable: number;
}

export interface SampleDone {
  event: 'sample';
  sample: string;
  state: EndState;
  value: number;
  cost_usd: number | null;
  cached: boolean;
}

/** Where a test stands that may be looked at after every pair; `decided` is of this run against the other. */
export interface SequentialReading {
  /** The other run. */
  against: string;
  /** Independent pairs so far, in the order of the plan. */
  pairs: number;
  /** Only this one right, only the other right. */
  n01: number;
  n10: number;
  /** Evidence against "both equally good"; decided from 1 / alpha on. */
  e_value: number;
  /** The smallest alpha at which it has been decided so far. */
  anytime_p: number;
  decided: 'better' | 'worse' | null;
}

/** The last line of a run: what it came to. `counts` has all eight ends and sums to the samples chosen. */
export interface RunDone {
  event: 'done';
  run: string;
  counts: EndCounts;
  /** Share of correct ones among the asked, errors counted as failures; null where nothing was asked. */
  score: number | null;
  ci: readonly [number, number];
  /** null: some calls had no known price. */
  cost_usd: number | null;
  rates: Readonly<Record<'errors_as_failures' | 'errors_excluded' | 'refusals' | 'errors', Rate>>;
  /** Why it ended: all asked, money, a pause, or the plan's own rule, which had told it from the run that it names. */
  stopped: 'complete' | 'budget' | 'paused' | 'decided';
  /** Where the plan's stop rule stands; absent: it has none. */
  sequential?: SequentialReading;
  sandbox: boolean;
  /** As the vendor named them; more than one means that the model changed under way. */
  model_versions: readonly string[];
  cached: number;
}

export type RunEvent = RunLaunch | SampleDone | RunDone;

/** What a run tells while it goes on: its own events, notes for people, and why it failed. */
export type RunFeed =
  | RunEvent
  | { event: 'note'; run: string; text: string }
  | { event: 'error'; run: string; code: string; message: string };

/** How far a piece of work in the background is. `of`: null where nobody knows. */
export interface WorkProgress {
  done: number;
  of: number | null;
  /** null: unknown. */
  cost_usd: number | null;
}

/** What work in the background tells; the last event is its result or why there is none. */
export type WorkFeed =
  | ({ event: 'progress'; work: string } & WorkProgress)
  | { event: 'result'; work: string; result: unknown }
  | { event: 'error'; work: string; code: string; message: string };

/** One row of the list of runs. */
export interface RunListEntry {
  run: string;
  /** RFC 3339. */
  planned_at: string | null;
  suite: string;
  suite_hash: string;
  deployment: string;
  samples: number;
  /** `interrupted`: its process is gone; it can be resumed. */
  state: 'running' | 'interrupted' | RunDone['stopped'];
  score: number | null;
  ci: readonly [number, number] | null;
  cost_usd: number | null;
  sandbox: boolean | null;
}
