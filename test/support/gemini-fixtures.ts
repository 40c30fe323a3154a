import { readdirSync, readFileSync } from 'node:fs';
import type { ChatRequest } from '../../src/contracts/chat-request.ts';
import type { Loss } from '../../src/contracts/receipt.ts';
import type { StreamPart } from '../../src/contracts/stream-part.ts';
import { createSseFramer } from '../../src/lib/sse.ts';
import { geminiUpstream } from '../../src/wire/gemini/codec.ts';
import type { GeminiRequest } from '../../src/wire/gemini/wire-types.ts';
import { LossReport } from '../../src/wire/losses.ts';
import { chatRequest } from './chat-requests.ts';
import { sampleDeployment } from './deployments.ts';

/** A fixture as it lies in src/wire/gemini/fixtures/: what Google would send, with model, date and source. */
export interface AnswerFixture {
  model: string;
  date: string;
  source: string;
  note: string;
  status: number;
  body: unknown;
}

const FIXTURES = new URL('../../src/wire/gemini/fixtures/', import.meta.url);

export const fixtureNames: readonly string[] = readdirSync(FIXTURES).sort();
export const fixtureBytes = (name: string): Buffer => readFileSync(new URL(name, FIXTURES));
export const fixture = (name: string): AnswerFixture => JSON.parse(fixtureBytes(name).toString());
export const bodyOf = (name: string): Buffer => Buffer.from(JSON.stringify(fixture(name).body));

export interface Built {
  path: string;
  body: GeminiRequest;
  losses: readonly Loss[];
  /** `kind field` of each loss. */
  said: readonly string[];
}

export function build(said: Partial<ChatRequest>, upstreamModel = 'gemini-3.8-flash'): Built {
  const report = new LossReport();
  const deployment = sampleDeployment({ dialect: 'gemini', upstreamModel, maxOutputTokens: 65_536 });
  const { path, body } = geminiUpstream.buildRequest(chatRequest(said), deployment, report);
  const losses = report.entries;
  return { path, body: JSON.parse(body), losses, said: losses.map(({ kind, field }) => `${kind} ${field}`) };
}

/** A whole answer as it is read by who asked this. */
export const readAnswer = (body: Buffer, said: Partial<ChatRequest> = {}) =>
  geminiUpstream.readAnswer(body, chatRequest(said));

/** All parts of a stream that comes in these chunks. `malformed` counts events that were left out. */
export function readStream(chunks: Iterable<Buffer>, said: Partial<ChatRequest> = {}) {
  const reader = geminiUpstream.createStreamReader(chatRequest({ stream: true, ...said }));
  const parts: StreamPart[] = [];
  let malformed = 0;
  const framer = createSseFramer((event) => {
    if (event.isComment || event.data === '') return;
    if (!reader.read(event.data, event.eventName, parts)) malformed += 1;
  });
  for (const chunk of chunks) framer.push(Buffer.from(chunk));
  framer.end();
  reader.close(parts);
  return { parts, malformed };
}
