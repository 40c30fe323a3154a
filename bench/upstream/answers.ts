// Purpose: the bytes the mock upstream answers with, made once per behaviour so that answering costs one write.
// May import: node built-ins only.
// The JSON is what an OpenAI-compatible server sends: ids, usage with details, a finish reason, `[DONE]`.
// Event counts are exact: role, contents, finish, usage when asked for, `[DONE]`.
// Start reading at completionAnswer and streamAnswer.

const ID = 'chatcmpl-Bench0000000000000000000';
const CREATED = 1_760_000_000;
const MODEL = 'mock-model';
const TEXT =
  'An alidade is the sighting arm of an astrolabe or a plane table: it turns about a pivot, and the angle it marks ' +
  'on the graduated limb is the bearing of what is seen through its vanes.';

const USAGE = {
  prompt_tokens: 38,
  completion_tokens: 45,
  total_tokens: 83,
  prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
  completion_tokens_details: { reasoning_tokens: 0, audio_tokens: 0 },
};

export function head(contentType: string, framing: string): string {
  return `HTTP/1.1 200 OK\r\ncontent-type: ${contentType}\r\nx-request-id: req_bench\r\nopenai-processing-ms: 1\r\n${framing}\r\n\r\n`;
}

/** A whole chat completion, head included. */
export function completionAnswer(): Buffer {
  const body = JSON.stringify({
    id: ID,
    object: 'chat.completion',
    created: CREATED,
    model: MODEL,
    choices: [
      { index: 0, message: { role: 'assistant', content: TEXT, refusal: null }, logprobs: null, finish_reason: 'stop' },
    ],
    usage: USAGE,
    system_fingerprint: 'fp_bench',
  });
  return Buffer.from(`${head('application/json', `content-length: ${Buffer.byteLength(body)}`)}${body}`);
}

/** JSON answer to anything that is not a POST, such as a model list that a gateway asks for at start. */
export function modelListAnswer(): Buffer {
  const body = JSON.stringify({
    object: 'list',
    data: [{ id: MODEL, object: 'model', created: CREATED, owned_by: 'bench' }],
  });
  return Buffer.from(`${head('application/json', `content-length: ${Buffer.byteLength(body)}`)}${body}`);
}

/**
 * A streamed chat completion as one buffer per event, to be written one at a time; the first carries the head, the last
 * the end of the body. `events` counts SSE events, `[DONE]` included; `eventBytes` is the length of a content event.
 */
export function streamAnswer(events: number, eventBytes: number, withUsage: boolean): Buffer[] {
  const fixed = withUsage ? 4 : 3;
  if (events <= fixed) throw new RangeError(`a stream needs more than ${fixed} events`);
  const datas = [chunkJson({ role: 'assistant', content: '' }, null, withUsage)];
  for (let index = 0; index < events - fixed; index += 1) datas.push(contentJson(index, eventBytes, withUsage));
  datas.push(chunkJson({}, 'stop', withUsage));
  if (withUsage) datas.push(JSON.stringify({ ...base(), choices: [], usage: USAGE }));
  datas.push('[DONE]');
  const frames = datas.map((data) => httpChunk(`data: ${data}\n\n`));
  frames[0] = `${head('text/event-stream; charset=utf-8', 'cache-control: no-cache\r\ntransfer-encoding: chunked')}${frames[0]}`;
  frames[frames.length - 1] += '0\r\n\r\n';
  return frames.map((frame) => Buffer.from(frame));
}

function base(): Record<string, unknown> {
  return { id: ID, object: 'chat.completion.chunk', created: CREATED, model: MODEL, system_fingerprint: 'fp_bench' };
}

function chunkJson(delta: Record<string, string>, finishReason: string | null, withUsage: boolean): string {
  const usage = withUsage ? { usage: null } : {};
  return JSON.stringify({
    ...base(),
    choices: [{ index: 0, delta, logprobs: null, finish_reason: finishReason }],
    ...usage,
  });
}

export const WORDS = TEXT.split(' ');

function contentJson(index: number, eventBytes: number, withUsage: boolean): string {
  const word = ` ${WORDS[index % WORDS.length]}`;
  const bare = chunkJson({ content: word }, null, withUsage);
  const missing = eventBytes - (bare.length + 'data: \n\n'.length);
  return missing > 0 ? chunkJson({ content: word + '.'.repeat(missing) }, null, withUsage) : bare;
}

export function httpChunk(text: string): string {
  return `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
}
