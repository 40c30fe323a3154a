import { SAID_USAGE, type Said, type SaidUsage, type VendorError, type VendorFailure } from './said.ts';

/** https://platform.claude.com/docs/en/api/messages and .../build-with-claude/streaming, read 2026-11-22. */
const usageOf = ({ input, cached, output, thoughts }: SaidUsage): Record<string, unknown> => ({
  input_tokens: input - cached,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: cached,
  output_tokens: output,
  output_tokens_details: { thinking_tokens: thoughts },
  service_tier: 'standard',
});

const stopOf = ({ finish, calls = [] }: Said): string => {
  if (finish === 'length') return 'max_tokens';
  if (finish === 'filtered') return 'refusal';
  return calls.length > 0 ? 'tool_use' : 'end_turn';
};

const textsOf = ({ text, calls = [] }: Said): readonly string[] =>
  text ?? (calls.length > 0 ? [] : ['Hello', ' there', '.']);

/** A message. */
export function anthropicBody(said: Said, model: string): unknown {
  const { thoughts, signature = '', redacted, calls = [], usage = SAID_USAGE } = said;
  const text = textsOf(said).join('');
  return {
    id: 'msg_01Scripted',
    type: 'message',
    role: 'assistant',
    model,
    content: [
      ...(thoughts === undefined ? [] : [{ type: 'thinking', thinking: thoughts.join(''), signature }]),
      ...(redacted === undefined ? [] : [{ type: 'redacted_thinking', data: redacted }]),
      ...(text === '' ? [] : [{ type: 'text', text }]),
      ...calls.map(({ id, name, arguments: input }) => ({ type: 'tool_use', id, name, input })),
    ],
    stop_reason: stopOf(said),
    stop_sequence: null,
    usage: usageOf(usage),
  };
}

interface Block {
  start: Record<string, unknown>;
  deltas: readonly Record<string, unknown>[];
}

function blocksOf(said: Said): Block[] {
  const { thoughts, signature = '', redacted, calls = [] } = said;
  const texts = textsOf(said);
  const blocks: Block[] = [];
  if (thoughts !== undefined) {
    blocks.push({
      start: { type: 'thinking', thinking: '', signature: '' },
      deltas: [
        ...thoughts.map((thinking) => ({ type: 'thinking_delta', thinking })),
        { type: 'signature_delta', signature },
      ],
    });
  }
  if (redacted !== undefined) blocks.push({ start: { type: 'redacted_thinking', data: redacted }, deltas: [] });
  if (texts.length > 0) {
    blocks.push({ start: { type: 'text', text: '' }, deltas: texts.map((text) => ({ type: 'text_delta', text })) });
  }
  for (const { id, name, arguments: value } of calls) {
    const json = JSON.stringify(value);
    const half = Math.ceil(json.length / 2);
    const pieces = json === '{}' ? [''] : ['', json.slice(0, half), json.slice(half)];
    blocks.push({
      start: { type: 'tool_use', id, name, input: {} },
      deltas: pieces.map((piece) => ({ type: 'input_json_delta', partial_json: piece })),
    });
  }
  return blocks;
}

const event = (data: { type: string; [name: string]: unknown }): string =>
  `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`;

/** The events of a streamed message. Usage of `message_delta` is cumulative. */
export function anthropicEvents(said: Said, model: string): string[] {
  const usage = usageOf(said.usage ?? SAID_USAGE);
  const message = { ...(anthropicBody(said, model) as object), content: [], stop_reason: null };
  return [
    event({ type: 'message_start', message: { ...message, usage: { ...usage, output_tokens: 1 } } }),
    event({ type: 'ping' }),
    ...blocksOf(said).flatMap(({ start, deltas }, index) => [
      event({ type: 'content_block_start', index, content_block: start }),
      ...deltas.map((delta) => event({ type: 'content_block_delta', index, delta })),
      event({ type: 'content_block_stop', index }),
    ]),
    event({ type: 'message_delta', delta: { stop_reason: stopOf(said), stop_sequence: null }, usage }),
    event({ type: 'message_stop' }),
  ];
}

const error = (status: number, type: string, message: string): VendorError => ({
  status,
  body: { type: 'error', error: { type, message }, request_id: 'req_01Scripted' },
});

/** https://platform.claude.com/docs/en/api/errors, read 2026-11-22. */
export const ANTHROPIC_FAILURES: Readonly<Record<VendorFailure, VendorError>> = {
  invalid: error(400, 'invalid_request_error', 'messages.0.content: something you said'),
  too_long: error(400, 'invalid_request_error', 'prompt is too long: 208310 tokens > 200000 maximum'),
  key: error(401, 'authentication_error', 'invalid x-api-key'),
  model: error(404, 'not_found_error', 'model: claude-none'),
  credit: error(402, 'billing_error', 'There is an issue with your billing or payment information.'),
  rate: {
    ...error(429, 'rate_limit_error', 'This request would exceed your rate limit.'),
    headers: { 'retry-after': '7' },
  },
  server: error(500, 'api_error', 'Internal server error'),
  overloaded: error(529, 'overloaded_error', 'Overloaded'),
};
