import type { PriceTier } from '../contracts/request-facts.ts';
import type { Json } from './members.ts';

/** Words for the listed price, `auto` being what the account says (platform.openai.com and platform.claude.com, `service_tier`). */
const LISTED: ReadonlySet<unknown> = new Set(['auto', 'default', 'standard', 'standard_only', 'on_demand', '']);
/** Half of it, and slower (platform.openai.com/docs/guides/flex-processing). */
const CHEAPER: ReadonlySet<unknown> = new Set(['flex', 'batch']);

/**
 * Whether a request asks for another price than the listed one, for speed or for patience. Words that nobody knows may be
 * dearer: OpenAI has renamed `priority` to `fast` once already.
 */
export function priceTierOf({ service_tier: tier, speed }: Json): { priceTier?: PriceTier } {
  if (typeof speed === 'string' && !LISTED.has(speed)) return { priceTier: 'dearer' };
  if (typeof tier !== 'string' || LISTED.has(tier)) return {};
  return { priceTier: CHEAPER.has(tier) ? 'cheaper' : 'dearer' };
}
