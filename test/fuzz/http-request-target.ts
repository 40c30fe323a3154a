import type { SeededRandom } from '../../src/lib/seeded-random.ts';
import { type DirectHead, readDirectHead } from '../../src/server/direct/read-head.ts';
import { type WrittenRequests, writeRequests } from './http-requests.ts';
import { mutateBytes } from './mutate.ts';
import { headersByName } from './node-answer-reader.ts';
import { type ReadRequest, type ReadRequests, readRequestsAsNode } from './node-request-reader.ts';
import { FuzzFailure, type FuzzTarget } from './target.ts';

const MAX_HEAD_BYTES = 16_384;

/** What the direct reader takes from the beginning of a connection. */
interface Taken {
  requests: ReadRequest[];
  /** Where it stops: node:http reads from here. */
  end: number;
}

function asRead({ path, headers }: DirectHead, body: string, isWhole: boolean): ReadRequest {
  const flat = Object.entries(headers).flatMap(([name, value]) => [name, String(value)]);
  return { isPost: true, path, headers: headersByName(flat), body, isWhole, keepsAlive: true };
}

function readAsWe(bytes: Buffer): Taken {
  const requests: ReadRequest[] = [];
  let end = 0;
  for (;;) {
    const rest = bytes.subarray(end);
    const head = readDirectHead(rest, MAX_HEAD_BYTES);
    if (head === null) return { requests, end };
    const { headBytes, bodyBytes } = head;
    const isWhole = rest.length >= headBytes + bodyBytes;
    requests.push(asRead(head, rest.toString('latin1', headBytes, headBytes + bodyBytes), isWhole));
    if (!isWhole) return { requests, end: bytes.length };
    end += headBytes + bodyBytes;
  }
}

const told = (requests: readonly ReadRequest[]): string =>
  JSON.stringify(requests.map(({ headers, ...request }) => ({ ...request, headers: Object.entries(headers).sort() })));

/** What breaks the guarantee; null: whatever ours takes, Node's takes alike, and reads on from the same place. */
function disagreement(bytes: Buffer, { requests, end }: Taken, nodes: ReadRequests): string | null {
  const same = nodes.requests.slice(0, requests.length);
  if (told(requests) !== told(same)) return `other requests: ours ${told(requests)}, Node's ${told(same)}`;
  if (end === bytes.length) return null;
  const behind = nodes.requests.slice(requests.length);
  const afresh = readRequestsAsNode(bytes.subarray(end));
  if (told(afresh.requests) === told(behind) && afresh.code === nodes.code) return null;
  return `another rest: ${told(afresh.requests)} ${afresh.code}, ${told(behind)} ${nodes.code}`;
}

function check({ bytes, plain }: WrittenRequests): string | null {
  const taken = readAsWe(bytes);
  if (taken.requests.filter(({ isWhole }) => isWhole).length < plain) return `plain requests are not read: ${plain}`;
  return disagreement(bytes, taken, readRequestsAsNode(bytes));
}

/**
 * Requests as they stand on a connection, good and odd ones behind each other and cut anywhere, in front of the reader of
 * direct/ and of the parser under Node's server: what ours takes, Node's takes alike, so that no two readers ever
 * disagree about where the next request begins; and no plain request is left to Node's.
 */
export function httpRequestTarget(name: string): FuzzTarget {
  return {
    name,
    run(random: SeededRandom) {
      const written = writeRequests(random);
      let asked = written;
      const change = random.integer(10);
      if (change === 0) asked = { bytes: mutateBytes(written.bytes, random), plain: 0 };
      if (change === 1)
        asked = { bytes: written.bytes.subarray(0, random.integer(written.bytes.length + 1)), plain: 0 };
      const wrong = check(asked);
      if (wrong !== null) throw new FuzzFailure(wrong, JSON.stringify(asked.bytes.toString('latin1')));
    },
  };
}
