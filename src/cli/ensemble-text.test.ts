import { expect, test } from 'vitest';
import type { EnsembleRecord } from '../contracts/ensemble-record.ts';
import { NO_USAGE } from '../contracts/usage.ts';
import { ensembleText } from './ensemble-text.ts';

const member = { sample: 1, deployment: null, receipt_id: null, outcome: null, usage: NO_USAGE, data_classes: [] };

const RECORD: EnsembleRecord = {
  ...{ name: 'legal_review', strategy: 'select_best', ensemble: true, quorum: 1 },
  members: [
    { ...member, id: 'A', model: 'maker/one', dropped: null, why: null, cost_usd: 0.001, total_ms: 900, checks: {} },
    {
      ...member,
      id: 'B',
      model: 'other/two',
      dropped: null,
      why: null,
      cost_usd: 0.002,
      total_ms: 700,
      checks: { schema: true },
    },
    {
      ...member,
      id: 'C',
      model: 'late/four',
      dropped: 'timeout',
      why: 'deadline_exceeded',
      cost_usd: null,
      total_ms: 2_000,
      checks: {},
    },
  ],
  models_used: ['maker/one', 'other/two'],
  members_failed: [{ model: 'late/four', why: 'deadline_exceeded' }],
  arbiter: { model: 'judge/three', deployment: 'three@here', family_apart: true, failed: [] },
  ...{ votes: [], agreement: null, shortened: [], synthesis: null },
  comparisons: [
    {
      ...{ pair: ['A', 'B'], winner: 'A', decided_by: 'tie_cost', flipped: true },
      verdicts: [
        { order: ['A', 'B'], verdict: 'A', receipt_id: 'r1', why: null, cost_usd: 0, total_ms: 1 },
        { order: ['B', 'A'], verdict: 'B', receipt_id: 'r2', why: null, cost_usd: 0, total_ms: 1 },
      ],
    },
  ],
  ...{ chosen: 'A', decided_by: 'tie_cost', obligations: [], max_cost_usd: 0.5, cost_usd: null },
  ...{ members_ms: 2_000, deciding_ms: 100 },
};

test('tells who was asked, who judged in which order, who was chosen and why', () => {
  const text = ensembleText(RECORD);
  for (const part of [
    'legal_review (select_best): 2 of 3 answers, quorum 1',
    'late/four  timeout (deadline_exceeded)',
    'judge/three, of another maker than all members',
    'A before B: A; B before A: B; the orders disagree, a tie; A goes on',
    'chosen        A: nobody could tell them apart, and it was the cheaper',
  ]) {
    expect(text.replace(/ {2,}/g, '  ')).toContain(part.replace(/ {2,}/g, '  '));
  }
});
