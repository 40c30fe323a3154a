import type { ChatRequest } from '../../src/contracts/chat-request.ts';
import type { StreamPart } from '../../src/contracts/stream-part.ts';
import type { SeededRandom } from '../../src/lib/seeded-random.ts';
import type { ClientCodec, StreamBuilder, StreamReader, UpstreamCodec } from '../../src/wire/codec.ts';
import { LossReport } from '../../src/wire/losses.ts';
import { TranslateStream } from '../../src/wire/translate-stream.ts';
import { chatRequest } from '../support/chat-requests.ts';
import { ListenerRecord, partsOf } from '../support/streams.ts';
import { cutBytes, mutateBytes, mutateJson } from './mutate.ts';
import { FuzzFailure, type FuzzTarget } from './target.ts';

const REQUEST: ChatRequest = chatRequest({ stream: true, includeUsage: true });

interface Client {
  codec: ClientCodec;
  createReader(): StreamReader;
}

/** The same stream with its events changed as JSON, repeated, left out or in another order, or its bytes changed. */
export function mutateStream(text: string, random: SeededRandom): Buffer {
  if (random.integer(4) === 0) return mutateBytes(Buffer.from(text), random);
  const mutated: unknown = mutateJson(text.split('\n\n'), random);
  const events = Array.isArray(mutated) ? mutated.filter((event) => typeof event === 'string') : [];
  const changed = events.map((event) => {
    const at = event.lastIndexOf('data: ');
    if (at === -1 || random.integer(3) !== 0) return event;
    try {
      return `${event.slice(0, at)}data: ${JSON.stringify(mutateJson(JSON.parse(event.slice(at + 6)), random))}`;
    } catch {
      return event;
    }
  });
  return Buffer.from(changed.join('\n\n'));
}

interface Run {
  parts: StreamPart[];
  record: ListenerRecord;
}

function runParts(codec: UpstreamCodec, chunks: readonly Buffer[]): Run {
  const parts: StreamPart[] = [];
  const record = new ListenerRecord();
  const collect: StreamBuilder = {
    build: (part) => {
      parts.push(part);
      return '';
    },
    resume: () => undefined,
    end: () => '',
  };
  const stream = new TranslateStream(record, codec.createStreamReader(REQUEST), collect, null);
  for (const chunk of chunks) stream.push(chunk);
  stream.end();
  return { parts, record };
}

/** What a stream must keep to, whatever it was made from. */
function brokenOrder({ parts, record }: Run): string | null {
  if (record.ends.length !== 1) return `ended ${record.ends.length} times`;
  const calls = new Map<string, 'open' | 'ended'>();
  const finished = new Set<number>();
  const counts = new Map<number, number>();
  for (const part of parts) {
    if (part.type === 'tool-call-start') {
      const expected = counts.get(part.choice) ?? 0;
      if (part.index !== expected) return `call ${part.index} began where ${expected} was next`;
      if (part.id === '' || part.name === '') return 'a call began without id or name';
      counts.set(part.choice, expected + 1);
      calls.set(`${part.choice}/${part.index}`, 'open');
    }
    if (part.type === 'tool-call-delta' || part.type === 'tool-call-end') {
      const key = `${part.choice}/${part.index}`;
      if (calls.get(key) !== 'open') return `${part.type} of a call that is not open`;
      if (part.type === 'tool-call-end') calls.set(key, 'ended');
      else if (part.text === '') return 'an empty tool-call-delta';
    }
    if (part.type === 'finish') {
      if (finished.has(part.choice)) return `choice ${part.choice} finished twice`;
      finished.add(part.choice);
    }
  }
  const isOpen = [...calls.values()].includes('open');
  return isOpen && record.ends[0] === 'complete' ? 'completed with an open call' : null;
}

interface Said {
  text: string;
  calls: { name: string; text: string }[];
}

/** Everything that one choice says: text, refusal and thoughts in one, since dialects place them differently. */
function said(parts: readonly StreamPart[], choice: number): Said {
  const result: Said = { text: '', calls: [] };
  for (const part of parts) {
    if (!('choice' in part) || part.choice !== choice) continue;
    if (part.type === 'text-delta' || part.type === 'refusal-delta') result.text += part.text;
    // What a vendor says of its refusal is text of one elsewhere.
    else if (part.type === 'finish') result.text += part.refusal?.explanation ?? '';
    else if (part.type === 'tool-call-start') result.calls[part.index] = { name: part.name, text: '' };
    else if (part.type === 'tool-call-delta') {
      const call = result.calls[part.index];
      if (call !== undefined) call.text += part.text;
    }
  }
  for (const call of result.calls) call.text = call.text.trim() || '{}';
  return result;
}

function checkClient(client: Client, codec: UpstreamCodec, bytes: Buffer, direct: Run): string | null {
  const losses = new LossReport();
  const context = { requestId: 'req-1', model: 'maker/model', createdS: 7, request: REQUEST };
  const record = new ListenerRecord();
  const builder = client.codec.createStreamBuilder(context, losses);
  const stream = new TranslateStream(record, codec.createStreamReader(REQUEST), builder, null);
  stream.push(bytes);
  stream.end();
  if (record.ends[0] !== direct.record.ends[0]) return `${client.codec.dialect} ended ${record.ends[0]}`;
  if (record.ends[0] !== 'complete') return null;
  const expected = said(direct.parts, 0);
  const seen = said(partsOf(client.createReader(), record.text), 0);
  const isSame =
    seen.text === expected.text &&
    seen.calls.length === expected.calls.length &&
    seen.calls.every((call, i) => isSameCall(call, expected.calls[i]));
  if (isSame) return null;
  return `a client of ${client.codec.dialect} read ${JSON.stringify(seen)}, not ${JSON.stringify(expected)}`;
}

/** What follows a whole value of arguments means nothing, and a dialect may have ended the call by then. */
function isSameCall(seen: Said['calls'][number], expected: Said['calls'][number] | undefined): boolean {
  if (expected === undefined || seen.name !== expected.name) return false;
  if (seen.text === expected.text) return true;
  return expected.text.startsWith(seen.text) && isJson(seen.text);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/**
 * Mutated streams of one dialect: no exception, one end, calls in order, the same parts however the bytes are cut, and
 * nothing of text and calls lost on the way to any client.
 */
export function streamTarget(
  name: string,
  codec: UpstreamCodec,
  corpus: readonly string[],
  clients: readonly Client[],
): FuzzTarget {
  return {
    name,
    run(random) {
      const bytes = mutateStream(corpus[random.integer(corpus.length)] as string, random);
      const whole = runParts(codec, [bytes]);
      const input = bytes.toString();
      const broken = brokenOrder(whole);
      if (broken !== null) throw new FuzzFailure(broken, input);
      const cut = runParts(codec, cutBytes(bytes, random));
      if (JSON.stringify(cut.parts) !== JSON.stringify(whole.parts)) {
        throw new FuzzFailure('other parts when the bytes came in other chunks', input);
      }
      if (cut.record.ends[0] !== whole.record.ends[0]) throw new FuzzFailure('another end in other chunks', input);
      for (const client of clients) {
        const lost = checkClient(client, codec, bytes, whole);
        if (lost !== null) throw new FuzzFailure(lost, input);
      }
    },
  };
}
