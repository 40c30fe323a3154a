import type { CallSettlement } from '../contracts/call.ts';
import type { Receipt } from '../contracts/receipt.ts';

/** What whoever made a call learns of its end. `modelVersion`: what the vendor says answered. */
export function settlementOf(receipt: Receipt, modelVersion: string | null): CallSettlement {
  const { attempts } = receipt;
  const last = attempts.at(-1);
  const answered = attempts.findLast(({ error }) => error === null) ?? null;
  return {
    outcome: receipt.outcome,
    deployment: (answered ?? last)?.deployment ?? null,
    modelVersion,
    usage: receipt.usage,
    costUsd: receipt.cost_usd,
    firstTokenMs: answered?.first_token_ms ?? null,
    totalMs: receipt.total_ms,
    sandbox: receipt.sandbox,
    attempts,
    loss: receipt.loss,
    ...(receipt.error === null ? {} : { error: receipt.error }),
  };
}
