import { readFileSync } from 'node:fs';
import type { Usage } from '../../src/contracts/usage.ts';
import type { FinishReason } from '../../src/contracts/vocabulary.ts';
import type { StreamListener, UpstreamErrorReading } from '../../src/wire/dialect.ts';

const FOLDER = new URL('../../src/wire/anthropic/fixtures/', import.meta.url);

/** Every stream fixture of the dialect. */
export const STREAM_FIXTURES = [
  'text',
  'tool-use',
  'parallel-tools',
  'thinking',
  'omitted-thinking',
  'redacted-thinking',
  'refusal',
  'truncated-tool',
  'stop-sequence',
  'server-tool',
  'overloaded',
] as const;
export type StreamFixture = (typeof STREAM_FIXTURES)[number];

/** The bytes of a stream without the comments in front, which say where it comes from. */
export function streamFixture(name: StreamFixture): string {
  const text = readFileSync(new URL(`${name}.sse.txt`, FOLDER), 'utf8');
  return text.slice(text.indexOf('\n\n') + 2);
}

/** The bytes of a body as it would come over the wire. */
export function bodyFixture(name: string): string {
  const text = readFileSync(new URL(`${name}.json`, FOLDER), 'utf8');
  // The body's own text and not a parsed copy: numbers keep their digits.
  const start = text.indexOf('"body":') + '"body":'.length;
  return text.slice(start, text.lastIndexOf('}')).trim();
}

/** What a transducer says, in order. */
export class StreamRecorder implements StreamListener {
  bytes: Buffer[] = [];
  /** What had been passed on when content was announced; null while it was not. */
  beforeContent: string | null = null;
  usages: Usage[] = [];
  finish: FinishReason | null = null;
  complete = 0;
  cut = 0;
  malformed = 0;
  errors: UpstreamErrorReading[] = [];

  onContent(): void {
    if (this.beforeContent !== null) throw new Error('content was announced twice');
    this.beforeContent = this.text;
  }
  onBytes(bytes: Buffer): void {
    this.bytes.push(Buffer.from(bytes));
  }
  onUsage(usage: Usage): void {
    this.usages.push(usage);
  }
  onFinish(reason: FinishReason): void {
    this.finish = reason;
  }
  onComplete(): void {
    this.complete += 1;
  }
  onStreamError(error: UpstreamErrorReading): void {
    this.errors.push(error);
  }
  onCut(): void {
    this.cut += 1;
  }
  onMalformed(): void {
    this.malformed += 1;
  }

  get text(): string {
    return Buffer.concat(this.bytes).toString('utf8');
  }

  get usage(): Usage | null {
    return this.usages.at(-1) ?? null;
  }

  /** All of it as one value, to compare two ways of cutting the same bytes. */
  get everything(): unknown {
    const { beforeContent, usage, finish, complete, cut, malformed, errors, text } = this;
    return { beforeContent, usage, finish, complete, cut, malformed, errors, text };
  }
}
