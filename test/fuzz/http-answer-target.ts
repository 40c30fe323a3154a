import type { SeededRandom } from '../../src/lib/seeded-random.ts';
import type { AnswerHeaders } from '../../src/providers/answer-headers.ts';
import { AnswerReader } from '../../src/providers/answer-reader.ts';
import { UpstreamCallError } from '../../src/providers/failure.ts';
import { type WrittenAnswer, writeAnswer } from './http-answers.ts';
import { cutBytes, mutateBytes } from './mutate.ts';
import { headersByName, type ReadAnswer, readAsNode } from './node-answer-reader.ts';
import { FuzzFailure, type FuzzTarget } from './target.ts';

/** Larger than any answer here. */
const MAX_BODY_BYTES = 1_000_000;

function flat(headers: AnswerHeaders): string[] {
  return Object.entries(headers).flatMap(([name, value]) =>
    typeof value === 'string' ? [name, value] : (value ?? []).flatMap((each) => [name, each]),
  );
}

function readAsWe(pieces: readonly Buffer[], eof: boolean): ReadAnswer {
  const answer = { status: 0, headers: {}, body: '', end: 'open', code: '', keepsAlive: false } as ReadAnswer;
  const reader = new AnswerReader(
    {
      onHead: (status, headers) => Object.assign(answer, { status, headers: headersByName(flat(headers)) }),
      onBody: (part) => {
        answer.body += part.toString('latin1');
      },
    },
    MAX_BODY_BYTES,
  );
  try {
    for (const piece of pieces) {
      reader.push(piece);
      if (reader.done) break;
    }
    if (!reader.done && eof) reader.end();
    answer.end = reader.done ? 'done' : 'open';
  } catch (error) {
    if (!(error instanceof UpstreamCallError)) throw error;
    Object.assign(answer, { end: 'refused', code: error.code });
  }
  answer.keepsAlive = answer.end === 'done' && reader.keepsAlive;
  return answer;
}

const headersOf = ({ headers }: ReadAnswer): string =>
  // Under this name a list would become the prototype: it is left out on purpose.
  JSON.stringify(
    Object.entries(headers)
      .filter(([name]) => name !== '__proto__')
      .sort(),
  );

/** What breaks the guarantee; null: both agree, or ours is the stricter one. */
function disagreement(ours: ReadAnswer, nodes: ReadAnswer): string | null {
  if (!ours.body.startsWith(nodes.body) && !nodes.body.startsWith(ours.body)) return 'other bytes of the body';
  if (ours.end === 'refused') return null;
  if (ours.end === 'open') return nodes.end === 'done' ? 'ours waits for more' : null;
  if (nodes.end !== 'done') return `ours is done, the other ${nodes.end} ${nodes.code}`;
  if (ours.status !== nodes.status) return 'another status';
  if (ours.body !== nodes.body) return 'another body';
  if (headersOf(ours) !== headersOf(nodes)) return 'other headers';
  return ours.keepsAlive && !nodes.keepsAlive ? 'ours would use the connection again' : null;
}

const told = ({ status, body, end, code, keepsAlive }: ReadAnswer): string =>
  JSON.stringify({ status, body, end, code: end === 'refused' ? code : '', keepsAlive });

function check({ bytes, says }: WrittenAnswer, random: SeededRandom): string | null {
  const eof = random.integer(2) === 0;
  const ours = readAsWe([bytes], eof);
  const pieces = cutBytes(bytes, random);
  const cut = readAsWe(pieces, eof);
  // A head that cannot be one is refused before it is whole: which of its faults is named depends on where it is cut.
  if (ours.end !== cut.end || (ours.end !== 'refused' && told(ours) !== told(cut))) {
    return `depends on where it is cut: ${told(ours)} ${told(cut)}`;
  }
  const nodes = readAsNode([bytes], eof);
  const found = disagreement(ours, nodes);
  if (found !== null) return `${found}: ours ${told(ours)}, Node's ${told(nodes)}`;
  if (says === null) return null;
  const isSaid = ours.status === says.status && ours.body === says.body && ours.end !== 'refused';
  return isSaid ? null : `a plain answer is not read: ${told(ours)}`;
}

/**
 * Answers as they stand on a connection, good and odd ones, cut anywhere, in front of our reader and of the parser under
 * Node's own client: where ours takes an answer, Node's takes the same one; ours may refuse what Node's takes
 * (docs/decisions/0016-answers-are-read-here.md says what), but never a plain answer.
 */
export function httpAnswerTarget(name: string): FuzzTarget {
  return {
    name,
    run(random) {
      const written = writeAnswer(random);
      const answer = random.integer(10) === 0 ? { bytes: mutateBytes(written.bytes, random), says: null } : written;
      const wrong = check(answer, random);
      if (wrong !== null) throw new FuzzFailure(wrong, JSON.stringify(answer.bytes.toString('latin1')));
    },
  };
}
