import type {
  UpstreamCall,
  UpstreamClient,
  UpstreamFailure,
  UpstreamHandler,
  UpstreamRequest,
} from '../../../src/contracts/upstream.ts';
import { chatCompletionBody, chatEvents } from './openai-replies.ts';

/** What comes back of a call, one event at a step. */
export type UpstreamEvent =
  | { kind: 'head'; status: number; headers: Readonly<Record<string, string>> }
  | { kind: 'data'; text: string }
  | { kind: 'end' }
  | { kind: 'failure'; failure: UpstreamFailure };

const head = (status: number, contentType: string): UpstreamEvent => ({
  ...{ kind: 'head', status },
  headers: { 'content-type': contentType },
});
const data = (text: string): UpstreamEvent => ({ kind: 'data', text });
const END: UpstreamEvent = { kind: 'end' };

/** A whole, good answer in OpenAI's dialect. */
export function wholeAnswer(stream: boolean, deltas: readonly string[]): UpstreamEvent[] {
  if (stream) return [head(200, 'text/event-stream'), ...chatEvents({ deltas }).map(data), END];
  return [head(200, 'application/json'), data(JSON.stringify(chatCompletionBody({ content: deltas.join('') }))), END];
}

/** A stream that is cut after so many deltas; where none was asked for, nothing but a broken connection. */
export function cutAnswer(stream: boolean, deltas: readonly string[], count: number): UpstreamEvent[] {
  if (!stream) return broken();
  // The first event says who speaks.
  const events = chatEvents({ deltas, usage: 'none' }).slice(0, 1 + count);
  return [head(200, 'text/event-stream'), ...events.map(data), END];
}

export const refusedAnswer = (status: number): UpstreamEvent[] => [
  head(status, 'application/json'),
  data(JSON.stringify({ error: { message: `scripted error ${status}`, type: 'scripted_error', code: null } })),
  END,
];

export const broken = (): UpstreamEvent[] => [{ kind: 'failure', failure: 'reset' }];

/** Of a stream a head and a comment, else nothing at all; and then silence. */
export const silence = (stream: boolean): UpstreamEvent[] =>
  stream ? [head(200, 'text/event-stream'), data(': waiting\n\n')] : [];

interface Running {
  call: number;
  request: UpstreamRequest;
  handler: UpstreamHandler;
  /** null: it has not left, since it waits for a connection. */
  events: UpstreamEvent[] | null;
  delivered: number;
  paused: boolean;
}

export interface SteppedUpstreamOptions {
  /** Told of each call at the moment at which it leaves, with its number from 0; says what comes back. */
  leaves: (request: UpstreamRequest, call: number) => readonly UpstreamEvent[];
  /** Whether a call has to wait for a connection, which it gets with its first step. */
  waits: (call: number) => boolean;
  /** Told right before each event comes, the connection included; `event` counts from 0. */
  comes?: (call: number, event: number) => void;
}

/** Upstreams in memory that answer one event at a step, so that what happens between two events is the test's to say. */
export class SteppedUpstream implements UpstreamClient {
  readonly #options: SteppedUpstreamOptions;
  #calls = 0;
  /** The oldest first. */
  #running: Running[] = [];

  constructor(options: SteppedUpstreamOptions) {
    this.#options = options;
  }

  get calls(): number {
    return this.#calls;
  }

  dispatch(request: UpstreamRequest, handler: UpstreamHandler): UpstreamCall {
    const call = this.#calls;
    this.#calls += 1;
    const events = this.#options.waits(call) ? null : [...this.#options.leaves(request, call)];
    const running: Running = { call, request, handler, events, delivered: 0, paused: false };
    this.#running.push(running);
    return {
      abort: () => {
        if (this.#forget(running)) handler.onFailure('aborted', new Error('aborted'));
      },
      pause: () => {
        running.paused = true;
      },
      resume: () => {
        running.paused = false;
      },
    };
  }

  /** Delivers the next event of each call that runs; false where none has one left. */
  step(): boolean {
    const ready = this.#running.filter(({ paused, events }) => !paused && events?.length !== 0);
    for (const running of ready) if (this.#running.includes(running)) this.#deliver(running);
    return ready.length > 0;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #forget(running: Running): boolean {
    const place = this.#running.indexOf(running);
    if (place >= 0) this.#running.splice(place, 1);
    return place >= 0;
  }

  #connected(running: Running): void {
    const { handler, request, call } = running;
    if (handler.mayLeave?.() !== false) {
      running.events = [...this.#options.leaves(request, call)];
      return;
    }
    this.#forget(running);
    handler.onFailure('withdrawn', new Error('withdrawn'));
  }

  #deliver(running: Running): void {
    const { handler, call } = running;
    this.#options.comes?.(call, running.delivered);
    running.delivered += 1;
    if (running.events === null) return this.#connected(running);
    const event = running.events.shift() as UpstreamEvent;
    if (event.kind === 'head') handler.onHead(event.status, event.headers);
    else if (event.kind === 'data') handler.onData(Buffer.from(event.text));
    else {
      this.#forget(running);
      if (event.kind === 'end') handler.onEnd();
      else handler.onFailure(event.failure, new Error(event.failure));
    }
  }
}
