import { expect, test } from 'vitest';
import { carriedBy } from './deployment.ts';

test('a deployment promises nothing that its dialect has no words for', () => {
  expect(carriedBy('anthropic', ['tools', 'audio', 'images'])).toEqual(['tools', 'images']);
  expect(carriedBy('openai', ['tools', 'audio'])).toEqual(['tools', 'audio']);
});
