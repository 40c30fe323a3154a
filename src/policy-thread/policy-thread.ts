// policy-thread/: where rules are compiled and evaluated, and where they are read from.
// May import contracts/, lib/ and policy/; holds the thread and the file system that policy/ must not know.
// Start here: the thread starts with the first thing that needs it, since traffic to which no rule applies needs none.
// policy-worker.ts runs inside it, read-rule-folder.ts reads *.cedar files with their manifest.
// A thread that dies takes its questions with it (they fail, which forbids) and is started anew by the next one.
import { Worker } from 'node:worker_threads';
import type { PolicyBundle } from '../policy/bundle.ts';
import type { CompiledRules, RuleFile } from '../policy/compile-rules.ts';
import type { EvaluationAnswer, EvaluationRequest, RuleEvaluator } from '../policy/evaluate-rules.ts';
import type { RuleCompiler } from '../policy/policy-store.ts';
import type { Rule } from '../policy/rule.ts';
import type { ThreadAnswer, ThreadCall } from './protocol.ts';

/** Cedar lies in WebAssembly memory of its own; the heap holds questions and answers only. */
const WORKER_LIMITS = { maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 8 };

/** From source the worker is TypeScript like everything else, from the package it is JavaScript. */
const workerFile = import.meta.url.endsWith('.ts')
  ? new URL('./policy-worker.ts', import.meta.url)
  : new URL('./policy-worker.js', import.meta.url);

interface Pending {
  resolve: (value: unknown) => void;
  reject: (error: Error) => void;
}

export class PolicyThread implements RuleEvaluator, RuleCompiler {
  #worker: Worker | null = null;
  #pending = new Map<number, Pending>();
  #nextId = 1;
  #sent = new Set<string>();
  #closed = false;

  /** Loads Cedar ahead of the first question, where one is sure to come. */
  warm(): void {
    this.#start();
  }

  compile(files: readonly RuleFile[], known: readonly Rule[]): Promise<CompiledRules> {
    return this.#ask((id) => ({ kind: 'compile', id, files, known }));
  }

  evaluate(bundle: PolicyBundle, request: EvaluationRequest): Promise<EvaluationAnswer> {
    const worker = this.#start();
    if (worker !== null && !this.#sent.has(bundle.digest)) {
      // The worker keeps two; whichever it has dropped is sent again, because only the last two stay in our list.
      this.#sent = new Set([...this.#sent, bundle.digest].slice(-2));
      worker.postMessage({ kind: 'bundle', digest: bundle.digest, rules: bundle.rules } satisfies ThreadCall);
    }
    return this.#ask((id) => ({ kind: 'evaluate', id, digest: bundle.digest, request }));
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#worker?.terminate();
  }

  #start(): Worker | null {
    if (this.#closed || this.#worker !== null) return this.#worker;
    const worker = new Worker(workerFile, { resourceLimits: WORKER_LIMITS });
    worker.on('message', (answer: ThreadAnswer) => this.#received(answer));
    // `exit` follows and tells whoever waits; without a listener the error would end the process.
    worker.on('error', (error) => this.#ended(worker, error));
    worker.on('exit', () => this.#ended(worker, new Error('The thread that evaluates policy has ended.')));
    // Questions in flight keep the process alive, an idle thread does not.
    worker.unref();
    this.#worker = worker;
    return worker;
  }

  #ask<T>(call: (id: number) => ThreadCall): Promise<T> {
    const worker = this.#start();
    if (worker === null) return Promise.reject(new Error('Policy is closed.'));
    const id = this.#nextId;
    this.#nextId += 1;
    const answer = new Promise<unknown>((resolve, reject) => this.#pending.set(id, { resolve, reject }));
    worker.ref();
    worker.postMessage(call(id));
    return answer as Promise<T>;
  }

  #received(answer: ThreadAnswer): void {
    const pending = this.#pending.get(answer.id);
    this.#pending.delete(answer.id);
    if (this.#pending.size === 0) this.#worker?.unref();
    if (answer.ok) pending?.resolve(answer.value);
    else pending?.reject(new Error(answer.message));
  }

  #ended(worker: Worker, error: Error): void {
    if (this.#worker !== worker) return;
    this.#worker = null;
    this.#sent.clear();
    for (const { reject } of this.#pending.values()) reject(error);
    this.#pending.clear();
  }
}
