import type { AnswerTokens, RestoreMode, TokenFault } from '../../contracts/tokens.ts';
import { parseExactJson } from '../exact-json.ts';
import { isRecord, type Json } from '../members.ts';

/** Members of answers that tie things together, or prove them, and hold nothing that anybody said. */
const SILENT: ReadonlySet<string> = new Set([
  'id',
  'type',
  'role',
  'object',
  'model',
  'name',
  'index',
  'finish_reason',
  'stop_reason',
  'tool_use_id',
  'tool_call_id',
  'call_id',
  'signature',
  'thought_signature',
  'encrypted_content',
  'encrypted_index',
  'data',
  'format',
  'logprobs',
  'usage',
  'system_fingerprint',
  'service_tier',
  'extra_content',
]);
/** Members that hold the JSON text of a call's arguments. */
const ARGUMENTS: ReadonlySet<string> = new Set(['arguments', 'partial_json']);
const CALLS: ReadonlySet<unknown> = new Set(['tool_use', 'server_tool_use', 'mcp_tool_use']);

/** Deeper than any answer; what lies below is left as it is, since whoever walks it calls himself. */
export const DEEPEST = 100;

/** Restored at once: a few milliseconds where it is full of beginnings of tokens. UTF-16 units. */
const LONG = 64 * 1024;

/** Texts that one answer may be saying at a time: 64 calls in each of 16 answers, and more than any vendor sends. */
export const MOST_LANES = 1_024;

/** How an answer is read by whoever gets it. */
export interface RestoreOptions {
  tokens: AnswerTokens;
  /** The answer's text itself was asked for as JSON. */
  jsonContent: boolean;
}

/** Restores texts that are whole, and keeps the first fault. */
export class ValueRestorer {
  fault: TokenFault | null = null;
  readonly #options: RestoreOptions;
  /** Long texts that were restored before they were asked for. */
  readonly #ahead = new Map<RestoreMode, Map<string, string>>();

  constructor(options: RestoreOptions) {
    this.#options = options;
  }

  text(text: string, mode: RestoreMode): string {
    const ahead = text.length < LONG ? undefined : this.#ahead.get(mode)?.get(text);
    if (ahead !== undefined) return ahead;
    const restorer = this.#options.tokens.restorer(mode);
    const restored = restorer.push(text) + restorer.end();
    this.fault ??= restorer.fault;
    return restored;
  }

  /** Restores a long text for `text`, which then has nothing left to do: it yields wherever somebody else may have a turn. */
  *textAhead(text: string, mode: RestoreMode): Generator<void, void> {
    const known = this.#ahead.get(mode) ?? new Map<string, string>();
    if (text.length < LONG || known.has(text)) return;
    this.#ahead.set(mode, known);
    const restorer = this.#options.tokens.restorer(mode);
    let restored = '';
    for (let at = 0; at < text.length; at += LONG) {
      restored += restorer.push(text.slice(at, at + LONG));
      yield;
    }
    known.set(text, restored + restorer.end());
    this.fault ??= restorer.fault;
  }

  /** The same for all long texts that `value` would restore. */
  *valueAhead(value: unknown, name: string, depth = 0): Generator<void, void> {
    if (typeof value === 'string') {
      const mode = value.length < LONG ? null : this.modeOf(name);
      if (mode !== null) yield* this.textAhead(value, mode);
    } else if (SILENT.has(name) || depth > DEEPEST) return;
    else if (Array.isArray(value)) for (const item of value) yield* this.valueAhead(item, name, depth + 1);
    else if (isRecord(value)) {
      for (const member of Object.keys(value)) yield* this.valueAhead(value[member], member, depth + 1);
    }
  }

  /** How the string under a name is to be restored; null: not at all. */
  modeOf(name: string): RestoreMode | null {
    if (SILENT.has(name)) return null;
    if (ARGUMENTS.has(name)) return 'arguments';
    return this.#options.jsonContent && (name === 'content' || name === 'text') ? 'json' : 'text';
  }

  /** The value with all that was said in it restored; the same value where that changes nothing. */
  value(value: unknown, name: string, depth = 0): unknown {
    if (typeof value === 'string') {
      const mode = this.modeOf(name);
      return mode === null ? value : this.text(value, mode);
    }
    if (SILENT.has(name) || depth > DEEPEST) return value;
    if (Array.isArray(value)) {
      const restored = value.map((item) => this.value(item, name, depth + 1));
      return restored.some((item, index) => item !== value[index]) ? restored : value;
    }
    return isRecord(value) ? this.record(value, depth + 1) : value;
  }

  record(value: Json, depth = 0): Json {
    let restored: Record<string, unknown> | null = null;
    for (const name of Object.keys(value)) {
      const member = value[name];
      // Arguments that are no text but an object: the same rules hold for them.
      const isCall = name === 'input' && CALLS.has(value.type) && isRecord(member);
      const next = isCall ? this.arguments(member) : this.value(member, name, depth);
      if (next === member) continue;
      restored ??= { ...value };
      restored[name] = next;
    }
    return restored ?? value;
  }

  arguments(value: Json): unknown {
    const text = JSON.stringify(value);
    const restored = this.text(text, 'arguments');
    return restored === text || this.fault !== null ? value : parseExactJson(restored);
  }
}
