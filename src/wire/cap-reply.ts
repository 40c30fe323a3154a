import type { Deployment } from '../contracts/deployment.ts';
import { scanJson, spliceJson } from '../lib/json-scan.ts';
import type { UpstreamBody } from './dialect.ts';
import { LossReport } from './losses.ts';
import { isRecord, type Json } from './members.ts';

/** Of a body that we have built or checked ourselves. */
const NO_LIMITS = { maxDepth: 1_000, maxKeys: Number.MAX_SAFE_INTEGER };

/** The member that limits a reply, and what it is to say; null: it cannot be lowered so far. */
interface Cap {
  member: string;
  value: unknown;
}

const isBelow = (value: unknown, most: number): boolean => typeof value === 'number' && value <= most;

function openaiCap(body: Json, { endpoint }: Deployment, most: number): Cap | 'fits' {
  const usual = endpoint.quirks.maxTokensMember === 'max_completion_tokens' ? 'max_completion_tokens' : 'max_tokens';
  const other = usual === 'max_tokens' ? 'max_completion_tokens' : 'max_tokens';
  const member = typeof body[other] === 'number' ? other : usual;
  return isBelow(body[member], most) ? 'fits' : { member, value: most };
}

/** Thinking has to end before the reply does, so a budget that is larger than the cap cannot stay. */
function anthropicCap(body: Json, most: number): Cap | 'fits' | null {
  if (isBelow(body.max_tokens, most)) return 'fits';
  const { thinking } = body;
  if (isRecord(thinking) && thinking.type === 'enabled' && !isBelow(thinking.budget_tokens, most - 1)) return null;
  return { member: 'max_tokens', value: most };
}

function geminiCap(body: Json, most: number): Cap | 'fits' | null {
  const config = isRecord(body.generationConfig) ? body.generationConfig : {};
  if (isBelow(config.maxOutputTokens, most)) return 'fits';
  const thinking = isRecord(config.thinkingConfig) ? config.thinkingConfig : {};
  if (typeof thinking.thinkingBudget === 'number' && thinking.thinkingBudget >= most) return null;
  return { member: 'generationConfig', value: { ...config, maxOutputTokens: most } };
}

function capOf(body: Json, deployment: Deployment, most: number): Cap | 'fits' | null {
  switch (deployment.endpoint.dialect) {
    case 'openai':
      return openaiCap(body, deployment, most);
    case 'anthropic':
      return anthropicCap(body, most);
    case 'gemini':
      return geminiCap(body, most);
  }
}

/**
 * The same call with a reply of at most `maxTokens`, because a budget pays for no more; said as a loss. Every other byte
 * stays. null where the request cannot be put so: it asks for more thinking than that.
 */
export function capReply(built: UpstreamBody, deployment: Deployment, maxTokens: number): UpstreamBody | null {
  const scan = scanJson(built.body, NO_LIMITS);
  const body: unknown = JSON.parse(built.body.toString('utf8'));
  if (!('members' in scan) || !isRecord(body)) return null;
  const cap = capOf(body, deployment, maxTokens);
  if (cap === null) return null;
  if (cap === 'fits') return built;
  const losses = new LossReport();
  losses.add('max_tokens_budget');
  return {
    ...built,
    body: spliceJson(built.body, scan, { set: { [cap.member]: JSON.stringify(cap.value) } }),
    loss: [...built.loss, ...losses.entries],
  };
}
