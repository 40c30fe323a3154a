const LINE_FEED = 0x0a;
const DONE = 'data: [DONE]\n\n';

/** Counts the server-sent events of one body over any split, and knows whether it ended with `[DONE]`. */
export class EventCounter {
  events = 0;
  bytes = 0;
  private lastByte = 0;
  private tail = '';

  push(chunk: Buffer, start: number, end: number): void {
    let previous = this.lastByte;
    for (let index = start; index < end; index += 1) {
      const byte = chunk[index] ?? 0;
      if (byte === LINE_FEED && previous === LINE_FEED) {
        this.events += 1;
        previous = 0;
      } else previous = byte;
    }
    this.lastByte = previous;
    this.bytes += end - start;
    const from = Math.max(start, end - DONE.length);
    this.tail = (this.tail + chunk.toString('latin1', from, end)).slice(-DONE.length);
  }

  get endedWithDone(): boolean {
    return this.tail === DONE;
  }
}
