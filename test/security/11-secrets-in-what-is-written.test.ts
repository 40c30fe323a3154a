import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type ServedFolder, serveFolder } from '../support/served-folder.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { neverAnswers } from '../support/upstream/faults.ts';
import { chatCompletion, chatEvents, eventStream, sseEvent } from '../support/upstream/openai-replies.ts';
import { createScriptedUpstream, type ScriptedUpstream } from '../support/upstream/scripted-upstream.ts';
import type { Script } from '../support/upstream/steps.ts';

// Elsewhere a whole request object was logged, headers and all, and keys lay in logs and traces for weeks. Here each
// place where a secret can come in has a canary of its own, and every byte that is written or told is looked through.

/** One for each way in, so that a find names its way. */
const CANARIES = {
  clientKey: 'canary-client-key-7f31c04b',
  adminKey: 'canary-admin-key-9d20ab41e7',
  wrongKey: 'canary-wrong-key-51aa72',
  vendorKey: 'canary-vendor-key-c41d9e',
  header: 'canary-header-80b2f6',
  cookie: 'canary-cookie-2e6d11',
  system: 'canary-system-prompt-61cc08',
  user: 'canary-user-text-b3f7d5',
  toolResult: 'canary-tool-result-0a94e3',
  toolArguments: 'canary-tool-arguments-ee71b8',
  member: 'canary-unknown-member-d1c5a7',
  schema: 'canary-schema-4f88e2',
  answer: 'canary-answer-36ba9c',
  vendorError: 'canary-vendor-error-a7e04d',
  vendorHeader: 'canary-vendor-header-58f3b1',
  vendorGarbage: 'canary-vendor-garbage-c90e6f',
  modelName: 'canary-model-name-17db3a',
  kept: 'canary-kept-body-95f2c4',
} as const;

/** Words by which a canary is found: as it is, in base64 at each of three offsets, in hexadecimal, and in URLs. */
function formsOf(canary: string): string[] {
  const bytes = Buffer.from(canary);
  const base64 = [0, 1, 2].map((skip) => bytes.subarray(skip).toString('base64').slice(0, 24));
  return [canary, ...base64, bytes.toString('hex'), encodeURIComponent(canary)];
}

interface Sink {
  name: string;
  text: string;
}

function filesBelow(folder: string): Sink[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== 'alidade.yaml')
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return { name: path.slice(folder.length), text: readFileSync(path, 'latin1') };
    });
}

function findings(sinks: readonly Sink[], allowed: readonly string[] = []): string[] {
  return Object.entries(CANARIES).flatMap(([way, canary]) =>
    sinks.flatMap(({ name, text }) =>
      !allowed.includes(`${way} in ${name}`) && formsOf(canary).some((form) => text.includes(form))
        ? [`${way} in ${name}`]
        : [],
    ),
  );
}

/** Takes whatever an OpenTelemetry exporter sends. */
async function createCollector(): Promise<{ url: string; received: () => string }> {
  const pieces: Buffer[] = [];
  const server = createServer((request, response) => {
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => response.writeHead(200, { 'content-type': 'application/json' }).end('{}'));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, received: () => Buffer.concat(pieces).toString('latin1') };
}

const configuration = (upstream: ScriptedUpstream, collector: string): string => `
detect_local_engines: false
telemetry: { log_level: debug, otlp_endpoint: "${collector}" }
endpoints:
  one: { operator: self, dialect: openai, base_url: "${upstream.baseUrl}", private: true, region: de, api_key: "${CANARIES.vendorKey}" }
deployments: [{ id: good, model: own/good, endpoint: one, upstream_model: m }]
routes: [{ default: true, primary: own/good }]
keys:
  - { id: team, secret: "${CANARIES.clientKey}", roles: [app], use_cases: [plain, keeping], default_use_case: plain }
  - { id: boss, secret: "${CANARIES.adminKey}", roles: [admin] }
use_cases:
  - { id: plain, data_classes: [personal] }
  - { id: keeping, keep_bodies: true }
`;

const TOOL = {
  type: 'function',
  function: { name: 'find', parameters: { type: 'object', description: CANARIES.schema } },
};

const openAiBody = (more: Record<string, unknown> = {}): Record<string, unknown> => ({
  model: 'own/good',
  messages: [
    { role: 'system', content: CANARIES.system },
    { role: 'user', content: `Mail jane.doe@example.com about ${CANARIES.user}.` },
    {
      role: 'assistant',
      content: null,
      tool_calls: [
        { id: 'c1', type: 'function', function: { name: 'find', arguments: `{"q":"${CANARIES.toolArguments}"}` } },
      ],
    },
    { role: 'tool', tool_call_id: 'c1', content: CANARIES.toolResult },
  ],
  tools: [TOOL],
  x_unknown: CANARIES.member,
  user: CANARIES.member,
  ...more,
});

const anthropicBody = (): Record<string, unknown> => ({
  model: 'own/good',
  max_tokens: 50,
  system: CANARIES.system,
  messages: [{ role: 'user', content: CANARIES.user }],
  metadata: { user_id: CANARIES.member },
});

async function post(served: ServedFolder, path: string, body: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(`${served.origin}${path}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${CANARIES.clientKey}`,
      'x-secret-header': CANARIES.header,
      cookie: `session=${CANARIES.cookie}`,
      'user-agent': CANARIES.header,
      referer: `http://localhost/${CANARIES.header}`,
      ...headers,
    },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  const text = await response.text().catch(() => '');
  return { status: response.status, head: JSON.stringify([...response.headers]), text };
}

const vendorHeaders = { 'x-request-id': CANARIES.vendorHeader, 'x-vendor-note': CANARIES.vendorHeader };
/** A code of a vendor is told where it is one word; the canary is where sentences are. */
const vendorBody = JSON.stringify({
  error: {
    message: `You said ${CANARIES.vendorError}`,
    type: `on ${CANARIES.vendorError}`,
    param: `m: ${CANARIES.vendorError}`,
  },
});

/** What a vendor may do with what it was sent: quote it in an error of any kind. */
const BAD_ANSWERS: Readonly<Record<string, Script>> = {
  ...Object.fromEntries(
    [400, 401, 403, 404, 422, 429, 500, 503].map((status) => [
      String(status),
      { status, headers: vendorHeaders, body: vendorBody },
    ]),
  ),
  html: { status: 200, headers: vendorHeaders, body: `<html>${CANARIES.vendorError}</html>` },
  'cut json': { status: 200, body: `{"choices":[{"message":{"content":"${CANARIES.vendorGarbage}` },
  garbage: {
    status: 200,
    headers: { 'content-type': 'text/event-stream' },
    body: `data: {"${CANARIES.vendorGarbage}"\n\n`,
  },
  'an error in a stream': eventStream([
    ...chatEvents({ deltas: ['Hi'] }).slice(0, 2),
    sseEvent(JSON.parse(vendorBody)),
  ]),
  redirect: { status: 302, headers: { location: `http://localhost/${CANARIES.vendorError}` }, body: '' },
};

async function everyWayIn(served: ServedFolder, upstream: ScriptedUpstream): Promise<Sink[]> {
  const told: Sink[] = [];
  const good: Script = { headers: vendorHeaders, ...chatCompletion({ content: CANARIES.answer }) };
  upstream.reply(good);
  for (const [path, body] of [
    ['/v1/chat/completions', openAiBody()],
    ['/v1/chat/completions', openAiBody({ stream: true })],
    ['/v1/messages', anthropicBody()],
    ['/v1/messages/count_tokens', anthropicBody()],
    ['/v1/embeddings', { model: 'own/good', input: CANARIES.user }],
    ['/api/route', openAiBody()],
    [
      '/v1/chat/completions',
      openAiBody({ model: 'auto/keeping', messages: [{ role: 'user', content: CANARIES.kept }] }),
    ],
  ] as const) {
    const { head } = await post(served, path, body);
    told.push({ name: `headers of ${path}`, text: head });
  }
  for (const [path, body, headers] of [
    ['/v1/chat/completions', openAiBody({ model: CANARIES.modelName }), {}],
    ['/v1/chat/completions', `{"messages": "${CANARIES.member}`, {}],
    ['/v1/chat/completions', openAiBody({ messages: CANARIES.member }), {}],
    ['/v1/chat/completions', openAiBody({ temperature: CANARIES.member }), {}],
    ['/v1/chat/completions', openAiBody(), { authorization: `Bearer ${CANARIES.wrongKey}` }],
    ['/v1/chat/completions', openAiBody(), { 'x-alidade-use-case': CANARIES.header }],
    ['/v1/chat/completions', openAiBody(), { traceparent: `00-${CANARIES.header}` }],
    [`/v1/${CANARIES.header}`, openAiBody(), {}],
  ] as const) {
    await post(served, path, body, headers);
  }
  for (const [name, script] of Object.entries(BAD_ANSWERS)) {
    for (const path of ['/v1/chat/completions', '/v1/messages']) {
      upstream.reply(script);
      const answered = await post(
        served,
        path,
        path.includes('messages')
          ? anthropicBody()
          : openAiBody({ stream: name.includes('stream') || name === 'garbage' }),
      );
      expect(answered.status === 200 && !answered.text.includes('error'), `${name}: ${answered.text}`).toBe(false);
      // What a vendor says of its own accord is told to nobody: it quotes prompts.
      told.push({ name: `answer to ${name}`, text: answered.head + answered.text });
    }
  }
  upstream.reply(good);
  return told;
}

async function everythingShown(served: ServedFolder): Promise<Sink[]> {
  const headers = { authorization: `Bearer ${CANARIES.adminKey}` };
  const get = async (path: string): Promise<Sink> => ({
    name: path,
    text: await (await fetch(`${served.origin}${path}`, { headers })).text(),
  });
  const listed = await get('/api/requests?limit=200');
  const ids = [...listed.text.matchAll(/"request_id":"(req_\w+)"/g)].map((match) => match[1]);
  expect(ids.length).toBeGreaterThan(20);
  const fixed = [
    '/metrics',
    '/healthz',
    '/readyz',
    '/api/deployments',
    '/api/keys',
    '/v1/models',
    '/api/openapi.json',
    '/',
  ];
  const receipts = ids.map((id) => `/api/receipts/${id}`);
  return [listed, ...(await Promise.all([...fixed, ...receipts].map(get)))];
}

test('what came in as header, body, tool result, answer or vendor error is in nothing that is written or told', async () => {
  const upstream = await createScriptedUpstream();
  onTestFinished(() => upstream.close());
  const collector = await createCollector();
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'alidade.yaml'), configuration(upstream, collector.url));
  const served = await serveFolder(folder, ['--log-level', 'debug']);
  const told = await everyWayIn(served, upstream);
  const shown = await everythingShown(served);
  served.signal('SIGTERM');
  await served.ended;
  const sinks = [
    ...told,
    ...shown,
    { name: 'stderr', text: served.said() },
    { name: 'traces', text: collector.received() },
    ...filesBelow(folder),
  ];
  const names = sinks.map(({ name }) => name);
  // Each kind of sink was there and had something in it, or a clean result would mean nothing.
  for (const wanted of [
    /journal\/.*\.jsonl$/,
    /alidade\.db$/,
    /bodies\/.*\.jsonl$/,
    /^traces$/,
    /^stderr$/,
    /^\/metrics$/,
  ]) {
    const found = sinks.filter(({ name }) => wanted.test(name));
    expect(found.length, `${wanted} of ${names.join(' ')}`).toBeGreaterThan(0);
    for (const { text, name } of found) expect(text.length, name).toBeGreaterThan(100);
  }
  expect(findings(sinks)).toEqual([]);
});

test('a crash in the middle of requests leaves none of it behind', async () => {
  const upstream = await createScriptedUpstream();
  onTestFinished(() => upstream.close());
  const collector = await createCollector();
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'alidade.yaml'), configuration(upstream, collector.url));
  for (const signal of ['SIGABRT', 'SIGSEGV', 'SIGKILL'] as const) {
    const served = await serveFolder(folder, ['--log-level', 'debug']);
    upstream.reply(neverAnswers());
    const before = upstream.requests.length;
    const running = [openAiBody({ stream: true }), openAiBody()].map((body) =>
      post(served, '/v1/chat/completions', body).catch(() => null),
    );
    await upstream.request(before + 2);
    served.signal(signal);
    await Promise.all([served.ended, ...running]);
    const core = /(^|\/)core(\.\d+)?$/;
    const written = filesBelow(folder).filter(({ name }) => !core.test(name));
    expect(findings([{ name: 'stderr', text: served.said() }, ...written])).toEqual([]);
  }
});

test('the search finds a canary in each form, so that its silence means something', () => {
  for (const form of formsOf(CANARIES.user)) {
    expect(findings([{ name: 'somewhere', text: `before ${form} after` }])).toEqual(['user in somewhere']);
  }
  const encoded = Buffer.from(`xx${CANARIES.user}yy`).toString('base64');
  expect(findings([{ name: 'somewhere', text: encoded }])).toEqual(['user in somewhere']);
});
