import type { LossReport } from '../losses.ts';
import type { Block } from './build-content.ts';

/** A message under way. Results of tools must stand before everything else of their message. */
export interface WireMessage {
  role: 'user' | 'assistant' | 'system';
  results: Block[];
  blocks: Block[];
}

const callIdsOf = (message: WireMessage | undefined): string[] =>
  message?.role === 'assistant'
    ? message.blocks.filter(({ type }) => type === 'tool_use').map(({ id }) => String(id))
    : [];

/** A result whose call is not in the turn before: its content as what the user says. */
function orphanBlocks(result: Block): Block[] {
  const { content } = result;
  if (typeof content === 'string') return content.trim() === '' ? [] : [{ type: 'text', text: content }];
  return Array.isArray(content) ? (content as Block[]) : [];
}

const unanswered = (id: string): Block => ({ type: 'tool_result', tool_use_id: id, is_error: true });

/**
 * Every call must be answered in the very next turn, once, and nothing else may be: otherwise the vendor answers 400
 * (`tool_use ids were found without tool_result blocks immediately after`).
 */
export function pairResults(messages: readonly WireMessage[], losses: LossReport): WireMessage[] {
  const paired: WireMessage[] = [];
  for (const message of messages) {
    const wanted = callIdsOf(paired.at(-1));
    if (message.role !== 'user') {
      answerAll(wanted, paired, losses);
      paired.push(message);
      continue;
    }
    const results: Block[] = [];
    const orphans: Block[] = [];
    for (const result of message.results) {
      const at = wanted.indexOf(String(result.tool_use_id));
      if (at === -1) orphans.push(...orphanBlocks(result));
      else {
        wanted.splice(at, 1);
        results.push(result);
      }
    }
    if (results.length < message.results.length) losses.add('tool_result_orphan');
    if (wanted.length > 0) losses.add('tool_call_unanswered');
    results.push(...wanted.map(unanswered));
    if (results.length + orphans.length + message.blocks.length > 0) {
      paired.push({ role: 'user', results, blocks: [...orphans, ...message.blocks] });
    }
  }
  answerAll(callIdsOf(paired.at(-1)), paired, losses);
  return paired;
}

/** Calls that no turn of the user follows get one that says that they were not answered. */
function answerAll(calls: readonly string[], paired: WireMessage[], losses: LossReport): void {
  if (calls.length === 0) return;
  losses.add('tool_call_unanswered');
  paired.push({ role: 'user', results: calls.map(unanswered), blocks: [] });
}
