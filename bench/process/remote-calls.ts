// Purpose: request and answer over the IPC channel between the bench and the processes it forks.
// May import: node built-ins only.
// The load generator and the mock upstream answer calls; the bench makes them.
// Results must survive JSON, which is what the channel carries.
// Start reading at serveCalls (child) and RemoteCalls (parent).

import type { ChildProcess } from 'node:child_process';

interface CallMessage {
  id: number;
  name: string;
  argument: unknown;
}

interface AnswerMessage {
  id: number;
  result?: unknown;
  error?: string;
}

export type CallHandlers = Record<string, (argument: never) => unknown>;

/** Answers calls from the parent until the parent goes away, and then exits. */
export function serveCalls(handlers: CallHandlers): void {
  process.on('message', (message: CallMessage) => {
    void answer(handlers, message).then((reply) => process.send?.(reply));
  });
  process.on('disconnect', () => process.exit(0));
  // Ctrl-C reaches the whole process group; the parent decides when its children end.
  process.on('SIGINT', () => undefined);
  process.send?.({ id: 0, result: 'ready' } satisfies AnswerMessage);
}

async function answer(handlers: CallHandlers, message: CallMessage): Promise<AnswerMessage> {
  const handler = handlers[message.name];
  if (handler === undefined) return { id: message.id, error: `no such call: ${message.name}` };
  try {
    return { id: message.id, result: await handler(message.argument as never) };
  } catch (error) {
    return { id: message.id, error: error instanceof Error ? error.message : String(error) };
  }
}

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** Calls a child that runs `serveCalls`. Every open call fails when the child ends. */
export class RemoteCalls {
  private readonly child: ChildProcess;
  private readonly name: string;
  private readonly waiting = new Map<number, Waiting>();
  private lastId = 0;
  readonly ready: Promise<void>;

  constructor(child: ChildProcess, name: string) {
    this.child = child;
    this.name = name;
    this.ready = new Promise((resolve, reject) => {
      this.waiting.set(0, { resolve: () => resolve(), reject });
    });
    child.on('message', (message: AnswerMessage) => this.settle(message));
    child.on('exit', (code, signal) => this.failAll(new Error(`${name} ended (${signal ?? `code ${code}`})`)));
    child.on('error', (error) => this.failAll(error));
  }

  call<Result>(name: string, argument: unknown = null): Promise<Result> {
    this.lastId += 1;
    const id = this.lastId;
    return new Promise<Result>((resolve, reject) => {
      this.waiting.set(id, { resolve: (value) => resolve(value as Result), reject });
      this.child.send({ id, name, argument } satisfies CallMessage, (error) => {
        if (error !== null) this.settle({ id, error: `${this.name}: ${error.message}` });
      });
    });
  }

  private settle(message: AnswerMessage): void {
    const entry = this.waiting.get(message.id);
    if (entry === undefined) return;
    this.waiting.delete(message.id);
    if (message.error !== undefined) entry.reject(new Error(`${this.name}: ${message.error}`));
    else entry.resolve(message.result);
  }

  private failAll(error: Error): void {
    const entries = [...this.waiting.values()];
    this.waiting.clear();
    for (const entry of entries) entry.reject(error);
  }
}
