/** How the mock upstream answers. Whether it streams is the request's own choice (`"stream":true`). */
export interface Behaviour {
  /** SSE events per stream, `[DONE]` included. */
  events: number;
  /** Length of a content event, `data: ` and blank line included. */
  eventBytes: number;
  intervalMs: number;
  /** Events after which a stream falls silent without ending, 0: before its head; null: it is finished. */
  silentAfter: number | null;
  /** Whether to keep the arrival times of every request. */
  keepArrivals: boolean;
}

export const DEFAULT_BEHAVIOUR: Behaviour = {
  events: 200,
  eventBytes: 230,
  intervalMs: 10,
  silentAfter: null,
  keepArrivals: false,
};

/** When a request reached the upstream; nanoseconds of the system-wide monotonic clock. */
export interface Arrival {
  firstByteAt: number;
  lastByteAt: number;
  bodyBytes: number;
}

export interface UpstreamCounts {
  requests: number;
  streams: number;
}
