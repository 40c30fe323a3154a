import { describe, expect, test } from 'vitest';
import { TokenCalibration, type TokenCalibrationState } from './token-calibration.ts';

const estimate = { tokens: 1_000, p95: 1_500 };

/** Reports with ratios spread evenly between two bounds, in an order without trend. */
function feed(calibration: TokenCalibration, low: number, high: number, reports: number): void {
  for (let i = 0; i < reports; i += 1) {
    const share = ((i * 37) % 100) / 99;
    calibration.report('glm', 1_000, 1_000 * (low + share * (high - low)));
  }
}

describe('TokenCalibration', () => {
  test('leaves the estimate of an unknown family as it is', () => {
    expect(new TokenCalibration().apply('glm', estimate)).toEqual(estimate);
  });

  test('comes to the mean ratio of a family, and to no other family', () => {
    const calibration = new TokenCalibration();
    feed(calibration, 1.2, 1.2, 400);
    expect(calibration.apply('glm', estimate).tokens).toBe(1_200);
    expect(calibration.apply('gpt', estimate)).toEqual(estimate);
  });

  test('keeps about 95 of 100 reports below its percentile', () => {
    const calibration = new TokenCalibration();
    feed(calibration, 0.8, 1.3, 2_000);
    const { p95 } = calibration.apply('glm', estimate);
    expect(p95).toBeGreaterThan(1_200);
    expect(p95).toBeLessThan(1_400);
  });

  test('notices that a tokenizer has changed', () => {
    const calibration = new TokenCalibration();
    feed(calibration, 1, 1, 2_000);
    feed(calibration, 1.4, 1.4, 3_000);
    expect(calibration.apply('glm', estimate).tokens).toBeGreaterThan(1_350);
  });

  test('a single report does not decide', () => {
    const calibration = new TokenCalibration();
    calibration.report('glm', 1_000, 4_000);
    expect(calibration.apply('glm', estimate).tokens).toBeLessThan(1_050);
  });

  test.each([
    [0, 100],
    [100, 0],
    [100, Number.NaN],
    [Number.NaN, 100],
    [100, Number.POSITIVE_INFINITY],
    [100, 100_000],
    [5, 20],
  ])('takes no notice of %d estimated and %d reported', (estimated, reported) => {
    const state: TokenCalibrationState = new Map();
    new TokenCalibration(state).report('glm', estimated, reported);
    expect(state.size).toBe(0);
  });

  test('goes on from a kept state exactly as if it had never stopped', () => {
    const whole: TokenCalibrationState = new Map();
    feed(new TokenCalibration(whole), 0.9, 1.4, 400);
    const parts: TokenCalibrationState = new Map();
    for (let round = 0; round < 4; round += 1) feed(new TokenCalibration(parts), 0.9, 1.4, 100);
    expect(parts).toEqual(whole);
  });

  test('its percentile is never below its estimate', () => {
    const calibration = new TokenCalibration();
    feed(calibration, 0.2, 6, 500);
    const { tokens, p95 } = calibration.apply('glm', { tokens: 10, p95: 10 });
    expect(p95).toBeGreaterThanOrEqual(tokens);
  });
});
