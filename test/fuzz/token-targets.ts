import { mapOf } from '../../src/privacy/tokens/test-tokens.ts';
import type { UpstreamCodec } from '../../src/wire/codec.ts';
import type { Lane } from '../../src/wire/dialect.ts';
import { withRestoredAnswers } from '../../src/wire/tokens/restored-codec.ts';
import { withRestoredRelay } from '../../src/wire/tokens/restored-relay.ts';
import { spokenOfBody } from '../../src/wire/tokens/spoken-body.ts';
import { sampleDeployment } from '../support/deployments.ts';
import { ListenerRecord } from '../support/streams.ts';
import { cutBytes, mutateBytes, mutateJson } from './mutate.ts';
import { FuzzFailure, type FuzzTarget } from './target.ts';

const { map, tokens } = mapOf({ 'anna@example.org': 'email', 'O\'Neil "Bob"': 'person', '078051120': 'us_ssn' });
/** A text may be cut anywhere and hold tokens anywhere; `jsonContent` by turns. */
const options = (jsonContent: boolean) => ({ tokens: map, jsonContent });

/** What a vendor may say, with tokens in place of some words. */
export const withTokens = (text: string): string => {
  let turn = 0;
  return text.replaceAll(/(?<=[ "])(?:the|a|is|in|Bern|Hello|city)(?=[ "\\.])/g, (word) => {
    turn += 1;
    return turn % 2 === 0 ? word : (tokens[turn % tokens.length] as string);
  });
};

export const restoring = (codec: UpstreamCodec): UpstreamCodec => withRestoredAnswers(codec, options(false));

/** Texts of a mutated request, replaced by themselves: the very bytes must come back, and JSON from any replacement. */
export function spokenTarget(name: string, corpus: readonly unknown[]): FuzzTarget {
  return {
    name,
    run(random) {
      const body = mutateJson(corpus[random.integer(corpus.length)], random);
      if (typeof body !== 'object' || body === null || Array.isArray(body)) return;
      const bytes = Buffer.from(JSON.stringify(body));
      const spoken = spokenOfBody(bytes, JSON.parse(bytes.toString('utf8')) as Record<string, unknown>);
      const same = spoken.rewrite(spoken.texts.map(({ text, from }) => text.slice(from)));
      if (same !== bytes) throw new FuzzFailure('changed what nobody changed', body);
      const other = spoken.rewrite(spoken.texts.map((_, index) => `"\\${index}\n`));
      JSON.parse(other.toString('utf8'));
    },
  };
}

function pushed(lane: Lane, pieces: readonly Buffer[]): ListenerRecord {
  const record = new ListenerRecord();
  const transducer = lane.stream(record, null);
  for (const piece of pieces) transducer.push(piece);
  transducer.end();
  return record;
}

/** A relayed stream, whole and cut elsewhere: the same text, one end, no token of ours at the client. */
export function restoredRelayTarget(
  name: string,
  dialect: 'openai' | 'anthropic',
  createLane: () => Lane,
  corpus: readonly string[],
): FuzzTarget {
  const texts = corpus.map(withTokens);
  return {
    name,
    run(random) {
      const text = texts[random.integer(texts.length)] as string;
      const bytes = random.integer(3) === 0 ? Buffer.from(text) : mutateBytes(Buffer.from(text), random);
      const jsonContent = random.integer(2) === 0;
      const laneOf = (): Lane => {
        const lane = withRestoredRelay(createLane(), { ...options(jsonContent), dialect });
        lane.build(sampleDeployment({ dialect }));
        return lane;
      };
      const first = pushed(laneOf(), [bytes]);
      const second = pushed(laneOf(), cutBytes(bytes, random));
      if (first.ends.length !== 1) throw new FuzzFailure(`ended ${first.ends.length} times`, text);
      if (first.text !== second.text) throw new FuzzFailure('depends on where it is cut', bytes.toString('latin1'));
    },
  };
}
