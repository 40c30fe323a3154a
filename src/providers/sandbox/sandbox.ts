// providers/sandbox/: small deterministic programs that stand in for models where there is no key.
// May import: node built-ins and its own folder. They are reached only over HTTP, through the same client as vendors.
// Start here: createSandbox; then answer.ts (what they say), fault.ts (what can be made to go wrong), profiles.ts.
// Everything that they send says SANDBOX: not an AI model. Nothing here is ever evidence about a real model.
// OpenAI's dialect only so far; another dialect is another wire-*.ts beside a branch in `route`.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { composeAnswer, filteredAnswer, refusedAnswer, type SandboxAnswer } from './answer.ts';
import { type Fault, parseFault, splitFaultSuffix } from './fault.ts';
import { SANDBOX_PROFILES, type SandboxProfile } from './profiles.ts';
import { isObject, readChatRequest, type SandboxChatRequest } from './read-chat-request.ts';
import { chance, digestOf } from './seeded.ts';
import { sendFault, sendJson, sendStream, sendWhole } from './send-answer.ts';
import { embeddings, errorBody, modelList, streamEvents, wholeAnswer } from './wire-openai.ts';

export interface SandboxOptions {
  /** Chooses which prompts each program gets right. */
  seed: number;
  /** Factor on the programs' latencies; 0 answers at once. */
  latencyScale?: number;
  /** Milliseconds since 1970, for `created`. */
  now?: () => number;
}

export interface Sandbox {
  /** What it offers, for the catalogue. */
  readonly deployments: readonly SandboxProfile[];
  /** Listens on a free loopback port at the first call; later calls give the same address. Ends in `/v1`. */
  start(): Promise<{ baseUrl: string }>;
  /** Ends open answers and stops listening. A later `start` listens anew. */
  close(): Promise<void>;
}

/** The gateway has its own limit; this one keeps a stray client from filling memory. */
const MAX_BODY_BYTES = 64 * 1024 * 1024;

/** The sandbox's programs behind one loopback server, not yet listening. */
export function createSandbox(options: SandboxOptions): Sandbox {
  const programs = new Programs(options);
  let server: Server | null = null;
  let started: Promise<{ baseUrl: string }> | null = null;
  return {
    deployments: SANDBOX_PROFILES,
    start() {
      started ??= new Promise((resolve, reject) => {
        server = createServer((request, response) => receive(programs, request, response));
        server.once('error', reject);
        server.listen(0, '127.0.0.1', () => {
          const { port } = (server as Server).address() as AddressInfo;
          resolve({ baseUrl: `http://127.0.0.1:${port}/v1` });
        });
      });
      return started;
    },
    async close() {
      const listening = server;
      if (listening === null) return;
      server = null;
      started = null;
      await new Promise<void>((resolve) => {
        listening.close(() => resolve());
        listening.closeAllConnections();
      });
    },
  };
}

function receive(programs: Programs, request: IncomingMessage, response: ServerResponse): void {
  const parts: Buffer[] = [];
  let size = 0;
  request.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size <= MAX_BODY_BYTES) parts.push(chunk);
  });
  request.on('end', () => {
    if (size > MAX_BODY_BYTES)
      sendJson(response, 413, errorBody('The body is too large.', 'invalid_request_error', null));
    else programs.route(request, Buffer.concat(parts).toString('utf8'), response);
  });
  request.on('error', () => {
    // The client went away while sending; there is nobody to answer.
  });
}

class Programs {
  private readonly seed: number;
  private readonly latencyScale: number;
  private readonly now: () => number;
  private readonly profiles = new Map(SANDBOX_PROFILES.map((profile) => [profile.upstreamModel, profile]));
  /** Requests per program, so that a fault's `rate` strikes a fixed sequence of them. */
  private readonly received = new Map<string, number>();

  constructor(options: SandboxOptions) {
    this.seed = options.seed;
    this.latencyScale = options.latencyScale ?? 1;
    this.now = options.now ?? Date.now;
  }

  route(request: IncomingMessage, text: string, response: ServerResponse): void {
    const path = (request.url ?? '').split('?')[0];
    if (request.method === 'GET' && path === '/v1/models') {
      sendJson(response, 200, modelList([...this.profiles.keys()], this.created()));
      return;
    }
    if (request.method !== 'POST' || (path !== '/v1/chat/completions' && path !== '/v1/embeddings')) {
      sendJson(response, 404, errorBody('No such path.', 'not_found_error', null));
      return;
    }
    const body = parseJson(text);
    if (!isObject(body)) {
      sendJson(response, 400, errorBody('The body is not a JSON object.', 'invalid_request_error', null));
      return;
    }
    const { model, fault: suffix } = splitFaultSuffix(String(body.model ?? ''));
    const profile = this.profiles.get(model);
    if (profile === undefined) {
      const message = `There is no sandbox program ${JSON.stringify(model)}.`;
      sendJson(response, 404, errorBody(message, 'invalid_request_error', 'model_not_found', 'model'));
      return;
    }
    const fault = this.faultFor(profile, request.headers['x-alidade-sandbox-fault'] ?? suffix ?? null);
    if (typeof fault === 'string') sendJson(response, 400, errorBody(fault, 'invalid_request_error', 'sandbox_fault'));
    else if (fault !== null && sendFault(response, fault)) return;
    else if (path === '/v1/embeddings') this.embed(body, profile, response);
    else this.chat(body, text, profile, fault, response);
  }

  private embed(body: Readonly<Record<string, unknown>>, profile: SandboxProfile, response: ServerResponse): void {
    const answer = embeddings(profile.upstreamModel, body.input, body.dimensions, body.encoding_format);
    if (answer === null) {
      const message = 'input must be a text or a list of texts.';
      sendJson(response, 400, errorBody(message, 'invalid_request_error', null, 'input'));
      return;
    }
    sendJson(response, 200, answer);
  }

  private chat(
    body: Readonly<Record<string, unknown>>,
    text: string,
    profile: SandboxProfile,
    fault: Fault | null,
    response: ServerResponse,
  ): void {
    const request = readChatRequest(body);
    if (typeof request === 'string') {
      sendJson(response, 400, errorBody(request, 'invalid_request_error', null));
      return;
    }
    if (request.promptTokens > profile.contextWindowTokens) {
      const message = `The prompt has about ${request.promptTokens} tokens, the window ${profile.contextWindowTokens}.`;
      sendJson(response, 400, errorBody(message, 'invalid_request_error', 'context_length_exceeded', 'messages'));
      return;
    }
    const answer = this.answer(request, profile, fault);
    const id = `chatcmpl-sandbox-${digestOf(`${this.seed} ${profile.model} ${text}`).slice(0, 16)}`;
    const identity = { id, model: profile.upstreamModel, created: this.created() };
    const latency = {
      firstTokenMs: profile.latency.firstTokenMs * this.latencyScale,
      perTokenMs: profile.latency.perTokenMs * this.latencyScale,
    };
    if (request.stream) sendStream(response, streamEvents(identity, request, answer), latency, fault);
    else sendWhole(response, wholeAnswer(identity, request, answer), answer.pieces.length, latency, fault);
  }

  private answer(request: SandboxChatRequest, profile: SandboxProfile, fault: Fault | null): SandboxAnswer {
    if (fault?.refuse === true) return refusedAnswer();
    const answer = composeAnswer(request, profile, this.seed);
    return fault?.contentFilter === true ? filteredAnswer(answer) : answer;
  }

  /** The fault that strikes this request, null for none, or what is wrong with the wish. */
  private faultFor(profile: SandboxProfile, wish: string | string[] | null): Fault | string | null {
    const number = (this.received.get(profile.model) ?? 0) + 1;
    this.received.set(profile.model, number);
    if (wish === null) return null;
    const fault = parseFault(String(wish));
    if (typeof fault === 'string') return fault;
    if (fault.model !== null && fault.model !== profile.upstreamModel && fault.model !== profile.model) return null;
    return chance(this.seed, profile.model, 'fault', number) < fault.rate ? fault : null;
  }

  private created(): number {
    return Math.floor(this.now() / 1_000);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The caller answers 400 for anything that is no object.
    return null;
  }
}
