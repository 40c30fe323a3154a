import type { RestoreMode, TokenRestorer } from '../../contracts/tokens.ts';
import { isRecord, type Json, listOf } from '../members.ts';
import type { EventRestorer } from './event-restorer.ts';
import { DEEPEST, MOST_LANES, type RestoreOptions, ValueRestorer } from './restore-values.ts';

/** Members of a delta whose texts come in pieces; every other text comes whole. */
const PIECES: ReadonlySet<string> = new Set([
  'content',
  'refusal',
  'reasoning_content',
  'reasoning',
  'thinking',
  'text',
  'summary',
  'arguments',
  'input',
  'transcript',
]);

type Step = string | number;

/** One text of a choice while it comes: its place in a delta, list positions as `index` says them. */
interface Lane {
  path: readonly Step[];
  restorer: TokenRestorer;
}

/** The chunks of a chat completion. */
export class OpenAiEvents implements EventRestorer {
  failed = false;
  readonly #options: RestoreOptions;
  /** By choice, then by path. */
  readonly #choices = new Map<number, Map<string, Lane>>();
  #lanes = 0;
  /** The chunk that was seen last: what is held back goes out in one like it. */
  #last: Json = {};

  constructor(options: RestoreOptions) {
    this.#options = options;
  }

  restore(chunk: Json): string | null {
    const choices = listOf(chunk.choices);
    if (choices.length === 0) return this.#restoreWhole(chunk);
    this.#last = chunk;
    let before = '';
    const restored = choices.map((choice) => {
      if (!isRecord(choice)) return choice;
      const index = typeof choice.index === 'number' ? choice.index : 0;
      const isLast = choice.finish_reason !== undefined && choice.finish_reason !== null;
      const delta = isRecord(choice.delta) ? this.#delta(choice.delta, index, isLast, []) : choice.delta;
      if (isLast) before += this.#endChoice(index);
      return delta === choice.delta ? choice : { ...choice, delta };
    });
    const isSame = before === '' && restored.every((choice, index) => choice === choices[index]);
    if (this.failed) return '';
    return isSame ? null : `${before}${eventOf({ ...chunk, choices: restored })}`;
  }

  flush(): string {
    let out = '';
    for (const choice of [...this.#choices.keys()]) out += this.#endChoice(choice);
    return out;
  }

  #restoreWhole(chunk: Json): string | null {
    const restorer = new ValueRestorer(this.#options);
    const restored = restorer.record(chunk);
    return restored === chunk ? null : eventOf(restored);
  }

  /** A delta, or an object in one. `isLast`: nothing more comes for this choice, so nothing is held back. */
  #delta(value: Json, choice: number, isLast: boolean, path: readonly Step[]): Json {
    let restored: Record<string, unknown> | null = null;
    if (path.length > DEEPEST) return value;
    for (const name of Object.keys(value)) {
      const member = value[name];
      const next = this.#member(member, name, choice, isLast, [...path, name]);
      if (next === member) continue;
      restored ??= { ...value };
      restored[name] = next;
    }
    return restored ?? value;
  }

  #member(member: unknown, name: string, choice: number, isLast: boolean, path: readonly Step[]): unknown {
    if (typeof member === 'string') {
      return PIECES.has(name) ? this.#piece(member, name, choice, isLast, path) : this.#whole(member, name);
    }
    if (Array.isArray(member)) {
      const items = member.map((item: unknown, position) => {
        const index = isRecord(item) && typeof item.index === 'number' ? item.index : position;
        return isRecord(item) ? this.#delta(item, choice, isLast, [...path, index]) : item;
      });
      return items.some((item, position) => item !== member[position]) ? items : member;
    }
    return isRecord(member) ? this.#delta(member, choice, isLast, path) : member;
  }

  #whole(text: string, name: string): string {
    return new ValueRestorer(this.#options).value(text, name) as string;
  }

  #piece(text: string, name: string, choice: number, isLast: boolean, path: readonly Step[]): string {
    let lanes = this.#choices.get(choice);
    if (lanes === undefined) {
      lanes = new Map();
      this.#choices.set(choice, lanes);
    }
    const key = path.join('.');
    let lane = lanes.get(key);
    if (lane === undefined) {
      lane = { path, restorer: this.#options.tokens.restorer(this.#modeOf(name, path)) };
      lanes.set(key, lane);
      this.#lanes += 1;
      if (this.#lanes > MOST_LANES) this.failed = true;
    }
    let restored = lane.restorer.push(text);
    if (isLast) {
      restored += lane.restorer.end();
      lanes.delete(key);
    }
    if (lane.restorer.fault !== null) this.failed = true;
    return restored;
  }

  #modeOf(name: string, path: readonly Step[]): RestoreMode {
    if (name === 'arguments') return 'arguments';
    return this.#options.jsonContent && name === 'content' && path.length === 1 ? 'json' : 'text';
  }

  /** Everything that a choice still holds back, in one chunk like the last. */
  #endChoice(choice: number): string {
    const lanes = this.#choices.get(choice);
    if (lanes === undefined) return '';
    this.#choices.delete(choice);
    let out = '';
    for (const { path, restorer } of lanes.values()) {
      const rest = restorer.end();
      if (restorer.fault !== null) this.failed = true;
      if (rest === '') continue;
      const { usage: _usage, alidade: _receipt, ...head } = this.#last;
      const delta = deltaAt(path, rest);
      out += eventOf({ ...head, choices: [{ index: choice, delta, finish_reason: null }] });
    }
    return this.failed ? '' : out;
  }
}

const eventOf = (chunk: Json): string => `data: ${JSON.stringify(chunk)}\n\n`;

/** A delta that says `text` at a place. */
function deltaAt(path: readonly Step[], text: string): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return text;
  const inner = deltaAt(rest, text);
  if (typeof step === 'string') return { [step]: inner };
  return [{ index: step, ...(inner as Record<string, unknown>) }];
}
