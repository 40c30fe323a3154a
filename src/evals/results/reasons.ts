import type { EndState } from '../../contracts/evaluation.ts';
import { countedReasons } from '../counted-reasons.ts';
import type { RunResult } from './run-result.ts';

/** Ends whose reasons are worth knowing before anybody reads single answers. */
const EXPLAINED: readonly EndState[] = ['harness_error', 'provider_error', 'unparsed'];
const MOST = 5;

/** Why samples of a run were not answered or could not be scored: of each such end the most frequent reasons. */
export const reasonsOf = ({ samples }: RunResult): { state: EndState; reason: string; count: number }[] =>
  EXPLAINED.flatMap((state) =>
    countedReasons(samples.flatMap((sample) => (sample.state === state ? [sample.explanation] : [])))
      .slice(0, MOST)
      .map((each) => ({ state, ...each })),
  );
