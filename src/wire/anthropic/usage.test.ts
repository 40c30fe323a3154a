import { describe, expect, test } from 'vitest';
import { mergeUsage as mergeReports } from '../merge-usage.ts';
import { mergeUsage, newUsage, readUsage, toUsage } from './usage.ts';

const CREATED = {
  input_tokens: 5,
  cache_creation_input_tokens: 30,
  cache_creation: { ephemeral_5m_input_tokens: 10, ephemeral_1h_input_tokens: 20 },
  output_tokens: 1,
};

describe('tokens written to the cache', () => {
  test('for an hour are told from the others, and are among them', () => {
    expect(readUsage(CREATED)).toMatchObject({
      input_tokens: 35,
      cache_write_tokens: 30,
      cache_write_hour_tokens: 20,
    });
    const short = { ...CREATED, cache_creation: { ephemeral_5m_input_tokens: 30, ephemeral_1h_input_tokens: 0 } };
    expect(readUsage(short)).not.toHaveProperty('cache_write_hour_tokens');
  });

  test('survive a later report that does not repeat them', () => {
    const usage = newUsage();
    mergeUsage(usage, CREATED);
    mergeUsage(usage, { output_tokens: 9 });
    const merged = toUsage(usage);
    expect(merged).toMatchObject({ output_tokens: 9, cache_write_hour_tokens: 20 });
    const later = readUsage({ output_tokens: 11 });
    if (merged === null || later === null) throw new Error('nothing was reported');
    expect(mergeReports(merged, later)).toMatchObject({ output_tokens: 11, cache_write_hour_tokens: 20 });
  });
});
