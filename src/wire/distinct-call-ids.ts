import type { AssistantTurn, ToolTurn, Turn } from '../contracts/chat-request.ts';

const callIdsOf = (turns: readonly Turn[]): string[] =>
  turns.flatMap((turn) =>
    turn.role === 'assistant' ? turn.parts.flatMap((part) => (part.type === 'tool-call' ? [part.id] : [])) : [],
  );

/** Gives calls whose id is taken another one, and remembers in which order the results of an id belong to its calls. */
class CallIds {
  readonly #taken: Set<string>;
  readonly #used = new Set<string>();
  readonly #awaited = new Map<string, string[]>();

  constructor(ids: readonly string[]) {
    this.#taken = new Set(ids);
  }

  /** A turn of the model after results or words of the user: what was not answered until here is not answered. */
  forgetUnanswered(): void {
    this.#awaited.clear();
  }

  renameCalls(turn: AssistantTurn): AssistantTurn {
    const parts = turn.parts.map((part) => {
      if (part.type !== 'tool-call') return part;
      const id = this.#used.has(part.id) ? this.#fresh(part.id) : part.id;
      this.#used.add(id);
      this.#awaited.set(part.id, [...(this.#awaited.get(part.id) ?? []), id]);
      return id === part.id ? part : { ...part, id };
    });
    return { ...turn, parts };
  }

  renameResults(turn: ToolTurn): ToolTurn {
    const results = turn.results.map((result) => ({
      ...result,
      id: this.#awaited.get(result.id)?.shift() ?? result.id,
    }));
    return { ...turn, results };
  }

  /** The same for the same conversation, since caches of prompts compare bytes. */
  #fresh(id: string): string {
    let number = 2;
    while (this.#taken.has(`${id}_${number}`)) number += 1;
    const fresh = `${id}_${number}`;
    this.#taken.add(fresh);
    return fresh;
  }
}

/**
 * The turns with an id of its own for every call. Some look-alikes count their calls anew in each answer, and the calls of
 * OpenAI's old `function_call` have no ids but the function's name; Anthropic refuses a conversation in which an id comes
 * twice (`tool_use ids must be unique`, https://github.com/anomalyco/opencode/issues/1279), and results are found by it.
 * Results of one id belong to its calls in order.
 */
export function distinctCallIds(turns: readonly Turn[]): readonly Turn[] {
  const given = callIdsOf(turns);
  if (new Set(given).size === given.length) return turns;
  const ids = new CallIds(given);
  return turns.map((turn, index) => {
    if (turn.role === 'tool') return ids.renameResults(turn);
    if (turn.role !== 'assistant') return turn;
    if (turns[index - 1]?.role !== 'assistant') ids.forgetUnanswered();
    return ids.renameCalls(turn);
  });
}
