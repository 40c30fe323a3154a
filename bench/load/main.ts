// Purpose: the load generator, a process of its own; its parent gives it one job at a time over IPC.
// May import: bench/http, bench/measure, bench/process and this folder.
// closedLoop keeps requests in flight (CPU per request), openLoop keeps a rate (latency), streams runs whole streams,
// openIdle holds silent ones, sequential times single requests.
// Start reading at closed-loop.ts and open-loop.ts.

import { serveCalls } from '../process/remote-calls.ts';
import { runClosedLoop } from './closed-loop.ts';
import { IdleStreams } from './idle-streams.ts';
import { runOpenLoop } from './open-loop.ts';
import { runSequential } from './sequential.ts';
import { runStreams } from './streams.ts';

const idle = new IdleStreams();

serveCalls({
  closedLoop: runClosedLoop,
  openLoop: runOpenLoop,
  streams: runStreams,
  sequential: runSequential,
  openIdle: (job: Parameters<IdleStreams['open']>[0]) => idle.open(job),
  countIdle: () => idle.alive,
  releaseIdle: () => idle.release(),
});
