import { join } from 'node:path';
import { cleanEnvironment, startProcess } from '../process/pinned-process.ts';
import { freePort, waitFor } from '../process/wait-for.ts';
import { acceptsConnections } from './probe.ts';
import { BENCH_KEY, type RunningSubject, type Subject, type SubjectContext } from './subject.ts';

const PROGRAM = join(import.meta.dirname, '../yardstick/bare-relay.ts');

export const bareRelay: Subject = {
  name: 'bare-relay',
  role: 'yardstick',
  start: (context) => startBareRelay(context),
};

/** @param other requests for this model go to another upstream. */
export async function startBareRelay(
  context: SubjectContext,
  other?: { port: number; model: string },
): Promise<RunningSubject> {
  const port = await freePort();
  const otherArguments = other === undefined ? [] : [String(other.port), other.model];
  const process_ = startProcess({
    command: [process.execPath, PROGRAM, String(context.upstreamPort), String(port), ...otherArguments],
    core: context.core,
    cwd: context.folder,
    env: cleanEnvironment(context.folder),
    logFile: join(context.folder, 'log'),
  });
  await waitFor('bare-relay', process_, () => acceptsConnections(port));
  return {
    process: process_,
    port,
    path: '/v1/chat/completions',
    headers: { authorization: `Bearer ${BENCH_KEY}` },
    version: `node ${process.versions.node}`,
  };
}
