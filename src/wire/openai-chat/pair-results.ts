import type {
  AssistantTurn,
  SystemTurn,
  ToolResultPart,
  ToolTurn,
  Turn,
  UserTurn,
} from '../../contracts/chat-request.ts';
import type { LossReport } from '../losses.ts';

const callIdsOf = (turn: AssistantTurn): string[] =>
  turn.parts.flatMap((part) => (part.type === 'tool-call' ? [part.id] : []));

/** Whether every call is answered in the very next turn, once, and nothing else is. */
function isPaired(turns: readonly Turn[]): boolean {
  let open: string[] = [];
  for (const turn of turns) {
    if (turn.role === 'tool') {
      for (const { id } of turn.results) {
        const at = open.indexOf(id);
        if (at === -1) return false;
        open.splice(at, 1);
      }
    } else {
      if (open.length > 0) return false;
      open = turn.role === 'assistant' ? callIdsOf(turn) : [];
    }
  }
  return open.length === 0;
}

/** A result whose call is not in the turn before it: its content as what the user says. */
const asUser = (results: readonly ToolResultPart[]): UserTurn => ({
  role: 'user',
  parts: results.flatMap(({ parts }) => parts),
});

const unanswered = (id: string): ToolResultPart => ({ type: 'tool-result', id, parts: [] });

/** One step of a conversation: what the model says, and what follows until it speaks again. */
class Step {
  readonly #said: AssistantTurn[] = [];
  readonly #results: ToolResultPart[] = [];
  readonly #rest: (UserTurn | SystemTurn)[] = [];

  get isAnswered(): boolean {
    return this.#results.length + this.#rest.length > 0;
  }

  take(turn: Turn): void {
    if (turn.role === 'assistant') this.#said.push(turn);
    else if (turn.role === 'tool') this.#results.push(...turn.results);
    else this.#rest.push(turn);
  }

  turns(losses: LossReport): Turn[] {
    const wanted = this.#said.flatMap(callIdsOf);
    const results: ToolResultPart[] = [];
    const orphans: ToolResultPart[] = [];
    for (const result of this.#results) {
      const at = wanted.indexOf(result.id);
      if (at !== -1) wanted.splice(at, 1);
      (at === -1 ? orphans : results).push(result);
    }
    if (orphans.length > 0) losses.add('tool_result_orphan');
    if (wanted.length > 0) losses.add('tool_call_unanswered');
    results.push(...wanted.map(unanswered));
    const answer: ToolTurn[] = results.length === 0 ? [] : [{ role: 'tool', results }];
    return [
      ...this.#spoken(results.length > 0),
      ...answer,
      ...(orphans.length > 0 ? [asUser(orphans)] : []),
      ...this.#rest,
    ];
  }

  /** Nothing may stand between calls and their results, so turns of the model in a row with calls are one. */
  #spoken(hasCalls: boolean): AssistantTurn[] {
    if (!hasCalls || this.#said.length < 2) return this.#said;
    return [{ role: 'assistant', parts: this.#said.flatMap(({ parts }) => parts) }];
  }
}

/**
 * The turns with every call answered at once, as OpenAI demands it (`An assistant message with 'tool_calls' must be
 * followed by tool messages`): results that came later move up, missing ones are made up, and those without a call are
 * what the user says.
 */
export function pairedTurns(turns: readonly Turn[], losses: LossReport): readonly Turn[] {
  if (isPaired(turns)) return turns;
  const paired: Turn[] = [];
  let step = new Step();
  for (const turn of turns) {
    if (turn.role === 'assistant' && step.isAnswered) {
      paired.push(...step.turns(losses));
      step = new Step();
    }
    step.take(turn);
  }
  return [...paired, ...step.turns(losses)];
}
