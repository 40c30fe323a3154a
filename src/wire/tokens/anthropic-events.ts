import type { RestoreMode, TokenRestorer } from '../../contracts/tokens.ts';
import { isRecord, type Json } from '../members.ts';
import type { EventRestorer } from './event-restorer.ts';
import { MOST_LANES, type RestoreOptions, ValueRestorer } from './restore-values.ts';

/** Kinds of deltas that come in pieces, and the member that holds the piece. */
const PIECES: ReadonlyMap<unknown, string> = new Map([
  ['text_delta', 'text'],
  ['thinking_delta', 'thinking'],
  ['input_json_delta', 'partial_json'],
]);

interface Lane {
  kind: string;
  restorer: TokenRestorer;
}

/** The events of a message. */
export class AnthropicEvents implements EventRestorer {
  failed = false;
  readonly #options: RestoreOptions;
  /** By content block. */
  readonly #blocks = new Map<number, Lane>();

  constructor(options: RestoreOptions) {
    this.#options = options;
  }

  restore(event: Json, eventName: string): string | null {
    const index = typeof event.index === 'number' ? event.index : 0;
    if (event.type === 'content_block_delta' && isRecord(event.delta)) {
      const name = PIECES.get(event.delta.type);
      const text = name === undefined ? undefined : event.delta[name];
      if (typeof text === 'string') return this.#piece(event, event.delta, name as string, text, index, eventName);
    }
    const before = this.#before(event.type, index);
    const restorer = new ValueRestorer(this.#options);
    const restored = restorer.record(event);
    if (restorer.fault !== null) this.failed = true;
    if (this.failed) return '';
    return before === '' && restored === event ? null : before + eventOf(restored, eventName);
  }

  flush(): string {
    let out = '';
    for (const index of [...this.#blocks.keys()]) out += this.#endBlock(index);
    return out;
  }

  /** What was held back goes out before its block, or all of them, end. */
  #before(type: unknown, index: number): string {
    if (type === 'content_block_stop') return this.#endBlock(index);
    return type === 'message_delta' || type === 'message_stop' ? this.flush() : '';
  }

  #piece(event: Json, delta: Json, name: string, text: string, index: number, eventName: string): string | null {
    const kind = delta.type as string;
    let before = '';
    let lane = this.#blocks.get(index);
    if (lane !== undefined && lane.kind !== kind) {
      before = this.#endBlock(index);
      lane = undefined;
    }
    if (lane === undefined) {
      lane = { kind, restorer: this.#options.tokens.restorer(this.#modeOf(kind)) };
      this.#blocks.set(index, lane);
      if (this.#blocks.size > MOST_LANES) this.failed = true;
    }
    const restored = lane.restorer.push(text);
    if (lane.restorer.fault !== null) this.failed = true;
    if (this.failed) return '';
    if (restored === text) return before === '' ? null : before + eventOf(event, eventName);
    // Nothing would be said by a delta whose text is held back whole.
    if (restored === '') return before;
    return before + eventOf({ ...event, delta: { ...delta, [name]: restored } }, eventName);
  }

  #modeOf(kind: string): RestoreMode {
    if (kind === 'input_json_delta') return 'arguments';
    return this.#options.jsonContent && kind === 'text_delta' ? 'json' : 'text';
  }

  #endBlock(index: number): string {
    const lane = this.#blocks.get(index);
    if (lane === undefined) return '';
    this.#blocks.delete(index);
    const rest = lane.restorer.end();
    if (lane.restorer.fault !== null) this.failed = true;
    if (rest === '' || this.failed) return '';
    const name = PIECES.get(lane.kind) as string;
    const delta = { type: lane.kind, [name]: rest };
    return eventOf({ type: 'content_block_delta', index, delta }, 'content_block_delta');
  }
}

function eventOf(event: Json, eventName: string): string {
  const name = eventName === '' ? String(event.type) : eventName;
  return `event: ${name}\ndata: ${JSON.stringify(event)}\n\n`;
}
