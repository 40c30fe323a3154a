import type { EvidenceCell, EvidenceRow } from './evidence.ts';

// Rows of evidence for tests: own measurements of real models unless a test says otherwise.

type Overrides = Partial<Omit<EvidenceRow, 'cell'>> & { cell?: Partial<EvidenceCell> };

/** `successes` of `n` items by `model`, optionally on one `deployment`. */
export function testEvidence(model: string, successes: number, n: number, overrides: Overrides = {}): EvidenceRow {
  const mean = successes / n;
  const { cell, ...rest } = overrides;
  return {
    model,
    deployment: null,
    model_version: null,
    metric: 'accuracy',
    n,
    mean,
    interval: [Math.max(0, mean - 0.05), Math.min(1, mean + 0.05)],
    effective_n: null,
    instrument: { name: 'suite', version: 'v1', items: null },
    outcomes: null,
    usd_per_item: null,
    seconds_per_item: null,
    date: '2026-11-01',
    run: `run_${model}`,
    kind: 'own',
    sandbox: false,
    ...rest,
    cell: { task: 'code_generation', language: null, length: null, use_case: null, ...cell },
  };
}

/** Scores by item id: the first `successes` of `n` items are right, beginning at item `from`. */
export const testOutcomes = (successes: number, n: number, from = 0): Record<string, number> =>
  Object.fromEntries(Array.from({ length: n }, (_, index) => [`item-${from + index}`, index < successes ? 1 : 0]));
