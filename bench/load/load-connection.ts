import { connect, type Socket } from 'node:net';
import { type MessageHead, MessageReader } from '../http/message-reader.ts';
import type { Exchange } from './exchange.ts';

/** A keep-alive connection of the load generator: one exchange at a time, no pipelining. */
export class LoadConnection {
  private readonly socket: Socket;
  private readonly reader: MessageReader;
  private exchange: Exchange | null = null;
  private status = 0;
  private bodySeen = false;
  closed = false;

  private constructor(socket: Socket) {
    this.socket = socket;
    this.reader = new MessageReader('response', {
      onHead: (head: MessageHead) => {
        this.status = head.status;
        this.exchange?.onHead?.(head);
      },
      onBody: (chunk, start, end) => {
        this.bodySeen = true;
        this.exchange?.onBody?.(chunk, start, end);
      },
      onEnd: () => this.finish(),
    });
    socket.on('data', (chunk) => this.read(chunk));
    socket.on('close', () => this.closeExchange('the connection was closed'));
    socket.on('error', (error) => this.closeExchange(error.message));
  }

  static open(port: number): Promise<LoadConnection> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true });
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        resolve(new LoadConnection(socket));
      });
    });
  }

  /** `onWritten` is called once the kernel has taken the last byte. */
  send(bytes: Buffer, exchange: Exchange, onWritten?: () => void): void {
    this.exchange = exchange;
    this.status = 0;
    if (this.closed) this.closeExchange('the connection was closed');
    else this.socket.write(bytes, onWritten);
  }

  destroy(): void {
    this.closed = true;
    this.exchange = null;
    this.socket.destroy();
  }

  private read(chunk: Buffer): void {
    const { exchange } = this;
    this.bodySeen = false;
    try {
      this.reader.push(chunk);
    } catch (error) {
      this.closeExchange(error instanceof Error ? error.message : String(error));
      this.socket.destroy();
      return;
    }
    if (this.bodySeen) exchange?.onRead?.();
  }

  private finish(): void {
    const { exchange } = this;
    this.exchange = null;
    exchange?.onEnd(this.status);
  }

  private closeExchange(reason: string): void {
    const whole = this.reader.close();
    this.closed = true;
    const { exchange } = this;
    this.exchange = null;
    if (exchange !== null) exchange.onFail(whole ? reason : `cut: ${reason}`);
  }
}
