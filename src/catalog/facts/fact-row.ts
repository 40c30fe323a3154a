/** What was found about one subject, as data/facts/facts.jsonl has it. */
export interface FactRow {
  subject: string;
  /** The value holds for this region of the subject only; null: for all. */
  region: string | null;
  /** Named as in the configuration. */
  fact: string;
  value: string | number | boolean | readonly string[];
  /** A primary source, B secondary, C hearsay: listed, and never relied on. */
  certainty: 'A' | 'B' | 'C';
  source: string;
  /** YYYY-MM-DD. */
  date: string;
  /** First day on which it counts as unknown, YYYY-MM-DD. */
  valid_until: string;
  note: string | null;
}
