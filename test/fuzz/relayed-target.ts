import { createSseFramer } from '../../src/lib/sse.ts';
import type { Lane } from '../../src/wire/dialect.ts';
import { sampleDeployment } from '../support/deployments.ts';
import { ListenerRecord } from '../support/streams.ts';
import { cutBytes } from './mutate.ts';
import { mutateStream } from './stream-target.ts';
import { FuzzFailure, type FuzzTarget } from './target.ts';

type Dialect = 'openai' | 'anthropic';

interface Relayed {
  record: ListenerRecord;
  /** All that is told, apart from how many pieces it came in. */
  told: string;
}

function relayed(lane: Lane, pieces: readonly Buffer[]): Relayed {
  const record = new ListenerRecord();
  const stream = lane.stream(record, null);
  for (const piece of pieces) stream.push(piece);
  stream.end();
  const { writes: _, ...told } = record;
  const { contentEvents, contentBytes, reasoning, finished } = stream;
  return { record, told: JSON.stringify({ told, contentEvents, contentBytes, reasoning, finished }) };
}

/** The first event of a stream whose data no client can parse; null where there is none. */
function brokenEvent(text: string): string | null {
  let broken: string | null = null;
  const framer = createSseFramer(({ data }) => {
    if (broken !== null || data.trim() === '' || data.trim() === '[DONE]') return;
    try {
      JSON.parse(data);
    } catch {
      broken = data;
    }
  });
  framer.push(Buffer.from(text));
  return broken;
}

/**
 * Mutated streams in front of a client of the same dialect: one end, the same however the bytes are cut, and with chat
 * completions no event that the client could not parse.
 */
export function relayedTarget(
  name: string,
  dialect: Dialect,
  createLane: () => Lane,
  corpus: readonly string[],
): FuzzTarget {
  return {
    name,
    run(random) {
      const bytes = mutateStream(corpus[random.integer(corpus.length)] as string, random);
      const laneOf = (): Lane => {
        const lane = createLane();
        lane.build(sampleDeployment({ dialect }));
        return lane;
      };
      const whole = relayed(laneOf(), [bytes]);
      const input = bytes.toString();
      if (whole.record.ends.length !== 1) throw new FuzzFailure(`ended ${whole.record.ends.length} times`, input);
      const cut = relayed(laneOf(), cutBytes(bytes, random));
      if (cut.told !== whole.told) throw new FuzzFailure('depends on where it is cut', input);
      const broken = dialect === 'openai' ? brokenEvent(whole.record.text) : null;
      if (broken !== null) throw new FuzzFailure(`broken JSON reached the client: ${broken}`, input);
    },
  };
}
