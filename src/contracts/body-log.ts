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

/**
 * What the record keeps of bodies: HMAC-SHA256 under a key that this one request has, in hexadecimal, of `request` or
 * `answer`, a line feed and the text. Whoever holds the key can show that a text is the one; once the key is destroyed
 * nobody can even try.
 */
export interface BodyCommitment {
  algorithm: 'hmac-sha256';
  request: string;
  answer: string;
}

/** A body that can be read; `commitment` is computed anew from what was read. */
export interface KeptBody extends BodyRecord {
  commitment: BodyCommitment;
}

/** A body met while reading all of a use case's. */
export interface ScannedBody {
  record: BodyRecord;
  /** The same record once more, later; null where it is gone or erased. Holds none of its text meanwhile. */
  again(): Promise<BodyRecord | null>;
}

/** Where bodies go. `append` never throws and never waits. */
export interface BodyLog {
  /** null where the body cannot be kept. */
  append(record: BodyRecord): BodyCommitment | null;
  /** `erased`: there was one, and its key has been destroyed. */
  find(requestId: string): Promise<KeptBody | 'erased' | null>;
  /**
   * Destroys the key of a body, so that nobody can read it again; null: there is none.
   * @throws Error when the disk does not take it: then the body can still be read
   */
  erase(requestId: string): Promise<'erased' | 'already_erased' | null>;
  /** Bodies of a use case that can be read, oldest first, from `since` on and before `until` (RFC 3339, or null). */
  scan(useCase: string, since: string | null, until: string | null): AsyncIterable<ScannedBody>;
  close(): Promise<void>;
}
