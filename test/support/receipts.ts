import type { Decision } from '../../src/contracts/decision.ts';
import type { IntentRecord, WorldRecord } from '../../src/contracts/journal.ts';
import type { Receipt } from '../../src/contracts/receipt.ts';
import type { Usage } from '../../src/contracts/usage.ts';

const START_MS = Date.parse('2026-11-20T08:00:00.000Z');

export const sampleTime = (index: number): string => new Date(START_MS + index * 10).toISOString();

const route = {
  when: { task: 'code_generation' as const },
  default: false,
  primary: ['zhipu/glm-5.2'],
  fallback: ['openai/gpt-5.5'],
  context_threshold: 32_000,
  because: 'claim/swe-bench-pro',
};

const usage: Usage = {
  input_tokens: 401,
  output_tokens: 221,
  cached_input_tokens: 0,
  cache_write_tokens: null,
  reasoning_tokens: 17,
};

export function sampleDecision(index: number): Decision {
  return {
    model: 'zhipu/glm-5.2',
    task_type: 'code_generation',
    routing_reason: 'primary_optimal',
    config: route,
    task: 'code_generation',
    tasks: [
      { task: 'code_generation', p: 0.93 },
      { task: 'conversational', p: 0.03 },
      { task: 'quantitative', p: 0.02 },
      { task: 'extraction', p: 0.01 },
      { task: 'creative', p: 0.005 },
      { task: 'security_review', p: 0.005 },
    ],
    task_source: 'text',
    labels: [],
    language: 'en',
    domain: null,
    length_bucket: 'short',
    estimated_tokens: 412 + (index % 100),
    data_classes: [],
    use_case: 'support',
    objective: 'table',
    plan: [
      {
        deployment: 'glm-5.2@zai',
        model: 'zhipu/glm-5.2',
        selected_because: 'primary_optimal',
        obligations: [],
        evidence: null,
        expected_cost_usd: 0.0021,
        expected_latency_ms: 900,
      },
      {
        deployment: 'gpt-5.5@openai',
        model: 'openai/gpt-5.5',
        selected_because: 'table_fallback',
        obligations: [],
        evidence: null,
        expected_cost_usd: 0.0121,
        expected_latency_ms: 700,
      },
    ],
    removed: [],
    unavailable: [],
    world: 'w5f8e2c1a',
    moment: {
      now: sampleTime(index),
      seed: (index * 7_919) % 4_294_967_296,
      session: null,
      budget_left_usd: null,
      health: {},
    },
  };
}

/** A receipt as one answered chat request leaves it; `index` gives it an id and a time of its own. */
export function sampleReceipt(index: number, change: Partial<Receipt> = {}): Receipt {
  return {
    kind: 'receipt',
    request_id: `req_${String(index).padStart(12, '0')}`,
    client_request_id: null,
    received_at: sampleTime(index),
    operation: 'chat',
    dialect: 'openai',
    stream: false,
    key: 'key_7f3a',
    use_case: 'support',
    parent_id: null,
    decision: sampleDecision(index),
    attempts: [
      {
        deployment: 'glm-5.2@zai',
        role: 'primary',
        started_at: sampleTime(index),
        outcome: 'ok',
        status: 200,
        error: null,
        first_token_ms: 312.4,
        total_ms: 833.1,
        usage,
        usage_source: 'reported',
        price: {
          input_usd_per_mtok: 0.6,
          output_usd_per_mtok: 2.2,
          cached_input_usd_per_mtok: 0.11,
          cache_write_usd_per_mtok: null,
          source: 'genai-prices@0.1.8',
        },
        cost_usd: 0.000726,
        region_echo: null,
      },
    ],
    outcome: 'ok',
    status: 200,
    error: null,
    usage,
    cost_usd: 0.000726,
    total_ms: 834.2,
    overhead_ms: 0.21,
    loss: [],
    obligations_applied: [],
    sandbox: false,
    ...change,
  };
}

export function sampleIntent(index: number): IntentRecord {
  return {
    kind: 'intent',
    request_id: `req_${String(index).padStart(12, '0')}`,
    at: sampleTime(index),
    key: 'key_7f3a',
    use_case: 'support',
    decision: sampleDecision(index),
    stream: true,
  };
}

export function sampleWorld(version: string): WorldRecord {
  return {
    kind: 'world',
    at: sampleTime(0),
    world: version,
    versions: { config: 'c1', catalogue: 'k1', policy: 'p1', evidence: 'e1', classifier: 't1', prices: 'q1' },
    snapshot: { routes: [route] },
  };
}
