// The thread in which the longest texts are scanned. Started by text-scanner.ts; nothing else imports it.
// Scans take turns slice by slice, so that a text of ten megabytes does not keep the others waiting.

import { parentPort } from 'node:worker_threads';
import { createScanner, type Scanner } from '../privacy/scanner.ts';
import type { ScanAnswer, ScanCall } from './protocol.ts';

const port = parentPort;
if (port === null) throw new Error('scan-worker.ts runs as a worker thread only.');

const scans = new Map<number, Scanner>();

function takeTurn(): void {
  for (const [id, scanner] of scans) {
    if (scanner.step()) continue;
    scans.delete(id);
    port?.postMessage({ id, findings: scanner.findings } satisfies ScanAnswer);
  }
  if (scans.size > 0) setImmediate(takeTurn);
}

port.on('message', (call: ScanCall) => {
  if (call.kind === 'forget') {
    scans.delete(call.id);
    return;
  }
  const idle = scans.size === 0;
  scans.set(call.id, createScanner(call.text, call.options));
  if (idle) setImmediate(takeTurn);
});
