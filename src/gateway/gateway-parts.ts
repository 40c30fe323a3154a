import type { ApiKey } from '../contracts/api-key.ts';
import type { BodyCommitment, BodyRecord } from '../contracts/body-log.ts';
import type { AppError } from '../contracts/errors.ts';
import type { Journal } from '../contracts/journal.ts';
import type { Limiter } from '../contracts/limits.ts';
import type { Receipt } from '../contracts/receipt.ts';
import type { Tracing } from '../contracts/tracing.ts';
import type { UpstreamClient } from '../contracts/upstream.ts';
import type { PolicyEngine } from '../policy/policy-engine.ts';
import type { AttemptGate } from './attempt-gate.ts';
import type { Clock } from './clock.ts';
import type { RequestDetector } from './detection.ts';
import type { EnsembleSupport } from './ensembles/ensemble-exchange.ts';
import type { Learning } from './learning/learning.ts';
import type { RegionIncident } from './region-watch.ts';

/** What a gateway is given. */
export interface GatewayServices {
  upstream: UpstreamClient;
  journal: Journal;
  clock: Clock;
  /** 32-bit seeds for ties between equals. */
  randomSeed: () => number;
  keepBodies: (record: BodyRecord) => BodyCommitment | null;
  /** Besides the journal: metrics. */
  observe: (receipt: Receipt) => void;
  /** An error that is our own fault; everything else is in the receipt. */
  onFault: (error: AppError, requestId: string) => void;
  tracing: Tracing | null;
  /** Absent: everything is permitted. */
  policy?: PolicyEngine;
  /** Absent: nobody looks for personal data. */
  detector?: RequestDetector;
  /** An answer came from elsewhere than its endpoint's facts say. Absent: nobody is told. */
  onRegionIncident?: (incident: RegionIncident, requestId: string) => void;
  /** Absent: in memory, and forgotten with the process. */
  limiter?: Limiter;
  /** Absent: nothing is known of earlier processes. */
  learning?: Learning;
  /** A key as it is by now; null: it was revoked, or is gone. Absent: keys do not change. */
  keyNow?: (key: ApiKey) => ApiKey | null;
  /** Asked before every single call, policy aside. Absent: the deployment must still exist. */
  gate?: AttemptGate;
  /** How several models answer together. Absent: they do not. */
  ensembles?: EnsembleSupport;
}
