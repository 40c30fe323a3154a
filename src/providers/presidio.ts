import { type Endpoint, UNKNOWN_FACTS } from '../contracts/deployment.ts';
import type { DetectorPlugIn, ForeignFinding } from '../contracts/detector.ts';
import type { UpstreamClient } from '../contracts/upstream.ts';
import { askOnce } from './whole-answer.ts';

/** An analyzer of Presidio, `POST /analyze`, as the configuration names it. */
export interface PresidioOptions {
  /** Where it listens, without `/analyze`. */
  url: string;
  /** Language that it is told, ISO 639-1: it has recognizers for those that it was set up with. */
  language: string;
  leastScore: number;
  timeoutMs: number;
  /** From its name of a type to ours, where we have one. */
  typeOf(entity: string): string;
}

/** Findings of one text are a few hundred bytes; more than this is no analyzer. */
const MAX_ANSWER_BYTES = 4 * 1024 * 1024;

/** Like any call it goes through the one client; the address is the operator's own choice and may be in his network. */
const endpointOf = ({ url, timeoutMs }: PresidioOptions): Endpoint => ({
  id: 'presidio',
  operator: 'self',
  preset: null,
  dialect: 'openai',
  baseUrl: url.replace(/\/+$/, ''),
  auth: 'none',
  apiKeys: [],
  extraHeaders: {},
  quirks: { maxTokensMember: 'either', streamUsage: 'ask', refusedMembers: [], embeddings: false },
  private: true,
  sandbox: false,
  digest: `presidio ${url}`,
  // No rule ever asks about it: it is no deployment.
  facts: UNKNOWN_FACTS,
  timeouts: { connectMs: timeoutMs, firstByteMs: null, firstTokenMs: null, idleMs: null },
  concurrency: null,
  rate: { rpm: null, tpm: null, resetsAt: null },
});

/** The analyzer as a detector beside ours. It sees texts as they are. */
export function createPresidio(client: UpstreamClient, options: PresidioOptions): DetectorPlugIn {
  const endpoint = endpointOf(options);
  return {
    name: 'presidio',
    detect: async (text, signal) => {
      const body = Buffer.from(
        JSON.stringify({ text, language: options.language, score_threshold: options.leastScore }),
        'utf8',
      );
      const within = AbortSignal.any([signal, AbortSignal.timeout(options.timeoutMs)]);
      const answer = await askOnce(
        client,
        {
          endpoint,
          credential: 0,
          path: '/analyze',
          headers: { 'content-type': 'application/json', accept: 'application/json' },
          body,
          connectTimeoutMs: options.timeoutMs,
        },
        MAX_ANSWER_BYTES,
        within,
      );
      if (answer.status !== 200) throw new Error(`The analyzer answered with status ${answer.status}.`);
      return readFindings(answer.body, text, options);
    },
  };
}

const isPlace = (value: unknown, length: number): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= length;

/** @throws Error for an answer that is none of an analyzer */
function readFindings(body: Buffer, text: string, { typeOf, leastScore }: PresidioOptions): ForeignFinding[] {
  const answer: unknown = JSON.parse(body.toString('utf8'));
  if (!Array.isArray(answer)) throw new Error('The answer of the analyzer is no list.');
  const unitOf = unitsOfCharacters(text);
  return answer.flatMap((entry: Partial<Record<string, unknown>> | null): ForeignFinding[] => {
    const { entity_type: entity, start, end, score } = entry ?? {};
    if (typeof entity !== 'string' || typeof score !== 'number') throw new Error('An entry is no finding.');
    if (!isPlace(start, text.length) || !isPlace(end, text.length)) throw new Error('An entry lies outside the text.');
    if (score < leastScore || end <= start) return [];
    return [{ type: typeOf(entity), start: unitOf(start), end: unitOf(end), score: Math.min(score, 1) }];
  });
}

/** Python counts characters where we count UTF-16 units. */
function unitsOfCharacters(text: string): (character: number) => number {
  if (!/[\ud800-\udbff]/.test(text)) return (character) => character;
  const units: number[] = [];
  let unit = 0;
  for (const character of text) {
    units.push(unit);
    unit += character.length;
  }
  return (character) => units[character] ?? unit;
}
