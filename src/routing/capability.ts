import type { TokenRatio } from '../contracts/decision.ts';
import type { Deployment } from '../contracts/deployment.ts';
import type { RequestFacts } from '../contracts/request-facts.ts';
import type { Capability } from '../contracts/vocabulary.ts';
import { p95TokensFor, replyTokens } from './costs.ts';

/**
 * What a deployment must have: without it another question would be answered. The other needs are dropped or degraded on
 * the way, which wire/ declares as a loss: parallel_tools, prefill, reasoning, and of tools_with_reasoning the reasoning,
 * since a call that the caller waits for is worth more than thoughts. Whoever wants all or nothing says `strict`.
 */
const HARD: readonly Capability[] = ['images', 'audio', 'files', 'tools', 'json_schema'];

const CONTEXT_WINDOW_RULE = 'context_window';
const EMBEDDINGS_RULE = 'embeddings';

const NOTHING: readonly string[] = [];

/** Capabilities that the deployment lacks for this request: names of CAPABILITIES, `context_window`, `embeddings`. */
export function missingCapabilities(
  facts: RequestFacts,
  deployment: Deployment,
  ratio?: TokenRatio,
): readonly string[] {
  const { contextWindowTokens } = deployment;
  // The inputs of an embeddings request each have the window to themselves, so their sum says nothing.
  const embeddings = facts.operation === 'embeddings';
  const tooLong =
    !embeddings &&
    contextWindowTokens !== null &&
    p95TokensFor(facts, ratio) + replyTokens(facts, deployment) > contextWindowTokens;
  const notServed = embeddings && (!deployment.endpoint.quirks.embeddings || deployment.kind === 'chat');
  if (facts.needs.length === 0 && !tooLong && !notServed) return NOTHING;
  const missing: string[] = facts.needs.filter((need) => HARD.includes(need) && !deployment.capabilities.has(need));
  if (tooLong) missing.push(CONTEXT_WINDOW_RULE);
  if (notServed) missing.push(EMBEDDINGS_RULE);
  return missing;
}
