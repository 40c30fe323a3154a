// Purpose: the mock OpenAI-compatible upstream, a process of its own on a raw socket server.
// May import: bench/http, bench/process and this folder.
// Raw sockets, because it shares a core with the load generator and must never be what is measured:
// an answer is one write of bytes made beforehand. Its parent configures it over IPC.
// Start reading at upstream-connection.ts.

import { type AddressInfo, createServer } from 'node:net';
import { serveCalls } from '../process/remote-calls.ts';
import type { Arrival, Behaviour, UpstreamCounts } from './behaviour.ts';
import { serveConnection, UpstreamState } from './upstream-connection.ts';

const state = new UpstreamState();
const server = createServer({ noDelay: true }, (socket) => serveConnection(socket, state));

serveCalls({
  listen: async (): Promise<number> => {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, resolve);
    });
    return (server.address() as AddressInfo).port;
  },
  configure: (behaviour: Behaviour): void => state.configure(behaviour),
  takeCounts: (): UpstreamCounts => {
    const { counts } = state;
    state.counts = { requests: 0, streams: 0 };
    return counts;
  },
  takeArrivals: (): Arrival[] => state.arrivals.splice(0),
});
