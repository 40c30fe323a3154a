import { connect } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { startAlidade } from './alidade.ts';
import type { LoopReading } from './event-loop-probe.ts';
import type { RunningSubject, SubjectContext } from './subject.ts';

const PROBE = pathToFileURL(join(import.meta.dirname, 'event-loop-probe.ts')).href;

export interface ProbedSubject extends RunningSubject {
  /** What the event loop went through since the last call. */
  takeReading(): Promise<LoopReading>;
}

/** The product with a watch on its event loop. `names`: addresses of host names, in the order of look-ups. */
export async function startProbed(
  context: SubjectContext,
  configuration: Record<string, unknown>,
  names: Record<string, string[]> = {},
): Promise<ProbedSubject> {
  const path = join(context.folder, 'loop.sock');
  // As many as it takes where nothing is loaded ahead (docs/decisions/0023-threads-of-v8.md).
  const threads = context.core === null ? '' : '--v8-pool-size=1 ';
  const running = await startAlidade(context, configuration, {
    NODE_OPTIONS: `${threads}--import ${PROBE}`,
    ALIDADE_BENCH_LOOP: path,
    ALIDADE_BENCH_NAMES: JSON.stringify(names),
  });
  return { ...running, takeReading: () => readProbe(path) };
}

function readProbe(path: string): Promise<LoopReading> {
  const socket = connect(path);
  const { promise, resolve, reject } = Promise.withResolvers<LoopReading>();
  let text = '';
  socket.setEncoding('utf8');
  socket.on('data', (chunk: string) => {
    text += chunk;
  });
  socket.on('error', reject);
  socket.on('end', () => {
    if (text !== '') resolve(JSON.parse(text) as LoopReading);
  });
  return promise;
}
