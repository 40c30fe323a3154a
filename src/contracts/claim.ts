/** A figure that somebody published, as data/claims/*.jsonl has it. Never evidence. */
export interface Claim {
  /** `claim/...`; what `because` of a route names. */
  id: string;
  /** Logical model that it is about, and what it is compared with. */
  subject: string;
  rival: string | null;
  metric: string;
  /** null: said without a figure. */
  value: number | null;
  rival_value: number | null;
  unit: string;
  source: string;
  /** YYYY, YYYY-MM or YYYY-MM-DD; null: unknown. */
  published: string | null;
  /** Claims that contradict it. */
  contested_by: readonly string[];
  note?: string;
}
