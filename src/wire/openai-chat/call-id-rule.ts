import type { UpstreamQuirks } from '../../contracts/deployment.ts';
import type { ToolCallIdRule } from '../tool-call-ids.ts';

/** OpenAI answers 400 to ids of more than 40 characters; letters, digits, `_`, `.`, `:` and `-` are what look-alikes write. */
export const CALL_ID_RULE: ToolCallIdRule = { pattern: /^[A-Za-z0-9_.:-]{1,40}$/, prefix: 'call_', length: 29 };

const NINE_ALPHANUMERICS: ToolCallIdRule = { pattern: /^[A-Za-z0-9]{9}$/, prefix: '', length: 9 };

/** The upstream's own rule; null where it takes what OpenAI does. */
export const ownCallIdRule = ({ toolCallIds }: UpstreamQuirks): ToolCallIdRule | null =>
  toolCallIds === 'nine_alphanumerics' ? NINE_ALPHANUMERICS : null;
