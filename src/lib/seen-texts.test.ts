import { describe, expect, it } from 'vitest';
import { SeenTexts } from './seen-texts.ts';

const numbered = (count: number, of: (index: number) => string): string[] =>
  Array.from({ length: count }, (_, i) => of(i));

describe('SeenTexts', () => {
  it('knows what was added and nothing else', () => {
    const seen = new SeenTexts(1 << 12);
    expect(seen.has('')).toBe(false);
    expect(seen.has('a line')).toBe(false);
    seen.add('a line');
    seen.add('');
    expect(seen.has('a line')).toBe(true);
    expect(seen.has('')).toBe(true);
    for (const other of ['a lin', 'a line ', 'A line', ' a line', 'a linf', 'line', '\0', '\0\0'])
      expect(seen.has(other)).toBe(false);
  });

  it('adds the text that was asked about last', () => {
    const seen = new SeenTexts(1 << 12);
    seen.has('first');
    seen.has('second');
    seen.addAsked();
    expect([seen.has('first'), seen.has('second')]).toEqual([false, true]);
  });

  it('tells apart texts that differ in one unit, wherever it stands and whatever it is', () => {
    const text = 'The bearing is 47 degrees, \u{1f9ed} and the line is closed.';
    const seen = new SeenTexts(1 << 12);
    seen.add(text);
    for (let at = 0; at < text.length; at += 1) {
      for (const bit of [1, 32, 256, 0x8000]) {
        const other = String.fromCharCode(text.charCodeAt(at) ^ bit);
        expect(seen.has(text.slice(0, at) + other + text.slice(at + 1))).toBe(false);
      }
      expect(seen.has(text.slice(0, at) + text.slice(at + 1))).toBe(false);
    }
    expect(seen.has(text)).toBe(true);
  });

  it('tells apart texts whose halves of characters stand alone, which are one text in UTF-8', () => {
    const seen = new SeenTexts(1 << 12);
    seen.add('a\ud835b');
    expect(['a\ud83cb', 'a\ufffdb'].map((text) => seen.has(text))).toEqual([false, false]);
  });

  it('forgets old texts for new ones, and never takes a text for another one', () => {
    const seen = new SeenTexts(64);
    const texts = numbered(5_000, (index) => `turn ${index}`);
    for (const text of texts) seen.add(text);
    expect(texts.filter((text) => seen.has(text)).length).toBeLessThanOrEqual(64);
    expect(seen.has('turn 4999')).toBe(true);
    expect(numbered(20_000, (index) => `other ${index}`).some((text) => seen.has(text))).toBe(false);
  });

  it('spreads texts over its places, also those that are much alike', () => {
    const seen = new SeenTexts(1 << 12);
    const texts = numbered(1 << 12, (index) => `a text of some length, number ${index}`);
    for (const text of texts) seen.add(text);
    // Thrown at random, 63 % of the places are met; the rest is far outside of chance.
    const kept = texts.filter((text) => seen.has(text)).length;
    expect(kept).toBeGreaterThan(2_300);
    expect(kept).toBeLessThan(2_900);
  });
});
