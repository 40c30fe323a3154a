import type { Dialect } from '../../../src/contracts/vocabulary.ts';
import type { UpstreamCallRecord } from '../upstream/exchange.ts';
import { ANTHROPIC_FAILURES, anthropicBody, anthropicEvents } from './anthropic-replies.ts';
import { anthropicComplaints } from './anthropic-rules.ts';
import { type Members, membersOf } from './complaints.ts';
import { GEMINI_FAILURES, geminiBody, geminiEvents } from './gemini-replies.ts';
import { geminiComplaints } from './gemini-rules.ts';
import { OPENAI_FAILURES, openAiBody, openAiEvents } from './openai-replies.ts';
import { openAiComplaints } from './openai-rules.ts';
import type { Said, VendorError, VendorFailure } from './said.ts';

/** How one vendor is addressed, answers and fails. */
export interface VendorKind {
  /** Added to the origin for `base_url`. */
  basePath: string;
  isStream(call: UpstreamCallRecord, body: Members): boolean;
  body(said: Said, model: string): unknown;
  events(said: Said, model: string, request: Members): string[];
  /** What the first event of a stream's end holds. */
  endMark: string;
  failures: Readonly<Record<VendorFailure, VendorError>>;
  /** The failure as an event of a stream. */
  errorEvent(error: VendorError): string;
  modelOf(call: UpstreamCallRecord, body: Members): string;
  /** What the vendor refuses of a request. `issued`: signatures that it has given out. */
  complaints(call: UpstreamCallRecord, body: Members, issued: ReadonlySet<string>): string[];
}

const missing = (holds: boolean, complaint: string): string[] => (holds ? [] : [complaint]);
const dataEvent = ({ body }: VendorError): string => `data: ${JSON.stringify(body)}\n\n`;
const modelMember = (_: UpstreamCallRecord, body: Members): string => String(body.model);

/** The key that every vendor of the tests expects. */
export const VENDOR_KEY = 'vendor-key-that-is-no-secret';

const openai: VendorKind = {
  basePath: '/v1',
  isStream: (_, body) => body.stream === true,
  body: openAiBody,
  events: (said, model, request) => openAiEvents(said, model, membersOf(request.stream_options).include_usage === true),
  endMark: '"finish_reason":"',
  failures: OPENAI_FAILURES,
  errorEvent: dataEvent,
  modelOf: modelMember,
  complaints: (call, body) => [
    ...missing(call.target === '/v1/chat/completions', `no such path: ${call.target}`),
    ...missing(call.headers.authorization === `Bearer ${VENDOR_KEY}`, 'no key'),
    ...openAiComplaints(body),
  ],
};

const COUNT_PATH = '/v1/messages/count_tokens';

/** Anthropic's beta clients add `?beta=true` to every path. */
const pathOf = (call: UpstreamCallRecord): string => call.target.replace(/\?beta=true$/, '');

/** Its packages send the key as a bearer since October 2026. */
const anthropicKey = ({ headers }: UpstreamCallRecord): string | undefined =>
  headers['x-api-key'] ?? headers.authorization?.replace('Bearer ', '');

/** platform.claude.com/docs/en/api/versioning, read 2026-11-22: the newer version takes no sampling members. */
function versionComplaints({ headers }: UpstreamCallRecord, body: Members): string[] {
  const version = headers['anthropic-version'];
  if (version !== '2026-10-21') return missing(version === '2023-06-01', `anthropic-version: ${version} is not valid`);
  return ['temperature', 'top_p', 'top_k'].flatMap((name) =>
    missing(body[name] === undefined, `${name}: Extra inputs are not permitted`),
  );
}

const anthropic: VendorKind = {
  basePath: '',
  isStream: (_, body) => body.stream === true,
  body: anthropicBody,
  events: anthropicEvents,
  endMark: 'event: message_delta',
  failures: ANTHROPIC_FAILURES,
  errorEvent: (error) => `event: error\n${dataEvent(error)}`,
  modelOf: modelMember,
  complaints: (call, body, issued) => [
    ...missing(['/v1/messages', COUNT_PATH].includes(pathOf(call)), `no such path: ${call.target}`),
    ...missing(anthropicKey(call) === VENDOR_KEY, 'x-api-key header is required'),
    ...versionComplaints(call, body),
    ...anthropicComplaints(body, issued, pathOf(call) === COUNT_PATH),
  ],
};

const GEMINI_PATH = /^\/v1beta\/models\/([^/:]+):(?:generateContent|streamGenerateContent\?alt=sse)$/;

const geminiModel = (call: UpstreamCallRecord): string => GEMINI_PATH.exec(call.target)?.[1] ?? '';

const gemini: VendorKind = {
  basePath: '/v1beta',
  isStream: (call) => call.path.endsWith(':streamGenerateContent'),
  body: geminiBody,
  events: geminiEvents,
  endMark: '"finishReason"',
  failures: GEMINI_FAILURES,
  errorEvent: dataEvent,
  modelOf: geminiModel,
  complaints: (call, body, issued) => [
    ...missing(GEMINI_PATH.test(call.target), `no such path: ${call.target}`),
    ...missing(call.headers['x-goog-api-key'] === VENDOR_KEY, 'no key'),
    ...geminiComplaints(geminiModel(call), body, issued),
  ],
};

export const VENDOR_KINDS: Readonly<Record<Dialect, VendorKind>> = { openai, anthropic, gemini };

/** Whether the request asks for the length of a prompt only. */
export const isCount = (call: UpstreamCallRecord): boolean => pathOf(call) === COUNT_PATH;
