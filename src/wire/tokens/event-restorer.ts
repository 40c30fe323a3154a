import type { Json } from '../members.ts';

/** Restores the events of one stream in a client's dialect. */
export interface EventRestorer {
  /**
   * What goes to the client for one event: perhaps first another event with what was held back. null: the event's own
   * bytes, unchanged.
   */
  restore(value: Json, eventName: string): string | null;
  /** What is still held back, as events of its own; the stream ends. */
  flush(): string;
  readonly failed: boolean;
}
