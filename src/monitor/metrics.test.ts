import { expect, test } from 'vitest';
import type { Receipt } from '../contracts/receipt.ts';
import { NO_USAGE } from '../contracts/usage.ts';
import { Metrics, type ScrapedDeployment, type ScrapedLimit } from './metrics.ts';

const sources = {
  inFlight: () => 3,
  journalDropped: () => 0,
  journalAccepting: () => true,
  storeAvailable: () => false,
  deployments: (): ScrapedDeployment[] => [],
  limits: (): ScrapedLimit[] => [],
};

function receipt(cost: number | null): Receipt {
  const usage = { ...NO_USAGE, input_tokens: 10, output_tokens: 20, cached_input_tokens: 4 };
  return {
    kind: 'receipt',
    request_id: 'req_1',
    client_request_id: null,
    received_at: '2026-11-21T00:00:00.000Z',
    operation: 'chat',
    dialect: 'openai',
    stream: false,
    key: null,
    use_case: null,
    parent_id: null,
    decision: null,
    attempts: [
      {
        deployment: 'a"b\\c',
        role: 'primary',
        started_at: '2026-11-21T00:00:00.000Z',
        outcome: 'ok',
        status: 200,
        error: null,
        first_token_ms: 30,
        total_ms: 50,
        usage,
        usage_source: 'reported',
        price: null,
        cost_usd: cost,
        region_echo: null,
      },
    ],
    outcome: 'ok',
    status: 200,
    error: null,
    usage,
    cost_usd: cost,
    total_ms: 50,
    overhead_ms: 0.2,
    loss: [],
    obligations_applied: [],
    sandbox: false,
  };
}

test('counts requests, attempts, tokens and cost of receipts', async () => {
  const metrics = new Metrics(sources, '0.0.0');
  metrics.onReceipt(receipt(0.5));
  metrics.onReceipt(receipt(0.25));
  const text = await metrics.text();
  expect(text).toContain('alidade_requests_total{operation="chat",outcome="ok"} 2');
  expect(text).toContain('alidade_attempts_total{deployment="a\\"b\\\\c",role="primary",outcome="ok"} 2');
  expect(text).toContain('alidade_tokens_total{deployment="a\\"b\\\\c",kind="cached_input"} 8');
  expect(text).toContain('alidade_cost_usd_total{deployment="a\\"b\\\\c"} 0.75');
  expect(text).toContain('alidade_in_flight_requests 3');
  expect(text).toContain('alidade_store_available 0');
});

test('an unknown cost is counted as unpriced and never as zero dollars', async () => {
  const metrics = new Metrics(sources, '0.0.0');
  metrics.onReceipt(receipt(null));
  const text = await metrics.text();
  expect(text).toContain('alidade_unpriced_attempts_total{deployment="a\\"b\\\\c"} 1');
  expect(text).not.toMatch(/alidade_cost_usd_total\{/);
});

test('histogram buckets are cumulative and end at the count', async () => {
  const metrics = new Metrics(sources, '0.0.0');
  metrics.onReceipt(receipt(0));
  metrics.onReceipt({ ...receipt(0), total_ms: 900_000 });
  const text = await metrics.text();
  expect(text).toContain('gen_ai_server_request_duration_seconds_bucket{operation="chat",le="0.04"} 0');
  expect(text).toContain('gen_ai_server_request_duration_seconds_bucket{operation="chat",le="0.08"} 1');
  expect(text).toContain('gen_ai_server_request_duration_seconds_bucket{operation="chat",le="81.92"} 1');
  expect(text).toContain('gen_ai_server_request_duration_seconds_bucket{operation="chat",le="+Inf"} 2');
  expect(text).toContain('gen_ai_server_request_duration_seconds_count{operation="chat"} 2');
});

test('tells health by deployment and what limits hold by subject, as they are when scraped', async () => {
  let breaker: ScrapedDeployment['breaker'] = 'open';
  const metrics = new Metrics(
    {
      ...sources,
      deployments: () => [
        {
          ...{ deployment: 'glm@a', calls: 40, error_rate: 0.5, failures: { timeout: 19, malformed: 1 } },
          ...{ breaker, breaker_openings: 2, share: 0.1, resting_credentials: [{}] },
        },
      ],
      limits: () => [{ scope: 'team', id: 'blue', usd_day: 1.5, usd_month: 20, in_flight: 3 }],
    },
    '0.0.0',
  );
  const text = await metrics.text();
  for (const line of [
    'alidade_deployment_breaker_state{deployment="glm@a",state="open"} 1',
    'alidade_deployment_breaker_state{deployment="glm@a",state="closed"} 0',
    'alidade_deployment_breaker_openings_total{deployment="glm@a"} 2',
    'alidade_deployment_share{deployment="glm@a"} 0.1',
    'alidade_deployment_recent_calls{deployment="glm@a"} 40',
    'alidade_deployment_recent_failures{deployment="glm@a",kind="timeout"} 19',
    'alidade_deployment_recent_failures{deployment="glm@a",kind="malformed"} 1',
    'alidade_deployment_error_rate{deployment="glm@a"} 0.5',
    'alidade_deployment_resting_credentials{deployment="glm@a"} 1',
    'alidade_limit_used_usd{scope="team",subject="blue",period="day"} 1.5',
    'alidade_limit_used_usd{scope="team",subject="blue",period="month"} 20',
    'alidade_limit_in_flight{scope="team",subject="blue"} 3',
  ]) {
    expect(text).toContain(line);
  }
  breaker = 'closed';
  expect(await metrics.text()).toContain('alidade_deployment_breaker_state{deployment="glm@a",state="closed"} 1');
});
