import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Pool } from 'undici';
import { serveProduct } from './served-product.ts';
import { CANARY, createTappedUpstream, type TappedUpstream } from './tapped-upstream.ts';

const CONNECTIONS = 24;
/** The rule that keeps the third endpoint out, by name in every refusal. */
const RULE = 'eu_personal_data_needs_transfer_basis';
/** One call in so many is about nobody, so that the other endpoint is seen to be called where it may. */
const PUBLIC_EVERY = 10;
const TOLD = 3;

export interface CalledMany {
  calls: number;
  /** About people in the EU, each with a canary. */
  labelled: number;
  answered: number;
  /** Refused with 503 and the id of the rule. */
  refused: number;
  /** Streams and calls that the kill cut: told to the caller as an error. */
  cut: number;
  /** Answered in any other way; the first few in words. */
  unexpected: number;
  examples: string[];
  /** Answered by the other endpoint although labelled, by its own header. */
  byOther: number;
  publicAnswered: number;
  /** Canaries that the killed endpoints had seen: shows that the tap sees what there is to see. */
  canariesInEu: number;
  canariesElsewhere: number;
  bytesElsewhere: number;
  requestsElsewhere: number;
}

const configuration = (one: TappedUpstream, two: TappedUpstream, other: TappedUpstream): string => `
detect_local_engines: false
endpoints:
  eu-one: { operator: acme-eu, dialect: openai, base_url: "${one.baseUrl}", private: true, region: de, storage_region: de, operator_country: de, trains_on_data: false, dpa: true, zero_retention: true, retention_days: 0 }
  eu-two: { operator: acme-eu, dialect: openai, base_url: "${two.baseUrl}", private: true, region: fr, storage_region: fr, operator_country: fr, trains_on_data: false, dpa: true, zero_retention: true, retention_days: 0 }
  elsewhere: { operator: acme-us, dialect: openai, base_url: "${other.baseUrl}", private: true, region: us, storage_region: us, operator_country: us, trains_on_data: false, dpa: true }
deployments:
  - { id: chat@eu-one, model: acme/chat, endpoint: eu-one, upstream_model: m }
  - { id: chat@eu-two, model: acme/chat, endpoint: eu-two, upstream_model: m }
  - { id: chat@elsewhere, model: acme/chat, endpoint: elsewhere, upstream_model: m }
routes: [{ default: true, primary: acme/chat }]
use_cases:
  - { id: people, data_classes: [personal], subject_jurisdictions: [de] }
`;

interface Call {
  path: string;
  headers: Record<string, string>;
  body: string;
}

/** A labelled call with canaries in the places where a caller's text can be. */
function labelledCall(number: number): Call {
  const canary = `${CANARY}${number}`;
  const stream = number % 3 === 0;
  const tool = {
    role: 'assistant',
    content: null,
    tool_calls: [{ id: 'c1', type: 'function', function: { name: 'find', arguments: `{"q":"${canary}"}` } }],
  };
  const openai = {
    model: 'auto/people',
    messages: [
      { role: 'system', content: `Notes: ${canary}` },
      { role: 'user', content: `My file is ${canary}.` },
      ...(number % 4 === 0 ? [tool, { role: 'tool', tool_call_id: 'c1', content: canary }] : []),
    ],
    user: canary,
    stream,
  };
  const anthropic = {
    ...{ model: 'auto/people', max_tokens: 100, system: canary, stream },
    messages: [{ role: 'user', content: `My file is ${canary}.` }],
    metadata: { user_id: canary },
  };
  const headers = { 'content-type': 'application/json', 'x-alidade-session': canary, 'x-client-request-id': canary };
  return number % 5 === 0
    ? {
        path: '/v1/messages',
        headers: { ...headers, 'anthropic-version': '2023-06-01' },
        body: JSON.stringify(anthropic),
      }
    : { path: '/v1/chat/completions', headers, body: JSON.stringify(openai) };
}

const publicCall = (number: number): Call => ({
  path: '/v1/chat/completions',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ model: 'acme/chat', messages: [{ role: 'user', content: `Question ${number}.` }] }),
});

interface Answer {
  status: number;
  deployment: string | null;
  text: string;
  /** The connection ended before the answer did. */
  broken: boolean;
}

async function send(pool: Pool, { path, headers, body }: Call): Promise<Answer> {
  const response = await pool.request({ method: 'POST', path, headers, body });
  const deployment = response.headers['x-alidade-deployment'];
  const head = { status: response.statusCode, deployment: typeof deployment === 'string' ? deployment : null };
  try {
    return { ...head, text: await response.body.text(), broken: false };
  } catch {
    // Cut in the middle, which is what part of this is about.
    return { ...head, text: '', broken: true };
  }
}

const isWhole = ({ text }: Answer): boolean =>
  !text.startsWith('data:') && !text.startsWith('event:')
    ? text.includes('Hello there.')
    : /\[DONE\]|message_stop/.test(text);

/** What became of a labelled call. */
function judge(answer: Answer, killed: boolean, totals: CalledMany): void {
  totals.labelled += 1;
  if (answer.deployment === 'chat@elsewhere') totals.byOther += 1;
  const isError = answer.status >= 500 || answer.broken || /"error"/.test(answer.text);
  if (answer.status === 200 && !answer.broken && isWhole(answer) && !isError) totals.answered += 1;
  else if (answer.status === 503 && answer.text.includes(RULE)) totals.refused += 1;
  else if (killed && isError) totals.cut += 1;
  else {
    totals.unexpected += 1;
    if (totals.examples.length < TOLD) totals.examples.push(`${answer.status} ${answer.text.slice(0, 300)}`);
  }
}

async function drive(pool: Pool, calls: number, kill: () => Promise<void>, totals: CalledMany): Promise<void> {
  let next = 0;
  let killed = false;
  const worker = async (): Promise<void> => {
    while (next < calls) {
      const number = next;
      next += 1;
      if (number === Math.floor(calls / 2)) {
        killed = true;
        // Not waited for: others are in the middle of their calls.
        void kill();
      }
      totals.calls += 1;
      if (number % PUBLIC_EVERY === 0) {
        const { status } = await send(pool, publicCall(number));
        if (status === 200) totals.publicAnswered += 1;
      } else judge(await send(pool, labelledCall(number)), killed, totals);
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, worker));
}

/**
 * Serves the product with two endpoints in the EU and one elsewhere, calls it about people in the EU, and kills the two
 * half-way. The data folder stays in `folder`.
 */
export async function callMany(calls: number, folder: string): Promise<CalledMany> {
  const [one, two, other] = [await createTappedUpstream(), await createTappedUpstream(), await createTappedUpstream()];
  writeFileSync(join(folder, 'alidade.yaml'), configuration(one, two, other));
  const server = await serveProduct(folder);
  const pool = new Pool(server.origin, { connections: CONNECTIONS });
  const totals: CalledMany = {
    ...{ calls: 0, labelled: 0, answered: 0, refused: 0, cut: 0, unexpected: 0, byOther: 0, publicAnswered: 0 },
    ...{ canariesInEu: 0, canariesElsewhere: 0, bytesElsewhere: 0, requestsElsewhere: 0 },
    examples: [],
  };
  try {
    await drive(pool, calls, () => Promise.all([one.kill(), two.kill()]).then(() => undefined), totals);
  } finally {
    await pool.close();
    await server.stop();
    await other.kill();
  }
  return {
    ...totals,
    canariesInEu: one.canaries + two.canaries,
    canariesElsewhere: other.canaries,
    bytesElsewhere: other.bytes,
    requestsElsewhere: other.requests,
  };
}
