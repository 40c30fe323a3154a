import {
  type Context,
  context,
  isSpanContextValid,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import type { Deployment } from '../contracts/deployment.ts';
import type { AttemptRecord, Receipt } from '../contracts/receipt.ts';
import type { ActiveTrace, DeploymentOf, Tracing } from '../contracts/tracing.ts';
import { parseTraceparent } from '../lib/traceparent.ts';

/** The conventions that the attribute names below were taken from. */
const SCHEMA_URL = 'https://opentelemetry.io/schemas/1.41.1';

/** The caller's context; a malformed header starts a trace of its own, as the W3C text asks. */
function parentContext(traceparent: string | null): Context {
  const parsed = traceparent === null ? null : parseTraceparent(traceparent);
  if (parsed === null) return ROOT_CONTEXT;
  const { traceId, spanId, flags } = parsed;
  const spanContext = { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true };
  return isSpanContextValid(spanContext) ? trace.setSpanContext(ROOT_CONTEXT, spanContext) : ROOT_CONTEXT;
}

function traceparentOf(span: Span): string {
  const { traceId, spanId, traceFlags } = span.spanContext();
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
}

/** Attributes without those that are null: an absent attribute says "unknown", a null one says nothing valid. */
function known(attributes: Record<string, string | number | boolean | string[] | null>) {
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== null)) as Record<
    string,
    string | number | boolean | string[]
  >;
}

/** Whom an attempt called, as dashboards look for it; the deployment is a word of ours and has a name of ours. */
const calledAttributes = (id: string, called: Deployment | undefined) => ({
  'gen_ai.provider.name': called === undefined ? null : (called.endpoint.tracedAs ?? called.endpoint.operator),
  'gen_ai.request.model': called?.upstreamModel ?? null,
  'alidade.gateway.deployment': id,
  'alidade.gateway.model': called?.model ?? null,
});

function recordAttempt(
  tracer: Tracer,
  parent: Context,
  receipt: Receipt,
  attempt: AttemptRecord,
  called: Deployment | undefined,
): void {
  const startMs = Date.parse(attempt.started_at);
  const span = tracer.startSpan(
    called === undefined ? receipt.operation : `${receipt.operation} ${called.upstreamModel}`,
    {
      kind: SpanKind.CLIENT,
      startTime: startMs,
      attributes: known({
        'gen_ai.operation.name': receipt.operation,
        ...calledAttributes(attempt.deployment, called),
        'gen_ai.request.stream': receipt.stream,
        'gen_ai.usage.input_tokens': attempt.usage.input_tokens,
        'gen_ai.usage.output_tokens': attempt.usage.output_tokens,
        'gen_ai.usage.cache_read.input_tokens': attempt.usage.cached_input_tokens,
        'gen_ai.usage.reasoning.output_tokens': attempt.usage.reasoning_tokens,
        'gen_ai.response.time_to_first_chunk': attempt.first_token_ms === null ? null : attempt.first_token_ms / 1000,
        'http.response.status_code': attempt.status,
        'error.type': attempt.error,
        'alidade.gateway.role': attempt.role,
        'alidade.gateway.outcome': attempt.outcome,
        'alidade.gateway.cost_usd': attempt.cost_usd,
      }),
    },
    parent,
  );
  if (attempt.error !== null) span.setStatus({ code: SpanStatusCode.ERROR, message: attempt.error });
  span.end(startMs + attempt.total_ms);
}

interface Started {
  tracer: Tracer;
  span: Span;
  parent: Context;
  startedAtMs: number;
  deploymentOf: DeploymentOf;
}

function finish({ tracer, span, parent, startedAtMs, deploymentOf }: Started, receipt: Receipt): void {
  for (const attempt of receipt.attempts) {
    recordAttempt(tracer, parent, receipt, attempt, deploymentOf(attempt.deployment));
  }
  span.setAttributes(
    known({
      'gen_ai.operation.name': receipt.operation,
      'gen_ai.response.model': receipt.decision?.model ?? null,
      'http.response.status_code': receipt.status,
      'error.type': receipt.error,
      'alidade.gateway.request_id': receipt.request_id,
      'alidade.gateway.task': receipt.decision?.task_type ?? null,
      'alidade.gateway.reason': receipt.decision?.routing_reason ?? null,
      'alidade.gateway.outcome': receipt.outcome,
      'alidade.gateway.use_case': receipt.use_case,
      'alidade.gateway.sandbox': receipt.sandbox,
    }),
  );
  if (receipt.error !== null) span.setStatus({ code: SpanStatusCode.ERROR, message: receipt.error });
  span.end(startedAtMs + receipt.total_ms);
}

/**
 * Spans over a tracer: one SERVER span a request and one CLIENT span an attempt, with GenAI names and never any content
 * (neither prompts nor answers are at hand here, which is the point).
 */
export function createTracing(tracer: Tracer): Tracing {
  return {
    start: (traceparent, name, startedAtMs, deploymentOf): ActiveTrace => {
      const span = tracer.startSpan(
        name,
        { kind: SpanKind.SERVER, startTime: startedAtMs },
        parentContext(traceparent),
      );
      const parent = trace.setSpan(context.active(), span);
      return {
        traceparent: traceparentOf(span),
        end: (receipt) => finish({ tracer, span, parent, startedAtMs, deploymentOf }, receipt),
      };
    },
  };
}

export interface Exporting {
  tracing: Tracing;
  /** Sends what is still queued. Never rejects: where nobody takes it, what is closed afterwards matters more. */
  close(): Promise<void>;
}

/**
 * Spans to an OTLP endpoint over HTTP, in batches. The SDK is loaded only here, so that whoever does not trace pays
 * nothing at start. `endpoint` undefined: the standard OTEL_EXPORTER_OTLP_* variables decide.
 */
export async function exportTraces(endpoint: string | undefined, version: string): Promise<Exporting> {
  const [{ BatchSpanProcessor, TracerProvider }, { OTLPTraceExporter }, { resourceFromAttributes }] = await Promise.all(
    [
      import('@opentelemetry/sdk-trace'),
      import('@opentelemetry/exporter-trace-otlp-http'),
      import('@opentelemetry/resources'),
    ],
  );
  const exporter = new OTLPTraceExporter(endpoint === undefined ? {} : { url: endpoint });
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'alidade', 'service.version': version }),
    spanProcessors: [new BatchSpanProcessor({ exporter })],
  });
  const tracer = provider.getTracer('alidade', version, { schemaUrl: SCHEMA_URL });
  return { tracing: createTracing(tracer), close: () => provider.shutdown().catch(() => undefined) };
}
