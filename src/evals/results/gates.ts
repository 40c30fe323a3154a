import { AppError } from '../../contracts/errors.ts';
import type { Measures } from './measures.ts';

/** What a gate may ask about. */
const GATE_MEASURES = [
  'score',
  'score_without_errors',
  'refusals',
  'errors',
  'p50_ms',
  'p95_ms',
  'usd_per_task',
  'usd_per_success',
] as const;
type GateMeasure = (typeof GATE_MEASURES)[number];

export interface Gate {
  /** As written. */
  text: string;
  measure: GateMeasure;
  /** `>=` or `<=`. */
  atLeast: boolean;
  bound: number;
}

export interface GateResult {
  gate: string;
  ok: boolean;
  /** `undecided`: the figure itself holds, but not all of its interval does. */
  reason: 'holds' | 'fails' | 'undecided' | 'unknown';
  estimate: number | null;
  low: number | null;
  high: number | null;
}

/** `score>=0.8`, `errors<=0.02`, `p95_ms<=2000`. @throws AppError invalid_request */
export function parseGate(text: string): Gate {
  const match = /^\s*([a-z0-9_]+)\s*(>=|<=)\s*([\d.]+(?:e-?\d+)?)\s*$/.exec(text);
  const measure = GATE_MEASURES.find((name) => name === match?.[1]);
  const bound = Number(match?.[3]);
  if (match === null || measure === undefined || !Number.isFinite(bound)) {
    throw new AppError(
      'invalid_request',
      `A gate is written "score>=0.8" or "p95_ms<=2000", with one of ${GATE_MEASURES.join(', ')}; not ${JSON.stringify(text)}.`,
    );
  }
  return { text: text.trim(), measure, atLeast: match[2] === '>=', bound };
}

interface Figure {
  estimate: number;
  low: number;
  high: number;
}

function figureOf(measures: Measures, measure: GateMeasure): Figure | null {
  const rate = {
    score: measures.quality,
    score_without_errors: measures.quality_without_errors,
    refusals: measures.refusals,
    errors: measures.errors,
  };
  if (measure in rate) {
    const { rate: estimate, ci } = rate[measure as keyof typeof rate];
    // Of the requests that samples stand for, and with an interval that knows which belong together.
    const better = measure === 'score' ? (measures.quality_weighted ?? measures.quality_clustered) : null;
    return estimate === null ? null : (better ?? { estimate, low: ci[0], high: ci[1] });
  }
  return measures[measure as 'p50_ms' | 'p95_ms' | 'usd_per_task' | 'usd_per_success'];
}

/** Rates whose intervals hold for so many samples as were planned. */
const RATES: readonly GateMeasure[] = ['score', 'score_without_errors', 'refusals', 'errors'];

/**
 * A gate says yes only where the whole 95 % interval does: what is not shown has not been shown. `endedEarly`: a rule of the
 * plan ended the run by what it had seen, so that its rates lean to one side and show nothing by themselves.
 */
export function judgeGate(gate: Gate, measures: Measures, endedEarly = false): GateResult {
  const figure = figureOf(measures, gate.measure);
  if (figure === null) {
    return { gate: gate.text, ok: false, reason: 'unknown', estimate: null, low: null, high: null };
  }
  const holds = (value: number): boolean => (gate.atLeast ? value >= gate.bound : value <= gate.bound);
  const shows = !endedEarly || !RATES.includes(gate.measure);
  const ok = shows && holds(gate.atLeast ? figure.low : figure.high);
  const reason = ok ? 'holds' : holds(figure.estimate) ? 'undecided' : 'fails';
  return { gate: gate.text, ok, reason, estimate: figure.estimate, low: figure.low, high: figure.high };
}
