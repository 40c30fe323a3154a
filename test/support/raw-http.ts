import { connect } from 'node:net';

/**
 * Sends bytes as they are and returns what comes back until the other side closes, or until it has been silent after
 * an answer. For requests that no HTTP client would send.
 */
export function sendRaw(origin: string, ...pieces: readonly string[]): Promise<string> {
  const { hostname, port } = new URL(origin);
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const socket = connect(Number(port), hostname);
  let received = '';
  const finish = (): void => {
    socket.destroy();
    resolve(received);
  };
  socket.setEncoding('latin1');
  socket.on('connect', () => {
    for (const piece of pieces) socket.write(piece, 'latin1');
  });
  socket.on('data', (text: string) => {
    received += text;
    socket.setTimeout(300, finish);
  });
  socket.on('close', finish);
  socket.on('error', (error: NodeJS.ErrnoException) => {
    // A refused request may be answered by a reset, which is as good as a close.
    if (error.code === 'ECONNRESET' || error.code === 'EPIPE') finish();
    else reject(error);
  });
  return promise;
}

/** Status of the first answer in `text`; null when the connection was closed without one. */
export function statusOf(text: string): number | null {
  const match = /^HTTP\/1\.1 (\d{3})/.exec(text);
  return match === null ? null : Number(match[1]);
}
