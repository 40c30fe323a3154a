import type { Decision } from '../contracts/decision.ts';
import type { Deployment } from '../contracts/deployment.ts';
import { AppError } from '../contracts/errors.ts';
import { chatOf } from './codecs.ts';
import type { ContinuationTokens } from './continuation.ts';
import type { ExchangeParts } from './exchange-parts.ts';
import { createLanes, type LaneSource } from './lanes.ts';
import { obligationsOf } from './obligations.ts';
import type { BegunText } from './seam.ts';
import type { TokenisedRequest, TokenSettings } from './tokenised-request.ts';

/** Whether the decision lets this deployment see nothing but tokens. */
export const needsTokens = (decision: Decision, deployment: Deployment): boolean =>
  obligationsOf(decision, deployment).includes('tokenise');

/**
 * Lanes of a request as each deployment may see it: with tokens where the decision demands them, else as it came. Where
 * tokens cannot be had, that is the error of every attempt that would need them, and others go on.
 */
export function lanesFor(
  source: LaneSource,
  decision: Decision,
  tokenised: TokenisedRequest | AppError | null,
  settingsNow: () => TokenSettings | undefined,
): Pick<ExchangeParts, 'laneFor' | 'tokenCounts' | 'tokensHold'> {
  const asItCame = createLanes(source);
  if (tokenised === null || tokenised instanceof AppError) {
    return {
      laneFor: (deployment) => {
        if (!needsTokens(decision, deployment)) return asItCame(deployment);
        throw tokenised ?? new AppError('internal', 'Tokens are demanded and were not made.');
      },
    };
  }
  const { read, body, restore, tokens, holdUnder } = tokenised;
  const withTokens = createLanes({ ...source, read, body, restore });
  return {
    laneFor: (deployment) => (needsTokens(decision, deployment) ? withTokens(deployment) : asItCame(deployment)),
    tokenCounts: tokens.counts,
    tokensHold: () => holdUnder(settingsNow()),
  };
}

/**
 * What it takes that a deployment which sees tokens only goes on with an answer; null: there are none.
 * @param tokenise as TokenReplacer.ofAnswer
 */
export function continuationTokens(
  decision: Decision,
  tokenised: TokenisedRequest | AppError | null,
  tokenise: (request: TokenisedRequest, delivered: string) => Promise<BegunText | AppError>,
): ContinuationTokens | null {
  if (tokenised === null || tokenised instanceof AppError) return null;
  return {
    isFor: (deployment) => needsTokens(decision, deployment),
    chat: () => chatOf(tokenised.read, tokenised.body),
    restore: tokenised.restore,
    tokenise: (delivered) => tokenise(tokenised, delivered),
  };
}
