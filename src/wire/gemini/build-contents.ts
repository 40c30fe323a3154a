import type {
  AssistantPart,
  AssistantTurn,
  ReasoningPart,
  SystemTurn,
  TextPart,
  ToolCallPart,
  ToolResultPart,
  ToolTurn,
  Turn,
  UserTurn,
} from '../../contracts/chat-request.ts';
import { distinctCallIds } from '../distinct-call-ids.ts';
import { parseExactJson } from '../exact-json.ts';
import { isRecord } from '../members.ts';
import { buildMedia } from './build-media.ts';
import { buildOrphan, buildResults, type ResultContext } from './build-results.ts';
import type { GeminiContent, GeminiPart } from './wire-types.ts';

/** Google documents this value for calls whose signature is not at hand: https://ai.google.dev/gemini-api/docs/thought-signatures */
const PLACEHOLDER_SIGNATURE = 'skip_thought_signature_validator';

/** Google refuses empty texts and turns without parts; this says nothing and is taken. */
const NOTHING = ' ';

export interface BuiltContents {
  system: GeminiPart[];
  contents: GeminiContent[];
}

/** A content and whether it only holds results, which must not have other parts beside them. */
interface Draft extends GeminiContent {
  results: boolean;
}

const isSystem = (turn: Turn): turn is SystemTurn => turn.role === 'system' || turn.role === 'developer';

function noteText(part: TextPart, { losses }: ResultContext): void {
  if (part.cache !== undefined) losses.add('cache_mark');
  if (part.citations !== undefined && part.citations.length > 0) losses.add('citation_history');
  if (part.signature !== undefined && part.signature.origin !== 'gemini') losses.add('signature_foreign');
}

function buildText(part: TextPart, context: ResultContext): GeminiPart[] {
  noteText(part, context);
  const signature = part.signature?.origin === 'gemini' ? part.signature.value : undefined;
  if (signature !== undefined) return [{ text: part.text, thoughtSignature: signature }];
  return part.text === '' ? [] : [{ text: part.text }];
}

function buildSystem(turn: SystemTurn, context: ResultContext): GeminiPart[] {
  const { losses } = context;
  if (turn.name !== undefined) losses.add('participant_name');
  return turn.parts.flatMap((part) => {
    if (part.type === 'text') return buildText(part, context);
    losses.add('foreign_part', part.name);
    return [];
  });
}

function buildUser(turn: UserTurn, context: ResultContext): GeminiPart[] {
  const { losses, rules } = context;
  if (turn.name !== undefined) losses.add('participant_name');
  const parts = turn.parts.flatMap((part) => {
    if (part.type === 'text') return buildText(part, context);
    if (part.type !== 'unknown') return buildMedia(part, rules, losses);
    losses.add('foreign_part', part.name);
    return [];
  });
  if (parts.length > 0) return parts;
  losses.add('empty_turn');
  return [{ text: NOTHING }];
}

/** Arguments must be an object: free text and what is cut off are sent inside one. */
function argumentsOf(call: ToolCallPart, { losses }: ResultContext): unknown {
  if (call.custom === true) {
    losses.add('custom_tool_call');
    return { input: call.arguments };
  }
  if (call.arguments.trim() === '') return {};
  try {
    const value = parseExactJson(call.arguments);
    if (isRecord(value)) return value;
  } catch {
    // Cut off, or never JSON.
  }
  losses.add('tool_arguments_repaired');
  return { arguments: call.arguments };
}

function buildCall(call: ToolCallPart, context: ResultContext): GeminiPart {
  const { losses, names, rules } = context;
  if (call.cache !== undefined) losses.add('cache_mark');
  const name = names.toUpstream(call.name);
  const args = argumentsOf(call, context);
  const part: GeminiPart = { functionCall: rules.callIds ? { id: call.id, name, args } : { name, args } };
  if (call.signature?.origin === 'gemini') part.thoughtSignature = call.signature.value;
  else if (call.signature !== undefined) losses.add('signature_foreign');
  return part;
}

/**
 * Thoughts go back as they came, signed or not: the vendor's own package sends both, and Gemini signs few of its thoughts.
 * Those that another vendor has signed stay with that vendor.
 */
function buildThought(part: ReasoningPart, { losses, rules }: ResultContext): GeminiPart[] {
  if (part.signature?.origin === 'gemini') {
    return [{ text: part.text, thought: true, thoughtSignature: part.signature.value }];
  }
  const isUnsigned = part.signature === undefined && part.redacted === undefined;
  if (isUnsigned && part.text !== '' && rules.thinking.kind !== 'none') return [{ text: part.text, thought: true }];
  if (part.text !== '' || !isUnsigned) losses.add('reasoning_history');
  return [];
}

function buildAssistantPart(part: AssistantPart, context: ResultContext): GeminiPart[] {
  const { losses } = context;
  switch (part.type) {
    case 'text':
      return buildText(part, context);
    case 'refusal':
      losses.add('refusal_as_text');
      return part.text === '' ? [] : [{ text: part.text }];
    case 'reasoning':
      return buildThought(part, context);
    case 'tool-call':
      return [buildCall(part, context)];
    case 'unknown':
      losses.add('foreign_part', part.name);
      return [];
    default:
      return buildMedia(part, context.rules, losses);
  }
}

function buildAssistant(turns: readonly AssistantTurn[], context: ResultContext) {
  const parts: GeminiPart[] = [];
  const calls: ToolCallPart[] = [];
  for (const turn of turns) {
    if (turn.name !== undefined) context.losses.add('participant_name');
    for (const part of turn.parts) {
      if (part.type === 'tool-call') calls.push(part);
      parts.push(...buildAssistantPart(part, context));
    }
  }
  return { parts, calls };
}

function push(drafts: Draft[], role: 'user' | 'model', parts: GeminiPart[], results: boolean): void {
  if (parts.length === 0) return;
  const last = drafts.at(-1);
  if (last !== undefined && last.role === role && last.results === results) last.parts.push(...parts);
  else drafts.push({ role, parts, results });
}

/** What follows the calls of one turn up to the next turn of the model: results first, then what the user said. */
function pushAnswers(
  drafts: Draft[],
  calls: readonly ToolCallPart[],
  turns: readonly (UserTurn | ToolTurn)[],
  context: ResultContext,
): void {
  const unanswered = new Set(calls.map(({ id }) => id));
  const results: ToolResultPart[] = [];
  const said: GeminiPart[] = [];
  for (const turn of turns) {
    if (turn.role === 'user') said.push(...buildUser(turn, context));
    else {
      for (const result of turn.results) {
        // A second result of one call has no place any more.
        if (unanswered.delete(result.id)) results.push(result);
        else said.push(...buildOrphan(result, context));
      }
    }
  }
  // Calls at the very end of a request have no results either: a turn with calls must be followed by as many results.
  if (calls.length > 0) {
    const { parts, outer } = buildResults(calls, results, context);
    push(drafts, 'user', parts, true);
    push(drafts, 'user', outer, false);
  }
  push(drafts, 'user', said, false);
}

/** Since the last turn in which the user said something, the first call of each step must be signed. */
function signCalls(drafts: readonly Draft[], { losses, rules }: ResultContext): void {
  if (!rules.needsSignatures) return;
  for (let place = drafts.length - 1; place >= 0; place -= 1) {
    const draft = drafts[place] as Draft;
    if (draft.role === 'user' && !draft.results) return;
    const first = draft.role === 'model' ? draft.parts.find((part) => part.functionCall !== undefined) : undefined;
    if (first === undefined || first.thoughtSignature !== undefined) continue;
    first.thoughtSignature = PLACEHOLDER_SIGNATURE;
    losses.add('signature_synthesised');
  }
}

function close(drafts: Draft[], { losses, rules }: ResultContext): void {
  if (!rules.prefill && drafts.at(-1)?.role === 'model') {
    losses.add('prefill_refused');
    drafts.pop();
  }
  if (drafts[0]?.role === 'user') return;
  losses.add('turn_synthesised');
  drafts.unshift({ role: 'user', parts: [{ text: NOTHING }], results: false });
}

/**
 * The conversation in Google's form: instructions apart, user and model in turn, the results of calls alone in the
 * content that follows them.
 */
export function buildContents(turns: readonly Turn[], context: ResultContext): BuiltContents {
  const system: GeminiPart[] = [];
  const drafts: Draft[] = [];
  let open: AssistantTurn[] = [];
  let answers: (UserTurn | ToolTurn)[] = [];
  const flush = (): void => {
    const { parts, calls } = buildAssistant(open, context);
    push(drafts, 'model', parts, false);
    pushAnswers(drafts, calls, answers, context);
    open = [];
    answers = [];
  };
  let begun = false;
  for (const turn of distinctCallIds(turns)) {
    if (isSystem(turn)) {
      if (begun) context.losses.add('system_moved');
      system.push(...buildSystem(turn, context));
      continue;
    }
    begun = true;
    if (turn.role !== 'assistant') {
      answers.push(turn);
      continue;
    }
    if (answers.length > 0) flush();
    open.push(turn);
  }
  flush();
  close(drafts, context);
  signCalls(drafts, context);
  return { system, contents: drafts.map(({ role, parts }) => ({ role, parts })) };
}
