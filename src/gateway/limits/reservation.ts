import { isChargedApart, mostUsd, sellsSpeeds } from '../../catalog/price.ts';
import type { Deployment } from '../../contracts/deployment.ts';
import type { LimitRoom } from '../../contracts/limits.ts';
import type { RequestFacts } from '../../contracts/request-facts.ts';
import { LEAST_REPLY_TOKENS, replyTokens } from '../../routing/costs.ts';

/** What an attempt holds while it runs. */
export interface Reservation {
  /** Input and output, every answer asked for. */
  tokens: number;
  /** null: unknown price. */
  usd: number | null;
  /** What each answer may take. Overspend is zero where the upstream is told so. */
  replyTokens: number;
  /** True where the reply had to be cut to what is left: the upstream must be told, and it is a loss to declare. */
  clamped: boolean;
}

function reserve(
  facts: RequestFacts,
  deployment: Deployment,
  reply: number,
  atMs: number,
  clamped: boolean,
): Reservation {
  const output = reply * (facts.choices ?? 1);
  return {
    tokens: facts.estimatedTokensP95 + output,
    // A budget that nobody can promise to keep is refused as for any other unknown price.
    usd:
      (facts.priceTier === 'dearer' && sellsSpeeds(deployment)) || isChargedApart(deployment, facts)
        ? null
        : mostUsd(deployment, facts.estimatedTokensP95, output, atMs),
    replyTokens: reply,
    clamped,
  };
}

/** What an attempt may use at most as far as we can tell: 95th percentile of the input and the whole reply. */
export function reservationOf(facts: RequestFacts, deployment: Deployment, atMs: number): Reservation {
  const asked = replyTokens(facts, deployment);
  return reserve(facts, deployment, Math.min(asked, deployment.maxOutputTokens ?? asked), atMs, false);
}

/**
 * The same within what is left: whole where it fits, else with a shorter reply, else null: the budget is used up. A price
 * that is unknown never fits where dollars are limited.
 */
export function reservationWithin(
  room: LimitRoom,
  facts: RequestFacts,
  deployment: Deployment,
  atMs: number,
): Reservation | null {
  const whole = reservationOf(facts, deployment, atMs);
  if (fits(whole, room)) return whole;
  const reply = affordableReply(room, facts, deployment, atMs);
  if (reply === null || reply < Math.min(LEAST_REPLY_TOKENS, whole.replyTokens)) return null;
  const shorter = reserve(facts, deployment, Math.min(reply, whole.replyTokens), atMs, true);
  return fits(shorter, room) ? shorter : null;
}

/**
 * How long a reply that nobody bounded may become before this call alone overspends what is left of the dollars, its own
 * reservation included; null where the model's longest fits, or nobody knows how long that is.
 */
export function unboundedReplyWithin(
  leftUsd: number | null,
  facts: RequestFacts,
  deployment: Deployment,
  atMs: number,
): number | null {
  const { maxOutputTokens: longest, contextWindowTokens: window } = deployment;
  if (leftUsd === null || longest === null || facts.maxOutputTokens !== null) return null;
  const held = reservationOf(facts, deployment, atMs);
  if (held.usd === null) return null;
  const room = { tokens: null, usd: leftUsd + held.usd };
  const affordable = affordableReply(room, facts, deployment, atMs);
  if (affordable === null || affordable >= longest) return null;
  // Some vendors refuse a limit that does not fit into the window beside the prompt.
  const left = window === null ? affordable : Math.min(affordable, window - facts.estimatedTokensP95);
  return Math.max(left, held.replyTokens);
}

const fits = ({ tokens, usd }: Reservation, room: LimitRoom): boolean =>
  (room.tokens === null || tokens <= room.tokens) && (room.usd === null || (usd !== null && usd <= room.usd));

function affordableReply(room: LimitRoom, facts: RequestFacts, deployment: Deployment, atMs: number): number | null {
  if (facts.operation === 'embeddings') return null;
  const input = facts.estimatedTokensP95;
  const choices = facts.choices ?? 1;
  const byTokens = room.tokens === null ? Number.POSITIVE_INFINITY : (room.tokens - input) / choices;
  if (room.usd === null) return Math.floor(byTokens);
  const inputUsd = mostUsd(deployment, input, 0, atMs);
  const million = mostUsd(deployment, input, 1_000_000, atMs);
  if (inputUsd === null || million === null) return null;
  const perToken = (million - inputUsd) / 1_000_000;
  const left = room.usd - inputUsd;
  if (left < 0) return null;
  const byUsd = perToken === 0 ? Number.POSITIVE_INFINITY : left / (perToken * choices);
  return Math.floor(Math.min(byTokens, byUsd));
}
