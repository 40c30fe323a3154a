// The thread in which the longest texts are scanned. Started by text-scanner.ts; nothing else imports it.
// Scans take turns slice by slice, so that a text of ten megabytes does not keep the others waiting.

import { readlinkSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import { giveWay } from '../lib/give-way.ts';
import type { Finding } from '../privacy/finding.ts';
import { createScanner, MAX_SLICE, type Scanner, type ScanOptions } from '../privacy/scanner.ts';
import type { ScanAnswer, ScanCall } from './protocol.ts';

const port = parentPort;
if (port === null) throw new Error('scan-worker.ts runs as a worker thread only.');
giveWay(readlinkSync);

interface Scan {
  texts: readonly string[];
  options: ScanOptions;
  /** Of the texts that are done. */
  findings: Finding[][];
  /** Of the text at `findings.length`. */
  scanner: Scanner | null;
}

const scans = new Map<number, Scan>();
/** Texts that have not come whole. */
const coming = new Map<number, string[]>();

function takeParts({ id, texts, parts }: ScanCall & { kind: 'parts' }): void {
  const known = coming.get(id) ?? [];
  coming.set(id, known);
  for (const [index, text] of texts.entries()) known[text] = (known[text] ?? '') + parts[index];
}

function begin({ id, count, options }: ScanCall & { kind: 'scan' }): void {
  const known = coming.get(id) ?? [];
  coming.delete(id);
  const texts = Array.from({ length: count }, (_, index) => known[index] ?? '');
  const idle = scans.size === 0;
  scans.set(id, { texts, options, findings: [], scanner: null });
  if (idle) setImmediate(takeTurn);
}

/** Goes on with a scan for about a slice; false when all its texts are done. */
function goOn(scan: Scan): boolean {
  for (let left = MAX_SLICE; left > 0 && scan.findings.length < scan.texts.length; ) {
    scan.scanner ??= createScanner(scan.texts[scan.findings.length] as string, scan.options);
    const from = scan.scanner.position;
    const more = scan.scanner.step();
    // An empty text costs something too.
    left -= scan.scanner.position - from + 1;
    if (more) continue;
    scan.findings.push(scan.scanner.findings);
    scan.scanner = null;
  }
  return scan.findings.length < scan.texts.length;
}

function takeTurn(): void {
  for (const [id, scan] of scans) {
    if (goOn(scan)) continue;
    scans.delete(id);
    port?.postMessage({ id, findings: scan.findings } satisfies ScanAnswer);
  }
  if (scans.size > 0) setImmediate(takeTurn);
}

port.on('message', (call: ScanCall) => {
  switch (call.kind) {
    case 'parts':
      takeParts(call);
      break;
    case 'scan':
      begin(call);
      break;
    case 'forget':
      scans.delete(call.id);
      coming.delete(call.id);
      break;
  }
});
