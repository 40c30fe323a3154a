import { describe, expect, it } from 'vitest';
import { EventCounter } from './event-counter.ts';

const BODY = Buffer.from('data: {"a":"\\n\\n"}\n\ndata: {"b":2}\n\ndata: [DONE]\n\n');

describe('EventCounter', () => {
  it('counts the same events wherever the bytes are split', () => {
    for (let cut = 0; cut <= BODY.length; cut += 1) {
      const counter = new EventCounter();
      counter.push(BODY, 0, cut);
      counter.push(BODY, cut, BODY.length);
      expect([counter.events, counter.bytes, counter.endedWithDone]).toEqual([3, BODY.length, true]);
    }
  });

  it('sees that a stream was cut before its end', () => {
    const counter = new EventCounter();
    counter.push(BODY, 0, BODY.length - 1);
    expect(counter.events).toBe(2);
    expect(counter.endedWithDone).toBe(false);
  });
});
