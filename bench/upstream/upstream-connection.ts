import type { Socket } from 'node:net';
import { headerValue, type MessageHead, MessageReader } from '../http/message-reader.ts';
import { completionAnswer, modelListAnswer, streamAnswer } from './answers.ts';
import { type Arrival, type Behaviour, DEFAULT_BEHAVIOUR, type UpstreamCounts } from './behaviour.ts';
import { messageAnswer, messagesStreamAnswer } from './messages-answer.ts';

/** What all connections of one upstream have in common. */
export class UpstreamState {
  readonly completion = completionAnswer();
  readonly message = messageAnswer();
  readonly modelList = modelListAnswer();
  counts: UpstreamCounts = { requests: 0, streams: 0 };
  arrivals: Arrival[] = [];
  behaviour: Behaviour = DEFAULT_BEHAVIOUR;
  private plain: Buffer[] = [];
  private withUsage: Buffer[] = [];
  private messages: Buffer[] = [];

  constructor() {
    this.configure(DEFAULT_BEHAVIOUR);
  }

  configure(behaviour: Behaviour): void {
    this.behaviour = behaviour;
    this.plain = streamAnswer(behaviour.events, behaviour.eventBytes, false);
    this.withUsage = streamAnswer(behaviour.events, behaviour.eventBytes, true);
    this.messages = messagesStreamAnswer(behaviour.events, behaviour.eventBytes);
    this.counts = { requests: 0, streams: 0 };
    this.arrivals = [];
  }

  stream(isMessages: boolean, withUsage: boolean): readonly Buffer[] {
    if (isMessages) return this.messages;
    return withUsage ? this.withUsage : this.plain;
  }
}

const STREAM_MARK = Buffer.from('"stream":true');
const USAGE_MARK = Buffer.from('"include_usage":true');
/** Members other than the prompt sit in the head or the tail of a body; scanning 400 KB of prompt would be the upstream's cost. */
const SCANNED_BYTES = 4_096;

export function serveConnection(socket: Socket, state: UpstreamState): void {
  let firstByteAt = 0;
  let bodyBytes = 0;
  let isPost = true;
  let isMessages = false;
  let start: Buffer = Buffer.alloc(0);
  let tail: Buffer = Buffer.alloc(0);
  let timer: NodeJS.Timeout | null = null;

  const answer = (): void => {
    state.counts.requests += 1;
    if (state.behaviour.keepArrivals) state.arrivals.push({ firstByteAt, lastByteAt: monotonicNow(), bodyBytes });
    firstByteAt = 0;
    if (!isPost) socket.write(state.modelList);
    else if (!mentions(start, tail, STREAM_MARK)) socket.write(isMessages ? state.message : state.completion);
    else {
      state.counts.streams += 1;
      timer = writeOnCadence(socket, state.stream(isMessages, mentions(start, tail, USAGE_MARK)), state.behaviour);
    }
  };

  const reader = new MessageReader('request', {
    onHead: (head: MessageHead) => {
      isPost = head.text.startsWith('POST');
      isMessages = head.text.startsWith('POST /v1/messages');
      bodyBytes = 0;
      start = tail = Buffer.alloc(0);
      if (headerValue(head, 'expect') !== null) socket.write('HTTP/1.1 100 Continue\r\n\r\n');
    },
    onBody: (chunk, from, end) => {
      const piece = chunk.subarray(from, end);
      bodyBytes += piece.length;
      if (start.length < SCANNED_BYTES)
        start = start.length === 0 ? piece.subarray(0, SCANNED_BYTES) : Buffer.concat([start, piece]);
      tail =
        piece.length >= SCANNED_BYTES
          ? piece.subarray(-SCANNED_BYTES)
          : Buffer.concat([tail, piece]).subarray(-SCANNED_BYTES);
    },
    onEnd: answer,
  });

  socket.on('data', (chunk) => {
    if (firstByteAt === 0 && state.behaviour.keepArrivals) firstByteAt = monotonicNow();
    try {
      reader.push(chunk);
    } catch {
      // A client that does not speak HTTP gets what a real server gives it: a closed connection.
      socket.destroy();
    }
  });
  socket.on('close', () => {
    if (timer !== null) clearInterval(timer);
  });
  // A subject that is stopped resets its connections; that is no fault of the upstream.
  socket.on('error', () => undefined);
}

/** Nanoseconds of CLOCK_MONOTONIC, the same in every process of the machine; exact in a double for 104 days of uptime. */
function monotonicNow(): number {
  return Number(process.hrtime.bigint());
}

function mentions(start: Buffer, tail: Buffer, mark: Buffer): boolean {
  return start.includes(mark) || tail.includes(mark);
}

/** One write per tick, so that each event leaves in a segment of its own (the server sets TCP_NODELAY). */
function writeOnCadence(socket: Socket, frames: readonly Buffer[], behaviour: Behaviour): NodeJS.Timeout {
  const last = behaviour.silentAfter ?? frames.length;
  let next = 0;
  const writeNext = (): void => {
    const frame = next < last ? frames[next] : undefined;
    next += 1;
    if (frame !== undefined) socket.write(frame);
    if (next >= last) clearInterval(timer);
  };
  const timer = setInterval(writeNext, behaviour.intervalMs);
  writeNext();
  return timer;
}
