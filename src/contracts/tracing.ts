import type { Receipt } from './receipt.ts';

/** One traced request; children for the attempts are made from the receipt, so tracing costs nothing in between. */
export interface ActiveTrace {
  /** W3C traceparent to send upstream. */
  traceparent: string;
  end(receipt: Receipt): void;
}

/** Implemented over the OpenTelemetry API in app wiring; absent when no exporter is configured. */
export interface Tracing {
  start(traceparent: string | null, name: string, startedAtMs: number): ActiveTrace;
}
