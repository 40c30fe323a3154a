import { describe, expect, it } from 'vitest';
import { MessageReader } from '../http/message-reader.ts';
import { EventCounter } from '../load/event-counter.ts';
import { completionAnswer, streamAnswer } from './answers.ts';
import { messageAnswer, messagesStreamAnswer } from './messages-answer.ts';

function bodyOf(frames: readonly Buffer[]): string {
  let body = '';
  const reader = new MessageReader('response', {
    onHead: () => undefined,
    onBody: (chunk, start, end) => {
      body += chunk.toString('utf8', start, end);
    },
    onEnd: () => {
      body += '<end>';
    },
  });
  for (const frame of frames) reader.push(frame);
  return body;
}

describe('completionAnswer', () => {
  it('is one whole response whose usage adds up', () => {
    const body = bodyOf([completionAnswer()]);
    expect(body.endsWith('<end>')).toBe(true);
    const { usage, choices } = JSON.parse(body.slice(0, -'<end>'.length));
    expect(usage.prompt_tokens + usage.completion_tokens).toBe(usage.total_tokens);
    expect(choices[0].finish_reason).toBe('stop');
  });
});

describe('streamAnswer', () => {
  it.each([true, false])('holds exactly the events asked for, one a frame (usage: %s)', (withUsage) => {
    const frames = streamAnswer(20, 230, withUsage);
    expect(frames).toHaveLength(20);
    const counter = new EventCounter();
    const body = Buffer.from(bodyOf(frames).slice(0, -'<end>'.length));
    counter.push(body, 0, body.length);
    expect(counter.events).toBe(20);
    expect(counter.endedWithDone).toBe(true);
    expect(body.includes('"usage":{')).toBe(withUsage);
  });

  it('gives content events the length asked for', () => {
    const frame = streamAnswer(20, 300, false)[5]?.toString() ?? '';
    expect(frame.startsWith(`${(300).toString(16)}\r\ndata: {`)).toBe(true);
  });

  it('refuses streams too short to have a content', () => {
    expect(() => streamAnswer(4, 230, true)).toThrow(RangeError);
  });
});

describe('messagesStreamAnswer', () => {
  it('is a whole message, whose events become the asked number in chat completions', () => {
    const frames = messagesStreamAnswer(20, 230);
    const body = bodyOf(frames).slice(0, -'<end>'.length);
    expect(body.split('event: content_block_delta').length - 1).toBe(16);
    expect(body.trimEnd().endsWith('{"type":"message_stop"}')).toBe(true);
    expect(frames[5]?.toString().startsWith(`${(230).toString(16)}\r\n`)).toBe(true);
  });

  it('refuses streams too short to have a content', () => {
    expect(() => messagesStreamAnswer(4, 230)).toThrow(RangeError);
  });
});

describe('messageAnswer', () => {
  it('is one whole response', () => {
    expect(JSON.parse(bodyOf([messageAnswer()]).slice(0, -'<end>'.length)).stop_reason).toBe('end_turn');
  });
});
