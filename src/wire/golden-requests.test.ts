import { describe, expect, test } from 'vitest';
import { sampleDeployment } from '../../test/support/deployments.ts';
import { GOLDEN_REQUESTS, type GoldenRequest } from '../../test/support/golden-requests.ts';
import { anthropicComplaints } from '../../test/support/vendors/anthropic-rules.ts';
import type { Members } from '../../test/support/vendors/complaints.ts';
import { geminiComplaints } from '../../test/support/vendors/gemini-rules.ts';
import { openAiComplaints } from '../../test/support/vendors/openai-rules.ts';
import type { ChatRequest } from '../contracts/chat-request.ts';
import type { Dialect } from '../contracts/vocabulary.ts';
import { scanJson } from '../lib/json-scan.ts';
import { anthropicUpstream } from './anthropic/codec.ts';
import { NO_CLIENT_HEADERS } from './anthropic/headers.ts';
import { readAnthropicChat } from './anthropic/read-chat.ts';
import { readAnthropicRequest } from './anthropic/read-request-members.ts';
import { createAnthropicRelayLane } from './anthropic/relay-lane.ts';
import { geminiUpstream } from './gemini/codec.ts';
import { LossReport } from './losses.ts';
import { openAiUpstream } from './openai-chat/codec.ts';
import { readOpenAiChat } from './openai-chat/read-chat.ts';
import { readOpenAiRequest } from './openai-chat/read-request.ts';
import { createOpenAiRelayLane } from './openai-chat/relay-lane.ts';

const UPSTREAMS = { openai: openAiUpstream, anthropic: anthropicUpstream, gemini: geminiUpstream };

/** Every feature is there for each client; Anthropic's clients have no audio to send. */
const FEATURES = [
  'system',
  'tools',
  'parallel-tools',
  'tool-history',
  'no-argument-tools',
  'tool-choice',
  'json-schema',
  'images',
  'files',
  'audio',
  'reasoning',
  'signatures',
  'prefill',
  'sampling',
  'metadata',
];

const ISSUED: ReadonlySet<string> = new Set(['c2lnbmVk', 'RmFrZQ==']);

function complaints(dialect: Dialect, model: string, body: Members): string[] {
  if (dialect === 'openai') return openAiComplaints(body);
  if (dialect === 'anthropic') return anthropicComplaints(body, ISSUED, false);
  return geminiComplaints(model, body, ISSUED);
}

function read({ from, body }: GoldenRequest): ChatRequest {
  const given = body as Record<string, unknown>;
  if (from === 'openai') {
    readOpenAiRequest('chat', given);
    return readOpenAiChat(given);
  }
  readAnthropicRequest('messages', given);
  return readAnthropicChat(given);
}

const pairs = GOLDEN_REQUESTS.flatMap((golden) =>
  Object.entries(golden.to).map(([dialect, upstream]) => ({
    title: `${golden.name} to ${dialect}`,
    golden,
    dialect: dialect as Dialect,
    upstream,
  })),
);

describe('a request as a client writes it by the documentation', () => {
  test.each(pairs)('$title', ({ golden, dialect, upstream }) => {
    const losses = new LossReport();
    const { model, without, body } = upstream;
    const deployment = sampleDeployment({ dialect, upstreamModel: model, ...(without && { without }) });
    const built = UPSTREAMS[dialect].buildRequest(read(golden), deployment, losses);
    expect(JSON.parse(built.body)).toEqual(body);
    expect(losses.entries.map(({ kind, field }) => `${kind} ${field}`).toSorted()).toEqual(upstream.losses);
  });

  test.each(pairs)('$title is nothing that the vendor refuses', ({ dialect, upstream }) => {
    expect(complaints(dialect, upstream.model, upstream.body)).toEqual([]);
  });

  test.each(GOLDEN_REQUESTS)('$name to its own dialect changes in its model alone', (golden) => {
    const body = golden.body as Record<string, unknown>;
    const bytes = Buffer.from(JSON.stringify(body));
    const scan = scanJson(bytes, { maxDepth: 64, maxKeys: 1_000 });
    if (!scan.ok) throw new Error(scan.message);
    const lane =
      golden.from === 'openai'
        ? createOpenAiRelayLane(bytes, scan, readOpenAiRequest('chat', body))
        : createAnthropicRelayLane(bytes, scan, readAnthropicRequest('messages', body), NO_CLIENT_HEADERS);
    const built = lane.build(sampleDeployment({ dialect: golden.from, upstreamModel: 'upstream-model' }));
    const { model, ...rest } = JSON.parse(built.body.toString()) as Record<string, unknown>;
    const { model: _asked, ...given } = body;
    // What the vendor may not decide for us is left out, and said.
    for (const { field } of built.loss) delete given[field];
    // What only we understand in it goes out as the vendor gave it, or not at all.
    const isOurs = /__al1_|alidade-unsigned|c2lnbmVk/.test(bytes.toString());
    expect(model).toBe('upstream-model');
    if (!isOurs) expect(rest).toEqual(given);
  });
});

test.each(['openai', 'anthropic'] as const)('every feature has a request of a client of %s', (from) => {
  const there = new Set(GOLDEN_REQUESTS.map(({ name }) => name));
  const missing = FEATURES.filter((feature) => !there.has(`${from}-${feature}`));
  expect(missing).toEqual(from === 'anthropic' ? ['audio'] : []);
});

test.each(GOLDEN_REQUESTS)('$name says where it is from, of what date, and for which models', ({ about, from, to }) => {
  expect(about.source).toContain('https://');
  expect(about.date).toMatch(/^\d{4}-\d{2}-\d{2}$/);
  expect(about.case).not.toBe('');
  const others = (['openai', 'anthropic', 'gemini'] as const).filter((dialect) => dialect !== from);
  expect(Object.keys(to).sort()).toEqual(others.toSorted());
  for (const { model } of Object.values(to)) expect(model).toMatch(/^(gpt|claude|gemini)-/);
});
