import { connect, isIP, type LookupFunction, type Socket } from 'node:net';
import { type SecureContext, connect as secureConnect } from 'node:tls';

/** Keeps the way to an upstream known to whatever stands between: firewalls and NAT forget silent connections. */
const PROBE_AFTER_MS = 60_000;
const READ_BYTES = 65_536;
/**
 * All sockets read into this one, and each piece is copied out of it at once. Node would make a buffer of this size for every
 * read, and tell of it by way of a stream: for an event of two hundred bytes twice its cost.
 */
const READ_BUFFER = Buffer.allocUnsafeSlow(READ_BYTES);

export interface SocketTarget {
  /** A name or an address, without brackets. */
  host: string;
  port: number;
  /** null: plain TCP. */
  secureContext: SecureContext | null;
  lookup: LookupFunction;
}

/** Hears what a socket reads, and once whether it was connected. */
export interface SocketListener {
  /** `bytes` are the listener's own. Not called while the socket is paused. */
  onRead(bytes: Buffer): void;
  onConnected(socket: Socket): void;
  onRefused(error: Error): void;
}

/** Opens sockets to one target; those behind TLS go on with the last session, which saves half of the handshake. */
export function socketOpener(target: SocketTarget): (listener: SocketListener) => Socket {
  const { host, port, lookup, secureContext } = target;
  let session: Buffer | undefined;
  return (listener) => {
    let waiting = true;
    const options = {
      ...{ host, port, lookup, noDelay: true, keepAlive: true, keepAliveInitialDelay: PROBE_AFTER_MS },
      onread: {
        buffer: READ_BUFFER,
        callback: (length: number): boolean => {
          const bytes = Buffer.allocUnsafe(length);
          READ_BUFFER.copy(bytes, 0, 0, length);
          listener.onRead(bytes);
          return true;
        },
      },
    };
    const socket =
      secureContext === null
        ? connect(options)
        : secureConnect({
            ...options,
            ...(isIP(host) === 0 ? { servername: host } : {}),
            ...(session === undefined ? {} : { session }),
            secureContext,
            ALPNProtocols: ['http/1.1'],
          }).on('session', (made) => {
            session = made;
          });
    socket.once(secureContext === null ? 'connect' : 'secureConnect', () => {
      waiting = false;
      listener.onConnected(socket);
    });
    socket.on('error', (error) => {
      if (!waiting) return;
      waiting = false;
      listener.onRefused(error);
    });
    return socket;
  };
}
