// providers/sandbox/: small deterministic programs that stand in for models where there is no key.
// May import: node built-ins and its own folder. They are reached only over HTTP, through the same client as vendors.
// Start here: createSandbox; then answer.ts (what they say), fault.ts (what can be made to go wrong), profiles.ts.
// Everything that they send says SANDBOX: not an AI model. Nothing here is ever evidence about a real model.
// The programs are the same whoever asks; read-*.ts and wire-*.ts say how each dialect asks and is answered.
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { composeAnswer, filteredAnswer, outputTokens, refusedAnswer, type SandboxAnswer } from './answer.ts';
import { isObject, type SandboxChatRequest, textOf } from './chat-request.ts';
import { type Fault, parseFault, splitFaultSuffix } from './fault.ts';
import { SANDBOX_PROFILES, type SandboxProfile } from './profiles.ts';
import { type Asked, type HttpCall, invalid, isProblem, type Problem, type SandboxDialect } from './sandbox-dialect.ts';
import { chance, digestOf } from './seeded.ts';
import { sendFault, sendJson, sendStream, sendWhole } from './send-answer.ts';
import { anthropicSandbox } from './wire-anthropic.ts';
import { geminiSandbox } from './wire-gemini.ts';
import { openAiSandbox } from './wire-openai.ts';

// Not by import: see http-server.ts.
const { createServer } = process.getBuiltinModule('node:http');

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
  /**
   * Listens on a free loopback port at the first call; later calls give the same address. It is the base URL of OpenAI's
   * dialect, ending in `/v1`; `sandboxBaseUrls` gives those of the others.
   */
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
    programs.route(request, size > MAX_BODY_BYTES ? null : Buffer.concat(parts).toString('utf8'), response);
  });
  request.on('error', () => {
    // The client went away while sending; there is nobody to answer.
  });
}

/** Anthropic's list of models stands at OpenAI's path and is told apart by a header, so it is asked first. */
const DIALECTS: readonly SandboxDialect[] = [anthropicSandbox, geminiSandbox, openAiSandbox];

const NO_SUCH_PATH: Problem = { status: 404, message: 'No such path.' };

/** Which dialect is spoken, and what it asks; a path that none knows is answered in the dialect that it looks like. */
function understood(call: HttpCall): { dialect: SandboxDialect; asked: Asked | null } {
  for (const dialect of DIALECTS) {
    const asked = dialect.asked(call);
    if (asked !== null) return { dialect, asked };
  }
  if (call.path.startsWith('/v1beta')) return { dialect: geminiSandbox, asked: null };
  return { dialect: call.path.startsWith('/v1/messages') ? anthropicSandbox : openAiSandbox, asked: null };
}

/** Sends what is a text; what is a problem is given back. */
function sendText(response: ServerResponse, answer: string | Problem): Problem | null {
  if (typeof answer !== 'string') return answer;
  sendJson(response, 200, answer);
  return null;
}

interface ChatCall {
  dialect: SandboxDialect;
  asked: Asked;
  profile: SandboxProfile;
  fault: Fault | null;
  /** The body as it came: the same gets the same id. */
  body: string;
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

  /** `text` is null for a body that is too large. */
  route(request: IncomingMessage, text: string | null, response: ServerResponse): void {
    const [path = '', query = ''] = (request.url ?? '').split(/\?(.*)/s);
    const { method = '', headers } = request;
    const called: HttpCall = { method, path, query: new URLSearchParams(query), headers };
    const { dialect, asked } = understood(called);
    const answered = asked === null ? NO_SUCH_PATH : this.answer(called, dialect, asked, text, response);
    if (answered !== null) sendJson(response, answered.status, dialect.errorBody(answered, asked));
  }

  /** Answers, or says what is wrong. */
  private answer(
    { headers }: HttpCall,
    dialect: SandboxDialect,
    asked: Asked,
    text: string | null,
    response: ServerResponse,
  ): Problem | null {
    if (asked.kind === 'models') {
      sendJson(response, 200, dialect.models(SANDBOX_PROFILES, this.created()));
      return null;
    }
    if (text === null) return { status: 413, message: 'The body is too large.' };
    const body = parseJson(text);
    if (!isObject(body)) return invalid('The body is not a JSON object.');
    const { model, fault: suffix } = splitFaultSuffix(asked.model ?? textOf(body.model));
    const profile = this.profiles.get(model);
    if (profile === undefined) {
      const message = `There is no sandbox program ${JSON.stringify(model)}.`;
      return { status: 404, message, code: 'model_not_found', param: 'model' };
    }
    const fault = this.faultFor(profile, headers['x-alidade-sandbox-fault'] ?? suffix ?? null);
    if (typeof fault === 'string') return { ...invalid(fault), code: 'sandbox_fault' };
    if (fault !== null && sendFault(response, fault, dialect, asked)) return null;
    if (asked.kind === 'embeddings') return sendText(response, dialect.embeddings(body, profile.upstreamModel));
    const read = dialect.readChat(body, asked, headers);
    if (isProblem(read)) return read;
    if (asked.kind === 'count') return sendText(response, dialect.count(read) ?? NO_SUCH_PATH);
    return this.chat({ dialect, asked, profile, fault, body: text }, read, response);
  }

  private chat(
    { dialect, asked, profile, fault, body }: ChatCall,
    request: SandboxChatRequest,
    response: ServerResponse,
  ): Problem | null {
    if (request.promptTokens > profile.contextWindowTokens) {
      const message = `The prompt has about ${request.promptTokens} tokens, the window ${profile.contextWindowTokens}.`;
      return { status: 400, message, code: 'context_length_exceeded', param: 'messages' };
    }
    const answer = this.compose(request, profile, fault);
    const id = digestOf(`${this.seed} ${profile.model} ${body}`).slice(0, 16);
    const identity = { id, model: profile.upstreamModel, created: this.created() };
    const latency = {
      firstTokenMs: profile.latency.firstTokenMs * this.latencyScale,
      perTokenMs: profile.latency.perTokenMs * this.latencyScale,
    };
    const sending = { dialect, asked, latency, fault };
    if (request.stream) sendStream(response, dialect.events(identity, request, answer), sending);
    else sendWhole(response, dialect.whole(identity, request, answer, asked), outputTokens(answer), sending);
    return null;
  }

  private compose(request: SandboxChatRequest, profile: SandboxProfile, fault: Fault | null): SandboxAnswer {
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
