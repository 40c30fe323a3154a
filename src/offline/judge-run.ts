import type { RunDone } from '../contracts/evaluation-events.ts';
import { junitReport } from '../evals/report/junit.ts';
import { type Gate, type GateResult, judgeGate, parseGate } from '../evals/results/gates.ts';
import { measuresOf } from '../evals/results/measures.ts';
import { readRecordedRun } from './recorded-runs.ts';
import { sequentialText } from './run-texts.ts';

/** @throws AppError invalid_request naming the gate that cannot be read */
export const parseGates = (texts: readonly string[]): Gate[] => texts.map(parseGate);

export interface JudgedRuns {
  /** Every gate on every run. */
  results: readonly (GateResult & { run: string })[];
  junitText: string;
}

/** Judges gates on runs that have ended. Measuring costs time, so nothing is measured without gates. */
export function judgeRuns(
  dataDir: string,
  runs: readonly string[],
  gates: readonly string[],
  junit: boolean,
): JudgedRuns {
  const parsed = parseGates(gates);
  if (parsed.length === 0 && !junit) return { results: [], junitText: '' };
  const read = runs.map((run) => readRecordedRun(dataDir, run).result);
  const results = read.flatMap((result) => {
    if (parsed.length === 0) return [];
    const measures = measuresOf(result);
    const endedEarly = result.done?.stopped === 'decided';
    return parsed.map((gate) => ({ ...judgeGate(gate, measures, endedEarly), run: result.run }));
  });
  return { results, junitText: junit ? junitReport(read, results) : '' };
}

const share = (value: number | null): string => (value === null ? '-' : value.toFixed(3));

/** `FAILED score>=0.8 on run_…: .731 [.702, .759]` */
export function gateLine({ gate, run, ok, reason, estimate, low, high }: GateResult & { run: string }): string {
  const text = (value: number | null): string =>
    value === null || !Number.isFinite(value) ? 'open' : value.toPrecision(4);
  const figure = estimate === null ? 'unknown' : `${text(estimate)} [${text(low)}, ${text(high)}]`;
  const word = ok ? 'ok' : reason === 'undecided' ? 'FAILED (not enough data)' : 'FAILED';
  return `${word} ${gate} on ${run}: ${figure}`;
}

/** What runs came to, for people. */
export function doneTable(ended: readonly RunDone[]): string {
  return ended
    .map(({ run, counts, score, ci, cost_usd: cost, stopped, sandbox, rates, cached, sequential }) => {
      const states = Object.entries(counts).flatMap(([state, count]) => (count > 0 ? [`${count} ${state}`] : []));
      const excluded = rates.errors_excluded;
      return [
        `run      ${run}${sandbox ? '  SANDBOX: not an AI model' : ''}`,
        `ended    ${stopped}: ${states.join(', ')}`,
        `score    ${share(score)} [${share(ci[0])}, ${share(ci[1])}] of ${rates.errors_as_failures.denominator} ${rates.errors_as_failures.denominator_is}`,
        `         ${share(excluded.rate)} [${share(excluded.ci[0])}, ${share(excluded.ci[1])}] of ${excluded.denominator} ${excluded.denominator_is}`,
        `cost     ${cost === null ? 'unknown' : `$${Number(cost.toPrecision(4))}`}${cached > 0 ? `, ${cached} answers were there before` : ''}`,
        ...(sequential === undefined ? [] : [`         ${sequentialText(sequential)}`]),
        '',
      ].join('\n');
    })
    .join('\n');
}
