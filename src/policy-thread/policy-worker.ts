// The thread in which rules are compiled and evaluated: loading Cedar takes longer than a hundred requests, and a new
// combination of attributes costs milliseconds that belong to traffic. Started by policy-thread.ts; nothing else imports it.

import { readlinkSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import type { DeploymentAttributes } from '../contracts/policy.ts';
import { giveWay } from '../lib/give-way.ts';
import { inPieces } from '../lib/in-pieces.ts';
import { createBundle, type PolicyBundle } from '../policy/bundle.ts';
import { compileRules } from '../policy/compile-rules.ts';
import { evaluateRules } from '../policy/evaluate-rules.ts';
import type { ThreadAnswer, ThreadCall } from './protocol.ts';

const port = parentPort;
if (port === null) throw new Error('policy-worker.ts runs as a worker thread only.');
const send = (answer: ThreadAnswer): void => port.postMessage(answer);

/** The one in force and the one before, for requests that were in flight when it was replaced. */
const KEPT_BUNDLES = 2;
const bundles = new Map<string, { bundle: PolicyBundle; deployments: Map<number, Partial<DeploymentAttributes>> }>();

function keep(digest: string, bundle: PolicyBundle): void {
  bundles.delete(digest);
  bundles.set(digest, { bundle, deployments: new Map() });
  for (const old of [...bundles.keys()].slice(0, -KEPT_BUNDLES)) bundles.delete(old);
}

/** A tenth of a core that the loop wants, so that two milliseconds of evaluation come back within twenty. */
const NICENESS = 10;
/** What the loop may have to wait for where both share a core. */
const PIECE_MS = 0.3;
/** However short, it lets the other thread in. */
const REST_MS = 0.02;
const never = new Int32Array(new SharedArrayBuffer(4));
const rest = (): void => void Atomics.wait(never, 0, 0, REST_MS);

function answerTo(call: Exclude<ThreadCall, { kind: 'bundle' }>): ThreadAnswer {
  const { id } = call;
  try {
    if (call.kind === 'compile') return { id, ok: true, value: compileRules(call.files, call.known) };
    const kept = bundles.get(call.digest);
    if (kept === undefined) return { id, ok: false, message: `There is no bundle ${call.digest} here.` };
    for (const [number, attributes] of call.more) kept.deployments.set(number, attributes);
    const pause = inPieces(PIECE_MS, () => performance.now(), rest);
    const deployments = call.deployments.map((number) => {
      const attributes = kept.deployments.get(number);
      if (attributes === undefined) throw new Error(`There is no deployment ${number} here.`);
      return attributes;
    });
    return { id, ok: true, value: evaluateRules(kept.bundle, { context: call.context, deployments }, pause) };
  } catch (error) {
    return { id, ok: false, message: error instanceof Error ? error.message : String(error) };
  }
}

let givesWay = false;

port.on('message', (call: ThreadCall) => {
  // Not before: a start waits for the rules.
  if (call.kind === 'evaluate' && !givesWay) {
    givesWay = true;
    giveWay(readlinkSync, NICENESS);
  }
  if (call.kind === 'bundle') keep(call.digest, createBundle(call.rules));
  else send(answerTo(call));
});
