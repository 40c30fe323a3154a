import { type Endpoint, UNKNOWN_FACTS } from '../../../src/contracts/deployment.ts';
import type {
  UpstreamCall,
  UpstreamClient,
  UpstreamFailure,
  UpstreamRequest,
} from '../../../src/contracts/upstream.ts';

/** An endpoint at `baseUrl` with nothing unusual about it; `private`, because tests have only loopback. */
export function testEndpoint(baseUrl: string, overrides: Partial<Endpoint> = {}): Endpoint {
  return {
    id: 'test-endpoint',
    operator: 'self',
    preset: null,
    dialect: 'openai',
    baseUrl,
    auth: 'bearer',
    apiKeys: ['sk-fake-upstream-key'],
    extraHeaders: {},
    quirks: { maxTokensMember: 'either', streamUsage: 'ask', refusedMembers: [], embeddings: true },
    private: true,
    sandbox: false,
    digest: `digest of ${baseUrl}`,
    facts: UNKNOWN_FACTS,
    timeouts: { connectMs: 3_000, firstByteMs: null, firstTokenMs: null, idleMs: null },
    concurrency: null,
    rate: { rpm: null, tpm: null, resetsAt: null },
    ...overrides,
  };
}

/** A chat request to the endpoint; `body` is sent as JSON unless it is bytes already. */
export function testRequest(
  endpoint: Endpoint,
  body: Buffer | object = { model: 'm', messages: [{ role: 'user', content: 'Hi' }] },
  overrides: Partial<UpstreamRequest> = {},
): UpstreamRequest {
  return {
    endpoint,
    credential: 0,
    path: '/chat/completions',
    headers: {},
    body: Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body)),
    connectTimeoutMs: endpoint.timeouts.connectMs,
    ...overrides,
  };
}

/** A call whose callbacks are collected. */
export interface CollectedCall {
  call: UpstreamCall;
  status: number | null;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  chunks: Buffer[];
  text(): string;
  failure: UpstreamFailure | null;
  cause: Error | null;
  /** Names of the callbacks in the order in which they came, repeated onData once. */
  readonly events: string[];
  /** Resolves with the n-th chunk (from 1). */
  chunk(number: number): Promise<Buffer>;
  /** Resolves after onEnd or onFailure. */
  readonly ended: Promise<void>;
}

/** Dispatches and collects. `onChunk` runs inside onData; without `mayLeave` nobody is asked. */
export function collectCall(
  client: UpstreamClient,
  request: UpstreamRequest,
  onChunk?: (call: UpstreamCall, chunk: Buffer) => void,
  mayLeave?: () => boolean,
): CollectedCall {
  const ended = Promise.withResolvers<void>();
  const waiters = new Map<number, (chunk: Buffer) => void>();
  const collected: CollectedCall = {
    call: { abort() {}, pause() {}, resume() {} },
    status: null,
    headers: {},
    chunks: [],
    text: () => Buffer.concat(collected.chunks).toString('utf8'),
    failure: null,
    cause: null,
    events: [],
    chunk(number) {
      const known = collected.chunks[number - 1];
      return known === undefined ? new Promise((resolve) => waiters.set(number, resolve)) : Promise.resolve(known);
    },
    ended: ended.promise,
  };
  collected.call = client.dispatch(request, {
    ...(mayLeave === undefined ? {} : { mayLeave }),
    onHead(status, headers) {
      collected.events.push('onHead');
      collected.status = status;
      collected.headers = headers;
    },
    onData(chunk) {
      if (collected.events.at(-1) !== 'onData') collected.events.push('onData');
      // A copy: the client may hand out views of a buffer that it reuses.
      collected.chunks.push(Buffer.from(chunk));
      waiters.get(collected.chunks.length)?.(chunk);
      onChunk?.(collected.call, chunk);
    },
    onEnd() {
      collected.events.push('onEnd');
      ended.resolve();
    },
    onFailure(failure, cause) {
      collected.events.push('onFailure');
      collected.failure = failure;
      collected.cause = cause;
      ended.resolve();
    },
  });
  return collected;
}
