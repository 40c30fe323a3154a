import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sampleDecision, sampleReceipt } from '../../test/support/receipts.ts';
import type { Decision } from '../contracts/decision.ts';
import type { Receipt } from '../contracts/receipt.ts';
import { receiptJson } from './receipt-json.ts';

/** Every member set, so that one that the contract gains and the serialiser lacks is seen here. */
const full: Receipt = sampleReceipt(1, {
  client_request_id: 'their-id',
  parent_id: 'req_parent',
  error: 'upstream_cut',
  loss: [{ kind: 'dropped', field: 'logit_bias', why: 'not in the dialect' }],
  obligations_applied: ['tokenise', 'pin_region'],
  sandbox: true,
  decision: {
    ...sampleDecision(1),
    labels: ['long_document'],
    domain: 'legal',
    data_classes: ['personal.contact.email'],
    plan: [
      {
        deployment: 'a@b',
        model: 'a/b',
        selected_because: 'best_evidence',
        obligations: ['tokenise'],
        evidence: { quality: 0.86, low: 0.81, high: 0.9, n: 312, run: 'r1', p_non_inferior: 0.93, cell: 'creative/en' },
        expected_cost_usd: null,
        expected_latency_ms: null,
      },
    ],
    removed: [{ deployment: 'c@d', removed_because: 'policy', rules: ['eu', 'us'], would_admit: 'tokenise' }],
    unavailable: [{ model: 'x/y', reason: 'ZAI_API_KEY is not set' }],
    moment: {
      now: '2026-11-20T08:00:00.000Z',
      seed: 7,
      session: 'c@d',
      budget_left_usd: 1.25,
      health: {
        'a@b': { error_rate: 0.05, calls: 40, breaker: 'closed', latency_ms: 812 },
        'c@d': { error_rate: 0.5, calls: null, breaker: 'half_open', latency_ms: null },
      },
      quota_expires_s: { 'a@b': 3_600 },
      quarantined: ['c@d'],
      learned: { 'a@b': { output_tokens: 812, cached_share: 0.3, calls: 1.02 } },
      token_ratios: { 'a@b': { mean: 1.1, p95: 1.4, trust: 0.5 } },
    },
    request: { model: 'auto', tokens_p95: 412, needs: ['tools'], deadline_ms: 900 },
  },
  purpose: 'member',
  body_commitment: { algorithm: 'hmac-sha256', request: 'ab'.repeat(32), answer: 'cd'.repeat(32) },
});

const awkward = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  fc.constant('"\\\u0000\ud800\n'),
);
/** Times to the microsecond and parts of a probability have ways of their own; their neighbours must not take them. */
const nearMillis = fc.integer({ min: -2_000, max: 2 ** 45 }).map((thousandths) => thousandths / 1_000);
const nearPart = fc.integer({ min: -10, max: 5_000 }).map((parts) => parts / 4_096);
const next = (value: number): number => value * (1 + Number.EPSILON);
const figure = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.constant(null),
  nearMillis,
  nearMillis.map(next),
  nearPart,
  nearPart.map(next),
);

describe('receipt serialiser', () => {
  it('keeps every member of a receipt', () => {
    expect(JSON.parse(receiptJson(full))).toEqual(full);
    expect(receiptJson(full)).toBe(JSON.stringify(full));
  });

  it('keeps a receipt without a decision and without attempts', () => {
    const refused = sampleReceipt(2, { decision: null, attempts: [], status: null, cost_usd: null });
    expect(receiptJson(refused)).toBe(JSON.stringify(refused));
  });

  it('writes what JSON.stringify writes, whatever the strings and numbers are', () => {
    fc.assert(
      fc.property(
        fc.array(awkward, { minLength: 12, maxLength: 12 }),
        fc.array(figure, { minLength: 8, maxLength: 8 }),
        (texts, figures) => {
          const [a, b, c, d, e, f, g, h, i, j, k, l] = texts as [string, ...string[]] as string[] & { length: 12 };
          const decision: Decision = {
            ...sampleDecision(3),
            model: g!,
            tasks: figures.slice(4).map((p) => ({ task: 'creative', p: p ?? 0 })),
            language: h!,
            data_classes: [i!, j!],
            world: k!,
          };
          const attempt = {
            ...sampleReceipt(3).attempts[0]!,
            ...{ deployment: e!, region_echo: f!, cost_usd: figures[0]! },
            ...{ first_token_ms: figures[6]!, total_ms: figures[7] ?? 0 },
          };
          const receipt = sampleReceipt(3, {
            request_id: a!,
            client_request_id: b!,
            received_at: l!,
            key: c!,
            use_case: d!,
            decision,
            attempts: [attempt, attempt],
            cost_usd: figures[1]!,
            total_ms: figures[2] ?? 0,
            overhead_ms: figures[3] ?? 0,
            status: 200,
            usage: {
              ...{ ...attempt.usage, input_tokens: figures[4]!, output_tokens: figures[5]! },
              ...(figures[6] === null ? {} : { cache_write_hour_tokens: figures[6]! }),
            },
          });
          expect(receiptJson(receipt)).toBe(JSON.stringify(receipt));
        },
      ),
    );
  });
});
