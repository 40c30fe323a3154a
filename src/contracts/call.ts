import type { Obligation } from './vocabulary.ts';

/** The one inner door to models: enters the lifecycle at *decide*, so policy, limits and receipts hold for sub-calls. */
export interface CallOptions {
  pin?: string;
  parentId: string;
  purpose: 'member' | 'arbiter' | 'judge' | 'evaluation';
  budgetUsd: number | null;
  obligations: readonly Obligation[];
  signal: AbortSignal;
}
