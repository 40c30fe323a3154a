/** What was said, kept only where a use case has `keep_bodies: true`. Never part of the journal or the database. */
export interface BodyRecord {
  request_id: string;
  /** RFC 3339, when the request arrived. */
  at: string;
  use_case: string;
  /** The request body as it came. */
  request: string;
  /** What the client was sent: a JSON answer, or a stream's events. */
  answer: string;
  /** True where one of the two was longer than what is kept. */
  truncated: boolean;
}

/** Where bodies go. `append` never throws and never waits. */
export interface BodyLog {
  append(record: BodyRecord): void;
  find(requestId: string): Promise<BodyRecord | null>;
  close(): Promise<void>;
}
