import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { expect, test } from 'vitest';
import { sampleDeployment } from '../../test/support/deployments.ts';
import type { Receipt } from '../contracts/receipt.ts';
import { NO_USAGE } from '../contracts/usage.ts';
import { createTracing, exportTraces } from './tracing.ts';

const receipt: Receipt = {
  kind: 'receipt',
  request_id: 'req_1',
  client_request_id: null,
  received_at: '2026-11-21T00:00:00.000Z',
  operation: 'chat',
  dialect: 'openai',
  stream: true,
  key: 'team-a',
  use_case: null,
  parent_id: null,
  decision: null,
  attempts: [
    {
      deployment: 'glm-5.2@zai',
      role: 'primary',
      started_at: '2026-11-21T00:00:00.010Z',
      outcome: 'upstream_error',
      status: 500,
      error: 'upstream_error',
      first_token_ms: null,
      total_ms: 40,
      usage: NO_USAGE,
      usage_source: 'none',
      price: null,
      cost_usd: 0,
      region_echo: null,
    },
  ],
  outcome: 'upstream_error',
  status: 502,
  error: 'upstream_error',
  usage: NO_USAGE,
  cost_usd: 0,
  total_ms: 60,
  overhead_ms: 0.1,
  loss: [],
  obligations_applied: [],
  sandbox: false,
};

const called = { ...sampleDeployment({ upstreamModel: 'glm-5.2-0414' }), model: 'zhipu/glm-5.2' };
const deploymentOf = () => called;

function setUp() {
  const exporter = new InMemorySpanExporter();
  const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
  return { exporter, tracing: createTracing(provider.getTracer('test')) };
}

test('continues the trace of the caller and passes it on with a span of its own', () => {
  const { exporter, tracing } = setUp();
  const inbound = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  const active = tracing.start(inbound, 'chat', Date.parse(receipt.received_at), deploymentOf);
  expect(active.traceparent).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-[0-9a-f]{16}-01$/);
  expect(active.traceparent).not.toBe(inbound);
  active.end(receipt);
  const [attempt, request] = exporter.getFinishedSpans();
  expect(request?.parentSpanContext?.spanId).toBe('b7ad6b7169203331');
  expect(attempt?.parentSpanContext?.spanId).toBe(request?.spanContext().spanId);
});

test('a malformed traceparent starts a trace of its own', () => {
  const { tracing } = setUp();
  const active = tracing.start('00-zzz-01', 'chat', 0, deploymentOf);
  expect(active.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
});

test('an attempt says whom it called by the names of the conventions, and its own deployment beside them', () => {
  const { exporter, tracing } = setUp();
  tracing.start(null, 'chat', Date.parse(receipt.received_at), deploymentOf).end(receipt);
  const attempt = exporter.getFinishedSpans().find((span) => span.name === 'chat glm-5.2-0414');
  expect(attempt?.attributes).toMatchObject({
    'gen_ai.provider.name': called.endpoint.operator,
    'gen_ai.request.model': 'glm-5.2-0414',
    'alidade.gateway.deployment': 'glm-5.2@zai',
    'alidade.gateway.model': 'zhipu/glm-5.2',
  });
  const traced = { ...called, endpoint: { ...called.endpoint, tracedAs: 'mistral_ai' } };
  tracing.start(null, 'chat', Date.parse(receipt.received_at), () => traced).end(receipt);
  expect(exporter.getFinishedSpans().at(-2)?.attributes['gen_ai.provider.name']).toBe('mistral_ai');
});

test('an attempt at a deployment that was taken away since has its id, and nothing invented', () => {
  const { exporter, tracing } = setUp();
  tracing.start(null, 'chat', Date.parse(receipt.received_at), () => undefined).end(receipt);
  const [attempt] = exporter.getFinishedSpans();
  expect(attempt?.name).toBe('chat');
  expect(attempt?.attributes).toMatchObject({ 'alidade.gateway.deployment': 'glm-5.2@zai' });
  expect(attempt?.attributes).not.toHaveProperty('gen_ai.request.model');
});

test('a failed attempt is an error span with its own time and status', () => {
  const { exporter, tracing } = setUp();
  tracing.start(null, 'chat', Date.parse(receipt.received_at), deploymentOf).end(receipt);
  const attempt = exporter.getFinishedSpans().find((span) => span.name === 'chat glm-5.2-0414');
  expect(attempt?.attributes['error.type']).toBe('upstream_error');
  expect(attempt?.attributes['http.response.status_code']).toBe(500);
  expect(attempt?.duration).toEqual([0, 40_000_000]);
  expect(Object.values(attempt?.attributes ?? {})).not.toContain(null);
});

test('spans that nobody takes keep nothing else from being closed', async () => {
  const collector = createServer((_, response) => response.writeHead(400).end()).listen(0, '127.0.0.1');
  await once(collector, 'listening');
  const { port } = collector.address() as AddressInfo;
  const { tracing, close } = await exportTraces(`http://127.0.0.1:${port}`, '0');
  tracing.start(null, 'chat', 0, deploymentOf).end(receipt);
  const asked = once(collector, 'request');
  await expect(close()).resolves.toBeUndefined();
  await asked;
  collector.close();
});
