import { declines } from './refusal-patterns.ts';
import { type Scorer, verdict } from './scorer.ts';

/**
 * Whether there is an answer at all. For samples without a known right answer: says nothing about quality, which is for
 * experts or a judge, and never becomes evidence of it.
 */
export const answeredScorer: Scorer = {
  name: 'answered',
  version: '3',
  needsTarget: false,
  read: (_sample, { text }) =>
    declines(text, false) ? { state: 'refused', explanation: 'The answer declines.' } : verdict(true, null),
};
