import type { Sample, Suite } from '../../contracts/evaluation.ts';
import { judgeTarget } from '../scorers/judge-scorer.ts';
import { type CertificationCase, said } from './cases.ts';

const NOTHING_SAID = 'It depends on many things, and there is nothing more that I would say about it.';

/**
 * What a model that judges must get right on a suite: its references are correct, and a reference of another sample, or
 * what the target calls wrong, never is.
 */
export function judgeCase({ samples }: Pick<Suite, 'samples'>): CertificationCase {
  const place = new Map(samples.map(({ id }, index) => [id, index]));
  const other = ({ id, target }: Sample): string => {
    const own = judgeTarget(target)?.reference;
    const from = (place.get(id) ?? 0) + 1;
    const next = [...samples.slice(from), ...samples.slice(0, from)].map((sample) => judgeTarget(sample.target));
    return next.find((found) => found !== null && found.reference !== own)?.reference ?? NOTHING_SAID;
  };
  return {
    formats: {
      'the reference itself': ({ target }) => {
        const found = judgeTarget(target);
        return found === null ? null : said(found.reference);
      },
    },
    mutate: (sample) => said(judgeTarget(sample.target)?.wrong ?? other(sample)),
    formatFloor: 1,
  };
}
