import { describe, expect, it } from 'vitest';
import type { DetectorPlugIn } from '../contracts/detector.ts';
import { detect } from '../privacy/detect.ts';
import { MAX_SLICE } from '../privacy/scanner.ts';
import { type DetectionSettings, type LongTextScanner, RequestDetector } from './detection.ts';

const MAIL = 'Write to quillon@quimby.example, please.';
const PLAIN = 'The bearing of the second station is 312 degrees.';
const LONG = 'The line is closed at the second station. '.repeat(2_000);

/** Searches like the thread does, and says how many texts it was given. */
function detectorWith(settings: Partial<DetectionSettings> = {}) {
  const given: number[] = [];
  const scanner: LongTextScanner = {
    scanAll(texts) {
      given.push(texts.length);
      return Promise.resolve({ complete: true, findings: texts.map((text) => detect(text)) });
    },
  };
  const detector = new RequestDetector(scanner, {
    maxCharacters: 1_000_000,
    budgetMs: 60_000,
    plugIn: null,
    ...settings,
  });
  const search = async (...texts: string[]) =>
    detector.detect({ texts, characters: texts.join('').length, unscannable: false });
  return { given, search };
}

const types = (findings: readonly (readonly { type: string }[])[]): string[][] =>
  findings.map((ofText) => ofText.map(({ type }) => type));

describe('RequestDetector', () => {
  it('finds the same in texts that it has searched before, whatever stands beside them', async () => {
    const { search } = detectorWith();
    for (let round = 0; round < 3; round += 1) {
      expect(await search(PLAIN, MAIL)).toMatchObject({ incomplete: null, counts: { email: 1 } });
      expect(types((await search(MAIL, PLAIN, MAIL)).findings)).toEqual([['email'], [], ['email']]);
      expect(await search(PLAIN)).toEqual({ incomplete: null, counts: {}, classes: [], findings: [[]] });
      expect(types((await search(`${PLAIN} ${MAIL}`)).findings)).toEqual([['email']]);
    }
  });

  it('hands a long conversation to the thread once, and searches what is added to it at once', async () => {
    const { given, search } = detectorWith();
    expect(LONG.length).toBeGreaterThan(MAX_SLICE);
    expect(types((await search(PLAIN, LONG)).findings)).toEqual([[], []]);
    const later = await search(PLAIN, LONG, MAIL);
    expect(types(later.findings)).toEqual([[], [], ['email']]);
    expect(later.findings[2]).toEqual(detect(MAIL));
    expect(given).toEqual([2]);
  });

  it('hands a long text to the thread as often as something is found in it', async () => {
    const { given, search } = detectorWith();
    for (let round = 0; round < 2; round += 1)
      expect(types((await search(PLAIN, LONG + MAIL)).findings)).toEqual([[], ['email']]);
    expect(given).toEqual([2, 2]);
  });

  it('leaves out what is too long, also where all of it is known', async () => {
    const { search } = detectorWith({ maxCharacters: 100 });
    await search(PLAIN);
    expect(await search(PLAIN, PLAIN, PLAIN)).toMatchObject({ incomplete: 'too_long', findings: [] });
  });

  it('asks a plug-in about texts in which our own search finds nothing, as often as they come', async () => {
    const asked: string[] = [];
    const plugIn: DetectorPlugIn = {
      name: 'mine',
      detect: (text) => {
        asked.push(text);
        return Promise.resolve([{ type: 'station', start: 0, end: 3, score: 0.9 }]);
      },
    };
    const { search } = detectorWith({ plugIn });
    for (let round = 0; round < 2; round += 1) expect(types((await search(PLAIN)).findings)).toEqual([['station']]);
    expect(asked).toEqual([PLAIN, PLAIN]);
  });
});
