import type { ErrorCode } from '../../src/contracts/errors.ts';
import type { StreamPart } from '../../src/contracts/stream-part.ts';
import type { Usage } from '../../src/contracts/usage.ts';
import type { FinishReason } from '../../src/contracts/vocabulary.ts';
import { createSseFramer } from '../../src/lib/sse.ts';
import type { StreamReader } from '../../src/wire/codec.ts';
import type { StreamListener, StreamTransducer } from '../../src/wire/dialect.ts';

/** Everything that a stream transducer tells, in order where order matters. */
export class ListenerRecord implements StreamListener {
  text = '';
  /** Bytes before `onContent`, which the gateway may throw away. */
  beforeContent = '';
  usage: Usage | null = null;
  finishes: FinishReason[] = [];
  ends: ('complete' | 'cut' | 'error')[] = [];
  error: ErrorCode | null = null;
  malformed = 0;
  contents = 0;
  writes = 0;

  onContent(): void {
    this.contents += 1;
    this.beforeContent = this.text;
  }
  onBytes(bytes: Buffer): void {
    this.writes += 1;
    this.text += bytes.toString('utf8');
  }
  onUsage(usage: Usage): void {
    this.usage = usage;
  }
  onFinish(reason: FinishReason): void {
    this.finishes.push(reason);
  }
  onComplete(): void {
    this.ends.push('complete');
  }
  onStreamError(error: { code: ErrorCode }): void {
    this.ends.push('error');
    this.error = error.code;
  }
  onCut(): void {
    this.ends.push('cut');
  }
  onMalformed(): void {
    this.malformed += 1;
  }
}

/** Runs one stream through a transducer, cut where `chunks` are cut. */
export function runStream(
  create: (listener: StreamListener) => StreamTransducer,
  chunks: readonly Buffer[],
): ListenerRecord {
  const record = new ListenerRecord();
  const transducer = create(record);
  for (const chunk of chunks) transducer.push(chunk);
  transducer.end();
  return record;
}

/** The parts that a reader makes of a whole stream, up to its end. */
export function partsOf(reader: StreamReader, stream: Buffer | string): StreamPart[] {
  const parts: StreamPart[] = [];
  const isOver = () => parts.at(-1)?.type === 'end' || parts.at(-1)?.type === 'error';
  const framer = createSseFramer((event) => {
    if (!isOver() && !event.isComment && event.data !== '') reader.read(event.data, event.eventName, parts);
  });
  framer.push(Buffer.from(stream as string));
  if (!isOver()) reader.close(parts);
  return parts;
}
