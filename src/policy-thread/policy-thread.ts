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
import type { NumberedDeployment, ThreadAnswer, ThreadCall } from './protocol.ts';

/** Cedar lies in WebAssembly memory of its own; the heap holds questions and answers only. */
const WORKER_LIMITS = { maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 8 };

/** From source the worker is TypeScript like everything else, from the package it is JavaScript. */
const workerFile = import.meta.url.endsWith('.ts')
  ? new URL('./policy-worker.ts', import.meta.url)
  : new URL('./policy-worker.js', import.meta.url);

/** Deployments that the worker knows for one bundle, each by the object that rules see. */
interface Sent {
  count: number;
  numbers: WeakMap<object, number>;
}

/** Beyond that the worker begins anew: facts that expire and configurations that change leave old ones behind. */
const MOST_DEPLOYMENTS = 5_000;

/** The number of a deployment; one that is new is added to `more`. A question is a few hundred bytes with it. */
function numberOf(
  deployment: EvaluationRequest['deployments'][number],
  sent: Sent,
  more: NumberedDeployment[],
): number {
  const known = sent.numbers.get(deployment);
  if (known !== undefined) return known;
  const number = sent.count;
  sent.count += 1;
  sent.numbers.set(deployment, number);
  more.push([number, deployment]);
  return number;
}

interface Pending {
  resolve: (value: unknown) => void;
  reject: (error: Error) => void;
}

export class PolicyThread implements RuleEvaluator, RuleCompiler {
  #worker: Worker | null = null;
  #pending = new Map<number, Pending>();
  #nextId = 1;
  /** By digest of the bundle, the last two. */
  #sent = new Map<string, Sent>();
  #closed = false;

  /** Loads Cedar ahead of the first question, where one is sure to come. */
  warm(): void {
    this.#start();
  }

  compile(files: readonly RuleFile[], known: readonly Rule[]): Promise<CompiledRules> {
    return this.#ask((id) => ({ kind: 'compile', id, files, known }));
  }

  evaluate(bundle: PolicyBundle, { context, deployments }: EvaluationRequest): Promise<EvaluationAnswer> {
    const worker = this.#start();
    const { digest, rules } = bundle;
    let sent = this.#sent.get(digest);
    if (worker !== null && (sent === undefined || sent.count >= MOST_DEPLOYMENTS)) {
      sent = { count: 0, numbers: new WeakMap() };
      this.#sent.delete(digest);
      this.#sent.set(digest, sent);
      // The worker keeps two; whichever it has dropped is sent again, because only the last two stay in our list.
      for (const old of [...this.#sent.keys()].slice(0, -2)) this.#sent.delete(old);
      worker.postMessage({ kind: 'bundle', digest, rules } satisfies ThreadCall);
    }
    const more: NumberedDeployment[] = [];
    const numbers = deployments.map((deployment) => (sent === undefined ? 0 : numberOf(deployment, sent, more)));
    return this.#ask((id) => ({ kind: 'evaluate', id, digest, context, deployments: numbers, more }));
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
