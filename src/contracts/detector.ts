/** What a detector of somebody else's says of a place in a text; offsets are UTF-16 units, the end exclusive. */
export interface ForeignFinding {
  /** Our name of the type where we have one, else theirs. */
  readonly type: string;
  readonly start: number;
  readonly end: number;
  /** From 0 to 1. */
  readonly score: number;
}

/**
 * A detector of somebody else's that is asked beside ours, such as a Presidio analyzer over HTTP. It lives where I/O may
 * live, and it sees texts as they are: it has to be one's own.
 */
export interface DetectorPlugIn {
  readonly name: string;
  /** Rejects where it cannot answer in time: the text then counts as not searched. */
  detect(text: string, signal: AbortSignal): Promise<readonly ForeignFinding[]>;
}
