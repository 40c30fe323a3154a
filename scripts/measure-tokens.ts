// Measures what tokens cost: `node scripts/measure-tokens.ts [rounds]`, thread time inside one process.
// Prints JSON: for each kind of stream the microseconds that restoring adds to a chunk (one word a chunk, one chunk in
// twenty holds a piece of a token), what making the tokens of its request costs spread over the same chunks, and for
// requests of several sizes what replacing costs in all. Least of several batches, since other work only adds.

import { Buffer } from 'node:buffer';
import type { Dialect } from '../src/contracts/vocabulary.ts';
import { createLanes, type LaneSource } from '../src/gateway/lanes.ts';
import { readRequest } from '../src/gateway/read-request.ts';
import { spokenRequest, tokeniseRequest } from '../src/gateway/tokenised-request.ts';
import { detect } from '../src/privacy/detect.ts';
import { createHandling } from '../src/privacy/tokens/handling.ts';
import { testDeployment, testEndpoint } from '../src/routing/test-world.ts';
import { NO_CLIENT_HEADERS } from '../src/wire/anthropic/headers.ts';
import type { StreamListener } from '../src/wire/dialect.ts';

const CHUNKS = 400;
const BATCHES = 15;
const SETTINGS = { tenantKey: Buffer.alloc(32, 1), handling: createHandling() };
const VALUES = 'anna.schmidt@example.org, +49 30 901820, 4012 8888 8888 1881, DE89 3704 0044 0532 0130 00';
const PROSE = 'The committee considers how best to explain the results of the survey to a wider audience. ';

const SILENT: StreamListener = {
  onContent: () => undefined,
  onBytes: () => undefined,
  onUsage: () => undefined,
  onFinish: () => undefined,
  onComplete: () => undefined,
  onStreamError: () => undefined,
  onCut: () => undefined,
  onMalformed: () => undefined,
};

/** Thread time of each work in microseconds, by turns, least of several batches. */
function costsOf(works: readonly (() => void)[], calls: number): number[] {
  const least = works.map(() => Number.POSITIVE_INFINITY);
  for (let batch = 0; batch < BATCHES; batch += 1) {
    for (const [index, work] of works.entries()) {
      const before = process.threadCpuUsage();
      for (let call = 0; call < calls; call += 1) work();
      const { user, system } = process.threadCpuUsage(before);
      least[index] = Math.min(least[index] as number, (user + system) / calls);
    }
  }
  return least;
}

function requestOf(dialect: 'openai' | 'anthropic', content: string) {
  const body = Buffer.from(
    JSON.stringify({ model: 'auto', max_tokens: 999, stream: true, messages: [{ role: 'user', content }] }),
  );
  const read = readRequest('chat', dialect, body);
  return { body, read };
}

function tokenise({ body, read }: ReturnType<typeof requestOf>) {
  const spoken = spokenRequest(read, body, 'key', null);
  return { spoken, findings: spoken.texts.map(({ text }) => detect(text)) };
}

const words = (tokens: readonly string[]): string[] => {
  const all = PROSE.split(/(?<= )/);
  return Array.from({ length: CHUNKS }, (_, index) => {
    const token = tokens[Math.floor(index / 80) % tokens.length] ?? '';
    // A token comes in four pieces, once in eighty words.
    const piece = index % 80;
    return piece < 4 ? token.slice(piece * 6, piece * 6 + 6) : (all[index % all.length] as string);
  });
};

const event = (value: object): string => `data: ${JSON.stringify(value)}\n\n`;

/** One buffer a chunk, as sockets give them. */
function chunksOf(dialect: Dialect, tokens: readonly string[]): Buffer[] {
  const texts = words(tokens).map((text): string => {
    if (dialect === 'openai') {
      const head = { id: 'chatcmpl-9', object: 'chat.completion.chunk', created: 1_700_000_000, model: 'm' };
      return event({ ...head, choices: [{ index: 0, delta: { content: text }, finish_reason: null }] });
    }
    if (dialect === 'gemini')
      return event({ candidates: [{ index: 0, content: { role: 'model', parts: [{ text }] } }] });
    const delta = { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } };
    return `event: content_block_delta\n${event(delta)}`;
  });
  const start =
    dialect === 'anthropic'
      ? [
          `event: message_start\n${event({ type: 'message_start', message: { id: 'm', role: 'assistant', content: [] } })}`,
          `event: content_block_start\n${event({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } })}`,
        ]
      : [];
  return [...start, ...texts].map((text) => Buffer.from(text));
}

function measureStream(client: 'openai' | 'anthropic', upstream: Dialect): Record<string, number> {
  const request = requestOf(client, PROSE + VALUES);
  const { spoken, findings } = tokenise(request);
  const made = tokeniseRequest(spoken, findings, SETTINGS, request.read);
  const tokens = made.body.toString().match(/PII_[A-Z]{4}_[0-9A-Z]{13}/g) ?? [];
  if (tokens.length < 4) throw new Error('The request has not the tokens that it should have.');
  const chunks = chunksOf(upstream, tokens);
  const deployment = testDeployment('d', 'test/model', { endpoint: testEndpoint('e', { dialect: upstream }) });
  const source: LaneSource = {
    ...request,
    requestId: 'req_1',
    receivedAtMs: 0,
    estimatedInputTokens: 99,
    clientHeaders: NO_CLIENT_HEADERS,
  };
  const run = (from: LaneSource) => (): void => {
    const lane = createLanes(from)(deployment);
    lane.build(deployment);
    const stream = lane.stream(SILENT, null);
    for (const chunk of chunks) stream.push(chunk);
  };
  const plain = run(source);
  const restored = run({ ...source, read: made.read, body: made.body, restore: made.restore });
  for (let warm = 0; warm < 100; warm += 1) {
    plain();
    restored();
  }
  const [without, withTokens] = costsOf([plain, restored], 60) as [number, number];
  const [make] = costsOf([() => tokeniseRequest(spoken, findings, SETTINGS, request.read)], 400) as [number];
  const each = (us: number): number => Math.round((us / chunks.length) * 100) / 100;
  return { without: each(without), restore: each(withTokens - without), make: each(make) };
}

function measureRequest(length: number): Record<string, number> {
  const unit = `${PROSE.repeat(9)}${VALUES}. `;
  const request = requestOf('openai', unit.repeat(Math.ceil(length / unit.length)).slice(0, length));
  const { spoken, findings } = tokenise(request);
  const make = (): unknown => tokeniseRequest(spoken, findings, SETTINGS, request.read);
  const calls = Math.max(3, Math.floor(2_000_000 / length));
  for (let warm = 0; warm < calls; warm += 1) make();
  const walk = (): unknown => spokenRequest(request.read, request.body, 'key', null);
  const [walked, replaced] = costsOf([walk, make], calls) as [number, number];
  return { characters: length, walk_us: Math.round(walked), replace_us: Math.round(replaced) };
}

const rounds = Number(process.argv[2] ?? 3);
for (let round = 0; round < rounds; round += 1) {
  const streams: Record<string, Record<string, number>> = {};
  for (const client of ['openai', 'anthropic'] as const) {
    for (const upstream of ['openai', 'anthropic', 'gemini'] as const) {
      streams[`${client} to ${upstream}, us per chunk`] = measureStream(client, upstream);
    }
  }
  const requests = [500, 10_000, 1_000_000].map(measureRequest);
  process.stdout.write(`${JSON.stringify({ round, streams, requests }, null, 1)}\n`);
}
