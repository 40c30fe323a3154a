import { Buffer } from 'node:buffer';
import type { Deployment } from '../../contracts/deployment.ts';
import { AppError } from '../../contracts/errors.ts';
import type { Usage } from '../../contracts/usage.ts';
import type { AnswerReading, Lane, UpstreamErrorReading } from '../dialect.ts';
import { LossReport } from '../losses.ts';
import { isRecord, listOf } from '../members.ts';
import type { OpenAiRequest } from '../openai-chat/read-request.ts';
import { geminiPath, modelResource } from './paths.ts';
import { readGeminiError, readGeminiErrorValue } from './upstream-error.ts';
import { readGeminiUsage } from './usage.ts';

/** https://ai.google.dev/api/embeddings: more are refused. */
const MAX_INPUTS = 100;
const KNOWN = new Set(['model', 'input', 'dimensions', 'encoding_format', 'user']);
/** Ours, or other gateways' routing habits that have been honoured already. */
const ROUTING = new Set(['alidade', 'models', 'provider', 'fallbacks', 'route', 'transforms']);
/** How far from 1 the length of a vector may be to count as 1. */
const UNIT_TOLERANCE = 1e-3;

type Body = OpenAiRequest['body'];

function textsOf(body: Body): readonly string[] {
  const { input } = body;
  const inputs: readonly unknown[] = typeof input === 'string' ? [input] : listOf(input);
  if (!inputs.every((entry): entry is string => typeof entry === 'string')) {
    throw new AppError('invalid_request', 'input must be texts: this model has a tokenizer of its own.', {
      param: 'input',
    });
  }
  if (inputs.length > MAX_INPUTS) {
    throw new AppError('invalid_request', `input has ${inputs.length} texts; this model takes ${MAX_INPUTS} at once.`, {
      param: 'input',
    });
  }
  return inputs;
}

function noteLosses(body: Body, losses: LossReport): void {
  for (const [name, value] of Object.entries(body)) {
    if (value === null || value === undefined || ROUTING.has(name)) continue;
    if (name === 'user') losses.add('user_id');
    else if (!KNOWN.has(name)) losses.add('unread_member', name);
  }
}

interface VectorsReading {
  vectors: number[][];
  usage: Usage | null;
}

function readVectors(body: Buffer, expected: number): VectorsReading | UpstreamErrorReading {
  let value: unknown = null;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch {
    // Not JSON, so no answer.
  }
  const root = Array.isArray(value) ? value[0] : value;
  if (isRecord(root) && isRecord(root.error)) return readGeminiErrorValue(200, root);
  const vectors = isRecord(root) ? listOf(root.embeddings).map((entry) => (isRecord(entry) ? entry.values : null)) : [];
  const whole = vectors.every(
    (vector): vector is number[] =>
      Array.isArray(vector) && vector.length > 0 && vector.every((entry) => typeof entry === 'number'),
  );
  if (!whole || vectors.length !== expected) return { code: 'upstream_protocol', vendorCode: null, vendorParam: null };
  const usage = readGeminiUsage(isRecord(root) ? root.usageMetadata : null);
  return { vectors, usage: usage === null ? null : { ...usage, output_tokens: 0 } };
}

/**
 * Vectors of the length 1, as clients of OpenAI's dialect have them: Google shortens without making them so
 * (https://ai.google.dev/gemini-api/docs/embeddings).
 */
function unit(vector: number[]): number[] {
  const length = Math.hypot(...vector);
  if (length === 0 || Math.abs(length - 1) < UNIT_TOLERANCE) return vector;
  return vector.map((entry) => entry / length);
}

function encoded(vector: number[], format: unknown): number[] | string {
  if (format !== 'base64') return vector;
  const bytes = Buffer.allocUnsafe(vector.length * 4);
  vector.forEach((entry, place) => {
    bytes.writeFloatLE(entry, place * 4);
  });
  return bytes.toString('base64');
}

/**
 * Embeddings of OpenAI's dialect by `batchEmbedContents`. `build` throws AppError `invalid_request` for inputs that
 * cannot be said: tokens of another tokenizer, and more than 100 texts.
 */
export function createGeminiEmbeddingsLane(request: OpenAiRequest): Lane {
  const { body } = request;
  let model = request.model;
  let expected = 0;
  const build = (deployment: Deployment) => {
    const texts = textsOf(body);
    const losses = new LossReport();
    noteLosses(body, losses);
    model = deployment.model;
    expected = texts.length;
    const shared = {
      model: modelResource(deployment.upstreamModel),
      ...(typeof body.dimensions === 'number' ? { outputDimensionality: body.dimensions } : {}),
    };
    const requests = texts.map((text) => ({ ...shared, content: { parts: [{ text }] } }));
    return {
      path: geminiPath(deployment.upstreamModel, 'batchEmbedContents'),
      body: Buffer.from(JSON.stringify({ requests })),
      loss: losses.entries,
    };
  };
  const readAnswer = (answer: Buffer): AnswerReading => {
    const reading = readVectors(answer, expected);
    if (!('vectors' in reading)) return { ok: false, error: reading };
    return { ok: true, usage: reading.usage, finish: 'stop', regionEcho: null };
  };
  const answer = (bytes: Buffer, trailer: string | null): Buffer => {
    const reading = readVectors(bytes, expected);
    if (!('vectors' in reading)) throw new TypeError('answer was called for a body that readAnswer refused');
    const data = reading.vectors.map((vector, index) => ({
      object: 'embedding',
      index,
      embedding: encoded(unit(vector), body.encoding_format),
    }));
    const tokens = reading.usage?.input_tokens ?? null;
    // Older models report no usage: nothing is said then, rather than 0.
    const usage = tokens === null ? {} : { usage: { prompt_tokens: tokens, total_tokens: tokens } };
    const text = JSON.stringify({ object: 'list', data, model, ...usage });
    return Buffer.from(trailer === null ? text : `${text.slice(0, -1)},"alidade":${trailer}}`);
  };
  return {
    build,
    stream: () => {
      throw new TypeError('embeddings are never streamed');
    },
    readAnswer,
    answer,
    readError: readGeminiError,
  };
}
