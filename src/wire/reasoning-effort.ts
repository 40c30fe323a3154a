import type { ReasoningEffort } from '../contracts/chat-request.ts';

/**
 * What an effort is worth in tokens where a dialect knows only budgets, and back. No vendor publishes such a table; the
 * figures keep both ways consistent (an effort comes back as itself) and are what clients of both dialects send in
 * practice: 1,024 is Anthropic's least, 4,096 and 10,240 and 31,999 are Claude Code's steps, 24,576 is the most of
 * Gemini 2.5 Flash.
 */
const STEPS: readonly { effort: ReasoningEffort; budgetTokens: number; upTo: number }[] = [
  { effort: 'minimal', budgetTokens: 1_024, upTo: 1_024 },
  { effort: 'low', budgetTokens: 4_096, upTo: 4_096 },
  { effort: 'medium', budgetTokens: 10_240, upTo: 12_288 },
  { effort: 'high', budgetTokens: 24_576, upTo: 24_576 },
  { effort: 'xhigh', budgetTokens: 31_999, upTo: 32_768 },
  { effort: 'max', budgetTokens: 63_999, upTo: Number.POSITIVE_INFINITY },
];

const EFFORTS = STEPS.map(({ effort }) => effort);

export function budgetOfEffort(effort: ReasoningEffort): number {
  return STEPS.find((step) => step.effort === effort)?.budgetTokens as number;
}

export function effortOfBudget(budgetTokens: number): ReasoningEffort {
  return STEPS.find((step) => budgetTokens <= step.upTo)?.effort as ReasoningEffort;
}

/** The effort itself where the model knows it, else the nearest one, the lesser of two. `known` is never empty. */
export function nearestEffort(effort: ReasoningEffort, known: readonly ReasoningEffort[]): ReasoningEffort {
  const wanted = EFFORTS.indexOf(effort);
  let best = known[0] as ReasoningEffort;
  for (const candidate of known) {
    const distance = Math.abs(EFFORTS.indexOf(candidate) - wanted);
    const shortest = Math.abs(EFFORTS.indexOf(best) - wanted);
    if (distance < shortest || (distance === shortest && EFFORTS.indexOf(candidate) < EFFORTS.indexOf(best))) {
      best = candidate;
    }
  }
  return best;
}

export const isReasoningEffort = (value: unknown): value is ReasoningEffort =>
  EFFORTS.includes(value as ReasoningEffort);
