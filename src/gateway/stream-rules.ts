import type { ResilienceConfig } from '../contracts/configuration.ts';
import type { Decision } from '../contracts/decision.ts';
import { chatOf } from './codecs.ts';
import { Continuation, type ContinuationTokens } from './continuation.ts';
import { continuationPrompt } from './continuation-prompts.ts';
import type { ExchangeParts } from './exchange-parts.ts';
import type { LaneSource } from './lanes.ts';
import type { PreparedRequest } from './prepare.ts';

const NOTHING: Pick<ExchangeParts, 'holdBack' | 'hedge' | 'continuation'> = Object.freeze({
  holdBack: null,
  hedge: false,
  continuation: null,
});

/**
 * What use case and row demand of a stream beyond the usual: to be held back, hedged, or continued where it breaks.
 * @param tokens for deployments that may see nothing else; null: there are none
 */
export function streamRules(
  prepared: PreparedRequest,
  decision: Decision,
  source: LaneSource,
  resilience: ResilienceConfig | undefined,
  tokens: ContinuationTokens | null,
): Pick<ExchangeParts, 'holdBack' | 'hedge' | 'continuation'> {
  const { useCase, facts, read } = prepared;
  const hedge = useCase?.hedge ?? decision.config?.hedge === true;
  if ((useCase === null && !hedge) || !read.request.stream || facts.operation !== 'chat') return NOTHING;
  const continues = useCase?.on_stream_break === 'continue';
  return {
    holdBack: useCase?.hold_back ?? null,
    hedge,
    continuation: !continues
      ? null
      : new Continuation({
          client: read.dialect,
          chat: () => chatOf(read, source.body),
          requestId: source.requestId,
          createdS: Math.floor(source.receivedAtMs / 1000),
          estimatedInputTokens: source.estimatedInputTokens,
          prompt: continuationPrompt(facts.language, resilience?.continuation_prompts ?? {}),
          tokens,
          ...(source.written === undefined ? {} : { written: source.written }),
        }),
  };
}
