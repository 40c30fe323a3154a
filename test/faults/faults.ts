// test/faults: what may go wrong at an upstream, in every dialect, and what must come of it.
// May import: everything under src and test/support. Used by CI (fault-matrix.test.ts) and by `npm run bench -- faults`.
// Start here: one entry a fault; run-fault.ts runs one of them for one pair of dialects.
// Outcomes are about what the client sees. A new fault is one entry; the pairs and both forms of answer come by themselves.
import type { ErrorCode } from '../../src/contracts/errors.ts';
import type { Dialect, Outcome } from '../../src/contracts/vocabulary.ts';
import { cut, delay, halfClose, raw, reset, type Script, type Step, send, stall } from '../support/upstream/steps.ts';
import type { VendorKind } from '../support/vendors/kinds.ts';
import type { Said, VendorFailure } from '../support/vendors/said.ts';

/** What the client must see. */
export type Required =
  /** The whole answer of the second deployment, and nothing of the first. */
  | 'replaced'
  /** The whole answer of the first: nothing was wrong with it. */
  | 'complete'
  /** The whole answer of the first, asked once more. */
  | 'asked_again'
  /** What had come, then the dialect's error, and no clean end. */
  | 'error_after_text'
  /** What the first says of it under 200, its reason included: an answer, and nobody else is asked. */
  | 'held_back'
  /** An error with this status, and nobody else is asked. */
  | { refused: number; saying?: ErrorCode };

export interface AnswerOf {
  kind: VendorKind;
  dialect: Dialect;
  said: Said;
  stream: boolean;
  /** Events of a whole stream. */
  events: readonly string[];
  /** Body of a whole answer. */
  body: string;
}

export interface Fault {
  name: string;
  /** In which form of answer it can happen. */
  when: 'stream' | 'whole' | 'both';
  required: Required;
  /** Outcome of the attempt that failed; null: none failed. */
  attempt: Outcome | null;
  script: (answer: AnswerOf) => Script;
  /** Time must pass until it is noticed: so many ms of the gateway's clock for each 20 of ours. */
  waits?: number;
  /** Where the first deployment is instead of at the upstream of the test. */
  at?: 'closed_port' | 'hanging_port';
  /** What the first upstream says, where that is not its usual words. */
  says?: Said;
  /** Vendors that do it; absent: all. */
  upstreams?: readonly Dialect[];
}

const SECOND_MS = 1_000;

const sends = (events: readonly string[]): Step[] => events.map((event) => send(event));

/** Everything before the first word. */
function opening({ events, said }: AnswerOf): readonly string[] {
  return events.slice(
    0,
    events.findIndex((event) => event.includes(JSON.stringify(said.text?.[0]))),
  );
}

/** Everything up to and including the word at `place`. */
function upTo({ events, said }: AnswerOf, place: number): readonly string[] {
  return events.slice(0, 1 + events.findIndex((event) => event.includes(JSON.stringify(said.text?.[place]))));
}

/** Everything up to and including the reason to stop; no sentinel. */
function finished({ events, kind }: AnswerOf): readonly string[] {
  return events.slice(0, 1 + events.findIndex((event) => event.includes(kind.endMark)));
}

/** The same end with a reason that says that the vendor did not come to one. */
const brokenOff = (text: string): string =>
  text
    .replace(/"finish_reason":"\w+"/, '"finish_reason":"network_error"')
    .replace(/"stop_reason":"\w+"/, '"stop_reason":"network_error"')
    .replace(/"finishReason":"\w+"/, '"finishReason":"MALFORMED_RESPONSE"');

const failing =
  (failure: VendorFailure) =>
  ({ kind }: AnswerOf): Script => {
    const { status, headers = {}, body } = kind.failures[failure];
    return { status, headers, body: JSON.stringify(body) };
  };

const whole = (answer: AnswerOf): Script => (answer.stream ? { body: sends(answer.events) } : { body: answer.body });

const MEBIBYTE = Buffer.alloc(1_048_576, 'a');
/** More than run-fault.ts accepts. It has been paid for, so nobody else is asked. */
const oversized = (): Step[] => [send('data: '), send(MEBIBYTE), send(MEBIBYTE), stall()];

/** A byte every 5 s of the gateway's clock, for longer than any silence may last. */
const trickle = (bytes: string): Step[] =>
  [...bytes.repeat(200).slice(0, 200)].flatMap((byte) => [delay(20), send(byte)]);

/** How vendors reject a request under their own usage policy where that is an error and no answer. */
const POLICY_REFUSALS: Partial<Record<Dialect, unknown>> = {
  openai: {
    error: {
      message: 'Your request was rejected as a result of our safety system.',
      ...{ type: 'invalid_request_error', param: null, code: 'content_policy_violation' },
    },
  },
  anthropic: {
    type: 'error',
    error: { type: 'invalid_request_error', message: 'Output blocked by content filtering policy' },
  },
};

/** https://ai.google.dev/api/generate-content#PromptFeedback, read 2026-11-22: no candidates at all. */
const BLOCKED_PROMPT = {
  promptFeedback: { blockReason: 'PROHIBITED_CONTENT' },
  usageMetadata: { promptTokenCount: 12, totalTokenCount: 12 },
  modelVersion: 'first-model',
};

/** How a stream may break, whenever it does. */
const BREAKS: readonly { name: string; outcome: Outcome; end: (answer: AnswerOf) => Step[]; waits?: number }[] = [
  { name: 'is closed (FIN)', outcome: 'upstream_cut', end: () => [cut()] },
  { name: 'is reset (RST)', outcome: 'upstream_cut', end: () => [reset()] },
  { name: 'ends in good order without its end', outcome: 'upstream_cut', end: () => [] },
  { name: 'is half closed', outcome: 'upstream_cut', end: () => [halfClose()] },
  {
    name: 'reports an error',
    outcome: 'upstream_error',
    end: ({ kind }) => [send(kind.errorEvent(kind.failures.overloaded))],
  },
  {
    name: 'is cut inside an event',
    outcome: 'upstream_cut',
    end: (answer) => [send(upTo(answer, 2).at(-1)?.slice(0, -20) ?? ''), cut()],
  },
  { name: 'breaks its framing', outcome: 'upstream_error', end: () => [raw('zz\r\nnonsense\r\n')] },
];

const breakFaults = (): Fault[] =>
  BREAKS.flatMap(({ name, outcome, end }): Fault[] => [
    {
      name: `a stream ${name} before its first word`,
      when: 'stream',
      required: 'replaced',
      attempt: outcome,
      script: (answer) => ({ body: [...sends(opening(answer)), ...end(answer)] }),
    },
    {
      name: `a stream ${name} after its first words`,
      when: 'stream',
      required: 'error_after_text',
      attempt: outcome,
      script: (answer) => ({ body: [...sends(upTo(answer, 1)), ...end(answer)] }),
    },
  ]);

const STREAM_FAULTS: readonly Fault[] = [
  {
    name: 'a stream says before its first word that it was broken off, and ends well',
    when: 'stream',
    required: 'replaced',
    attempt: 'upstream_error',
    script: (answer) => ({
      body: sends([...opening(answer), ...answer.events.slice(finished(answer).length - 1).map(brokenOff)]),
    }),
  },
  {
    name: 'a stream says after its first words that it was broken off, and ends well',
    when: 'stream',
    required: 'error_after_text',
    attempt: 'upstream_error',
    script: (answer) => ({
      body: sends([...upTo(answer, 1), ...answer.events.slice(finished(answer).length - 1).map(brokenOff)]),
    }),
  },
  ...breakFaults(),
  {
    name: 'a stream falls silent before its first word',
    when: 'stream',
    required: 'replaced',
    attempt: 'timeout',
    waits: SECOND_MS,
    script: (answer) => ({ body: [...sends(opening(answer)), stall()] }),
  },
  {
    name: 'a stream falls silent after its first words',
    when: 'stream',
    required: 'error_after_text',
    attempt: 'upstream_stalled',
    waits: SECOND_MS,
    script: (answer) => ({ body: [...sends(upTo(answer, 1)), stall()] }),
  },
  {
    name: 'a stream has nothing in it',
    when: 'stream',
    required: 'replaced',
    attempt: 'upstream_cut',
    script: () => ({ body: [] }),
  },
  {
    name: 'an upstream accepts and never answers',
    when: 'stream',
    required: 'replaced',
    attempt: 'timeout',
    waits: SECOND_MS,
    script: () => ({ before: [stall()] }),
  },
  {
    name: 'a stream has its finish and no sentinel, and is closed',
    when: 'stream',
    required: 'complete',
    attempt: null,
    script: (answer) => ({ body: [...sends(finished(answer)), cut()] }),
  },
  {
    name: 'a stream has its finish and no sentinel, and stays open',
    when: 'stream',
    required: 'complete',
    attempt: null,
    waits: SECOND_MS,
    script: (answer) => ({ body: [...sends(finished(answer)), stall()] }),
  },
  {
    name: 'one event of a stream is broken JSON',
    when: 'stream',
    required: 'complete',
    attempt: null,
    script: (answer) => {
      const at = upTo(answer, 0).length;
      const { events } = answer;
      return { body: sends([...events.slice(0, at), 'data: {"choices":[{"delta":{"con\n\n', ...events.slice(at)]) };
    },
  },
  {
    name: 'a stream trickles before its first word',
    when: 'stream',
    required: 'replaced',
    attempt: 'timeout',
    waits: 5 * SECOND_MS,
    script: (answer) => ({ body: [...sends(opening(answer)), ...trickle('data: {"x":"a b c'), stall()] }),
  },
  {
    name: 'a stream trickles after its first words',
    when: 'stream',
    required: 'error_after_text',
    attempt: 'upstream_stalled',
    waits: 5 * SECOND_MS,
    script: (answer) => ({ body: [...sends(upTo(answer, 1)), ...trickle('data: {"x":"a b c'), stall()] }),
  },
  {
    name: 'a stream is larger than we accept before its first word',
    when: 'stream',
    required: { refused: 502, saying: 'upstream_too_large' },
    attempt: 'upstream_error',
    script: (answer) => ({ body: [...sends(opening(answer)), ...oversized()] }),
  },
  {
    name: 'a stream is larger than we accept after its first words',
    when: 'stream',
    required: 'error_after_text',
    attempt: 'upstream_error',
    script: (answer) => ({ body: [...sends(upTo(answer, 1)), ...oversized()] }),
  },
  {
    name: 'an answer comes whole where a stream was asked for',
    when: 'stream',
    required: 'complete',
    attempt: null,
    script: ({ body }) => ({ body }),
  },
  {
    name: 'an answer comes whole and calls itself a stream',
    when: 'stream',
    required: 'complete',
    attempt: null,
    script: ({ body }) => ({ headers: { 'content-type': 'text/event-stream' }, body }),
  },
  {
    name: 'a stream calls itself plain text',
    when: 'stream',
    required: 'complete',
    attempt: null,
    script: ({ events }) => ({ headers: { 'content-type': 'text/plain' }, body: sends(events) }),
  },
  {
    name: 'an answer that was broken off comes whole where a stream was asked for',
    when: 'stream',
    required: 'replaced',
    attempt: 'upstream_error',
    script: ({ body }) => ({ body: brokenOff(body) }),
  },
  {
    name: 'a stream comes byte by byte',
    when: 'stream',
    required: 'complete',
    attempt: null,
    script: ({ events }) => ({ body: events.map((event) => send(event, { sliceBytes: 1 })) }),
  },
];

const WHOLE_FAULTS: readonly Fault[] = [
  {
    name: 'an answer says that it was broken off',
    when: 'whole',
    required: 'replaced',
    attempt: 'upstream_error',
    script: ({ body }) => ({ body: brokenOff(body) }),
  },
  {
    name: 'an answer is cut JSON',
    when: 'whole',
    required: 'replaced',
    attempt: 'upstream_error',
    script: ({ body }) => ({ body: body.slice(0, body.length / 2) }),
  },
  {
    name: 'an answer is shorter than announced',
    when: 'whole',
    required: 'replaced',
    attempt: 'upstream_error',
    script: ({ body }) => ({ framing: 'length', contentLength: body.length + 100, body: [send(body), cut()] }),
  },
  {
    name: 'an answer is reset in the middle',
    when: 'whole',
    required: 'replaced',
    attempt: 'upstream_error',
    script: ({ body }) => ({ body: [send(body.slice(0, 20)), reset()] }),
  },
  {
    name: 'an answer falls silent in the middle',
    when: 'whole',
    required: 'replaced',
    attempt: 'upstream_stalled',
    waits: SECOND_MS,
    script: ({ body }) => ({ body: [send(body.slice(0, 20)), stall()] }),
  },
  {
    name: 'an answer trickles',
    when: 'whole',
    required: 'replaced',
    attempt: 'upstream_stalled',
    waits: 5 * SECOND_MS,
    script: () => ({ body: [...trickle('{"x":"abc'), stall()] }),
  },
  {
    name: 'an answer is larger than we accept',
    when: 'whole',
    required: { refused: 502, saying: 'upstream_too_large' },
    attempt: 'upstream_error',
    script: () => ({ body: oversized() }),
  },
  {
    name: 'an answer comes byte by byte',
    when: 'whole',
    required: 'complete',
    attempt: null,
    script: ({ body }) => ({ body: [send(body, { sliceBytes: 1 })] }),
  },
];

const COMMON_FAULTS: readonly Fault[] = [
  { name: 'nothing is wrong', when: 'both', required: 'complete', attempt: null, script: whole },
  {
    name: 'a connection is refused',
    when: 'both',
    required: 'replaced',
    attempt: 'upstream_error',
    at: 'closed_port',
    script: whole,
  },
  {
    name: 'a connection is not made in time',
    when: 'both',
    required: 'replaced',
    attempt: 'upstream_error',
    at: 'hanging_port',
    script: whole,
  },
  {
    name: 'a connection is reset before the answer',
    when: 'both',
    required: 'replaced',
    attempt: 'upstream_error',
    script: () => ({ before: [reset()] }),
  },
  {
    name: 'a connection is closed before the answer',
    when: 'both',
    required: 'replaced',
    attempt: 'upstream_error',
    script: () => ({ before: [cut()] }),
  },
  {
    name: 'the answer is no HTTP',
    when: 'both',
    required: 'replaced',
    attempt: 'upstream_error',
    script: () => ({ framing: 'raw', body: [raw('SSH-2.0-OpenSSH_9.6\r\n'), stall()] }),
  },
  {
    name: 'HTML under 200',
    when: 'both',
    required: 'replaced',
    attempt: 'upstream_error',
    script: () => ({ headers: { 'content-type': 'text/html' }, body: '<!doctype html><h1>It works?</h1>' }),
  },
  {
    name: 'an empty body under 200',
    when: 'both',
    required: 'replaced',
    attempt: 'upstream_error',
    script: () => ({ body: '' }),
  },
  {
    name: 'a redirect',
    when: 'both',
    required: 'replaced',
    attempt: 'upstream_error',
    script: () => ({ status: 302, headers: { location: 'http://169.254.169.254/latest/meta-data' }, body: '' }),
  },
  {
    name: 'an encoding that nobody asked for',
    when: 'both',
    required: 'replaced',
    attempt: 'upstream_error',
    script: () => ({ headers: { 'content-encoding': 'gzip,br' }, body: Buffer.from('1f8b08', 'hex') }),
  },
  { name: 'a server error', when: 'both', required: 'replaced', attempt: 'upstream_error', script: failing('server') },
  { name: 'overload', when: 'both', required: 'replaced', attempt: 'upstream_error', script: failing('overloaded') },
  {
    name: 'a rate limit with a long hint',
    when: 'both',
    required: 'replaced',
    attempt: 'rate_limited',
    script: failing('rate'),
  },
  {
    name: 'a rate limit with a hint of a second',
    when: 'both',
    required: 'asked_again',
    attempt: 'rate_limited',
    waits: SECOND_MS,
    script: ({ kind }) => {
      const { status, body } = kind.failures.rate;
      return { status, headers: { 'retry-after': '1' }, body: JSON.stringify(body) };
    },
  },
  {
    name: 'a refused credential',
    when: 'both',
    required: 'replaced',
    attempt: 'upstream_error',
    script: failing('key'),
  },
  {
    name: 'an empty account',
    when: 'both',
    required: 'replaced',
    attempt: 'upstream_error',
    script: failing('credit'),
  },
  { name: 'an unknown model', when: 'both', required: 'replaced', attempt: 'upstream_error', script: failing('model') },
  {
    name: 'a conversation longer than the window',
    when: 'both',
    required: 'replaced',
    attempt: 'bad_request',
    script: failing('too_long'),
  },
  {
    name: 'a request that the vendor calls invalid',
    when: 'both',
    required: { refused: 400 },
    attempt: 'bad_request',
    script: failing('invalid'),
  },
  {
    name: "a request that the vendor's usage policy rejects",
    when: 'both',
    required: { refused: 400, saying: 'upstream_policy_refusal' },
    attempt: 'content_filter',
    upstreams: ['openai', 'anthropic'],
    script: ({ dialect }) => ({ status: 400, body: JSON.stringify(POLICY_REFUSALS[dialect]) }),
  },
  {
    name: 'a prompt that the vendor blocks',
    when: 'both',
    required: 'held_back',
    attempt: 'content_filter',
    says: { text: [], finish: 'filtered' },
    upstreams: ['gemini'],
    script: ({ stream }) => {
      const body = JSON.stringify(BLOCKED_PROMPT);
      return stream ? { body: [send(`data: ${body}\n\n`)] } : { body };
    },
  },
  {
    name: 'an answer that the vendor filters',
    when: 'both',
    required: 'held_back',
    attempt: null,
    says: { text: ['The sea '], finish: 'filtered' },
    script: whole,
  },
];

export const FAULTS: readonly Fault[] = [...COMMON_FAULTS, ...WHOLE_FAULTS, ...STREAM_FAULTS];
