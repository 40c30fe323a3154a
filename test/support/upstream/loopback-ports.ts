import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { Worker } from 'node:worker_threads';

/** A loopback port on which nothing listens: connecting is refused. */
export async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return port;
}

/** Listens, and never accepts: its thread stops right after. */
const STOPPED_LISTENER = `
  const { workerData, parentPort } = require('node:worker_threads');
  const server = require('node:net').createServer();
  server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
    parentPort.postMessage(server.address().port);
    setImmediate(() => Atomics.wait(workerData, 0, 0));
  });
`;
/** What a backlog of one takes in before the kernel drops whoever comes next. */
const TAKEN_IN = 2;

/** A loopback port on which connections hang before they are made: the queue of its listener is full. */
export async function hangingPort(): Promise<{ port: number; close: () => Promise<void> }> {
  const worker = new Worker(STOPPED_LISTENER, { eval: true, workerData: new Int32Array(new SharedArrayBuffer(4)) });
  const [port] = (await once(worker, 'message')) as [number];
  const sockets = Array.from({ length: TAKEN_IN }, () => connect(port, '127.0.0.1'));
  await Promise.all(sockets.map((socket) => once(socket, 'connect')));
  const close = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    await worker.terminate();
  };
  return { port, close };
}

/** Sends bytes to a port and collects what comes back until the peer closes: for testing servers below the HTTP client. */
export function exchangeBytes(port: number, bytes: string | Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    const parts: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => parts.push(chunk));
    socket.on('error', reject);
    socket.on('close', () => resolve(Buffer.concat(parts)));
  });
}
