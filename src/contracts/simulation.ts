/** A mean over requests with its two-sided 95 % interval. */
export interface MeanDifference {
  mean: number;
  low: number;
  high: number;
  /** Requests of which both sides are known. */
  n: number;
}

/** What another world would have done with the same requests. */
export interface Simulation {
  /** Records with a decision. */
  requests: number;
  /** Of them: those that hold all they were made from, so that they can be made again. The rest is of these. */
  replayed: number;
  /** Another deployment leads, or nobody does any more, or somebody does again. */
  changed: number;
  /** Another model leads. */
  changed_model: number;
  refused_by_policy: { before: number; after: number };
  /** Decided by the table. */
  without_evidence: { before: number; after: number };
  /** Of the leaders, where both prices are known. */
  expected_usd: { before: number; after: number; difference: MeanDifference | null };
  /** Quality of the new leader less that of the old one, where the same measurement speaks of both. */
  expected_quality: MeanDifference | null;
  /** The first few requests that changed. */
  examples: readonly { request_id: string; before: string | null; after: string | null }[];
}
