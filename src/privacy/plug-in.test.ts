import { describe, expect, it } from 'vitest';
import type { DetectorPlugIn } from '../contracts/detector.ts';
import { detect } from './detect.ts';
import type { Finding } from './finding.ts';
import { mergeFindings } from './plug-in.ts';

const TEXT = 'Quillon pays with 4012 8888 8888 1881.';

/** What a model might say: a person that we only guess, and a card that it takes for a phone number. */
const model: DetectorPlugIn = {
  name: 'model',
  detect: () =>
    Promise.resolve([
      { type: 'person', start: 0, end: 7, score: 0.85, source: 'plugin' },
      { type: 'phone', start: 18, end: 32, score: 0.6, source: 'plugin' },
    ]),
};

describe('findings of a plug-in', () => {
  it('join ours, and yield to what a check digit proves', async () => {
    const theirs = await model.detect(TEXT, AbortSignal.timeout(1_000));
    const merged = mergeFindings(detect(TEXT), theirs);
    expect(merged.map(({ type, start, source }) => [type, start, source])).toEqual([
      ['person', 0, 'plugin'],
      ['credit_card', 18, 'checksum'],
    ]);
  });

  it('are marked as the plug-in’s whatever it says itself', () => {
    const claimed: Finding = { type: 'person', start: 0, end: 7, score: 0.9, source: 'checksum' };
    expect(mergeFindings([], [claimed])).toEqual([{ ...claimed, source: 'plugin' }]);
  });
});
