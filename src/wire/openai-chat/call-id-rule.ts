import type { ToolCallIdRule } from '../tool-call-ids.ts';

/** OpenAI answers 400 to ids of more than 40 characters; letters, digits, `_`, `.`, `:` and `-` are what look-alikes write. */
export const CALL_ID_RULE: ToolCallIdRule = { pattern: /^[A-Za-z0-9_.:-]{1,40}$/, prefix: 'call_', length: 29 };
