import { parseExactJson } from '../exact-json.ts';
import type { LossReport } from '../losses.ts';
import type { MemberEdits } from '../member-edits.ts';
import { isRecord, type Json, listOf } from '../members.ts';
import { blocksOf } from './blocks.ts';
import { isOfOthers, mayHoldOthers } from './carried-thoughts.ts';
import type { ModelRules } from './model-rules.ts';

/** Thoughts that Anthropic did not sign: another vendor's, or a look-alike's whose signature is empty. */
function isForeignThought(block: unknown): boolean {
  if (!isRecord(block)) return false;
  if (block.type === 'thinking') return block.signature === '' || isOfOthers(block.signature);
  return block.type === 'redacted_thinking' && isOfOthers(block.data);
}

function withoutForeignThoughts(message: unknown): unknown {
  if (!isRecord(message) || message.role !== 'assistant' || !Array.isArray(message.content)) return message;
  if (!message.content.some(isForeignThought)) return message;
  return { ...message, content: message.content.filter((block) => !isForeignThought(block)) };
}

const isEmpty = (message: unknown): boolean =>
  isRecord(message) && Array.isArray(message.content) && message.content.length === 0;

const CALLS: readonly unknown[] = ['tool_use', 'server_tool_use'];

/** The beginning of an answer, to be continued; calls that wait for their results are none. */
function isPrefill(message: unknown): boolean {
  if (!isRecord(message) || message.role !== 'assistant') return false;
  return !blocksOf(message.content).some((block) => isRecord(block) && CALLS.includes(block.type));
}

const isSystemTurn = (message: unknown): message is Json => isRecord(message) && message.role === 'system';

/** Written with either spacing; a look-alike's empty signature must not reach Anthropic, which checks it. */
const EMPTY_SIGNATURES = ['"signature":""', '"signature": ""'].map((text) => Buffer.from(text));

function mayHoldUnsigned(bytes: Buffer, rules: ModelRules): boolean {
  return mayHoldOthers(bytes) || (rules.documented && EMPTY_SIGNATURES.some((needle) => bytes.includes(needle)));
}

/**
 * Changes `messages` only where the model could not take them: thoughts that Anthropic did not sign and beginnings of
 * answers are left out, instructions in mid-conversation go to the top, for models that refuse them. Only then are the messages written
 * anew, numbers with all their digits; otherwise every byte of them stays. `span` is where they stand in `bytes`.
 */
export function adaptMessages(
  bytes: Buffer,
  span: { start: number; end: number },
  body: Json,
  rules: ModelRules,
  edits: MemberEdits,
  losses: LossReport,
): void {
  const given = listOf(body.messages);
  const dropThoughts =
    mayHoldUnsigned(bytes, rules) && given.some((message) => withoutForeignThoughts(message) !== message);
  const moveSystem = rules.documented && !rules.systemTurns && given.some(isSystemTurn);
  const dropPrefill = !rules.prefill && isPrefill(given.at(-1));
  if (!dropThoughts && !moveSystem && !dropPrefill) return;
  let messages = listOf(parseExactJson(bytes.toString('utf8', span.start, span.end)));
  if (dropPrefill) {
    messages = messages.slice(0, -1);
    losses.add('prefill_refused');
  }
  if (dropThoughts) {
    messages = messages.map(withoutForeignThoughts).filter((message) => !isEmpty(message));
    losses.add('reasoning_history');
  }
  if (moveSystem) {
    const moved = messages.filter(isSystemTurn).flatMap((turn) => blocksOf(turn.content));
    edits.set.system = JSON.stringify([...blocksOf(body.system), ...moved]);
    messages = messages.filter((message) => !isSystemTurn(message));
    losses.add('system_moved');
  }
  edits.set.messages = JSON.stringify(messages);
}
