import { expect, test } from 'vitest';
import { buildMedia } from './gemini/build-media.ts';
import { readGeminiFinish } from './gemini/finish-reason.ts';
import { geminiModelRules } from './gemini/models.ts';
import { readGeminiErrorValue } from './gemini/upstream-error.ts';
import { LossReport } from './losses.ts';
import { readUpstreamErrorValue } from './openai-chat/upstream-error.ts';
import { readFinishReason } from './openai-chat/usage.ts';

// Every object answers to these names, so a table that is asked for them must not.
const INHERITED = ['constructor', 'toString', 'valueOf', 'hasOwnProperty', '__proto__'];

test.each(INHERITED)('a name from outside that every object has is a name like any other: %s', (name) => {
  expect(readFinishReason(name)).toBe('other');
  expect(readGeminiFinish(name, false)).toBe('other');
  expect(readUpstreamErrorValue(429, { error: { code: name } }).code).toBe('upstream_rate_limited');
  const status = { error: { code: 429, status: name, details: [{ reason: name }] } };
  expect(readGeminiErrorValue(429, status).code).toBe('upstream_rate_limited');
});

test.each(INHERITED)('an image whose address ends like such a name has the type of any other: %s', (name) => {
  const source = { kind: 'url', url: `https://example.com/picture.${name}`, mediaType: null } as const;
  const rules = geminiModelRules('gemini-3-pro-preview');
  const parts = buildMedia({ type: 'image', source }, rules, new LossReport());
  expect(parts).toEqual([{ fileData: { mimeType: 'image/jpeg', fileUri: source.url } }]);
});
