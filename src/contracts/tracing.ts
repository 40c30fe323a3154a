import type { Deployment } from './deployment.ts';
import type { Receipt } from './receipt.ts';

/** One traced request; children for the attempts are made from the receipt, so tracing costs nothing in between. */
export interface ActiveTrace {
  /** W3C traceparent to send upstream. */
  traceparent: string;
  end(receipt: Receipt): void;
}

/** As it was when the request began; undefined: it was not there. */
export type DeploymentOf = (id: string) => Deployment | undefined;

/** Implemented over the OpenTelemetry API in app wiring; absent when no exporter is configured. */
export interface Tracing {
  start(traceparent: string | null, name: string, startedAtMs: number, deploymentOf: DeploymentOf): ActiveTrace;
}
