import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { neverAnswers } from '../../test/support/upstream/faults.ts';
import { createScriptedUpstream, type ScriptedUpstream } from '../../test/support/upstream/scripted-upstream.ts';
import type { UpstreamClient } from '../contracts/upstream.ts';
import { createUpstreamClient } from './http-client.ts';
import { createPresidio } from './presidio.ts';

let analyzer: ScriptedUpstream;
let client: UpstreamClient;

beforeEach(async () => {
  analyzer = await createScriptedUpstream();
  client = createUpstreamClient();
});

afterEach(async () => {
  await client.close();
  await analyzer.close();
});

const ourNames: Readonly<Record<string, string>> = { PERSON: 'person' };

const presidio = (timeoutMs = 60_000) =>
  createPresidio(client, {
    url: `${analyzer.origin}/`,
    language: 'en',
    leastScore: 0.5,
    timeoutMs,
    typeOf: (entity) => ourNames[entity] ?? entity.toLowerCase(),
  });

const never = new AbortController().signal;

describe('a Presidio analyzer', () => {
  it('is asked for one text, and answers in our types and units', async () => {
    const text = '🌊🌊 Quillon has MRN 12.';
    analyzer.reply({
      body: JSON.stringify([
        { entity_type: 'PERSON', start: 3, end: 10, score: 0.85, analysis_explanation: null },
        { entity_type: 'MRN', start: 15, end: 21, score: 0.6 },
        { entity_type: 'PERSON', start: 15, end: 18, score: 0.2 },
      ]),
    });
    const found = await presidio().detect(text, never);
    expect(found.map(({ type, start, end }) => [type, text.slice(start, end)])).toEqual([
      ['person', 'Quillon'],
      ['mrn', 'MRN 12'],
    ]);
    const [call] = analyzer.requests;
    expect(call?.target).toBe('/analyze');
    expect(JSON.parse(call?.body.toString('utf8') ?? '')).toEqual({ text, language: 'en', score_threshold: 0.5 });
  });

  it.each([
    ['a fault', { status: 500, body: '{"error":"No language model"}' }],
    ['no JSON', { body: 'busy' }],
    ['no list', { body: '{}' }],
    ['an entry that is none', { body: '[null]' }],
    ['a place outside the text', { body: '[{"entity_type":"PERSON","start":0,"end":99,"score":1}]' }],
  ])('fails on %s', async (_what, script) => {
    analyzer.reply(script);
    await expect(presidio().detect('Quillon', never)).rejects.toThrow();
  });

  it('fails when it does not answer in time', async () => {
    analyzer.reply(neverAnswers());
    await expect(presidio(20).detect('Quillon', never)).rejects.toThrow('aborted');
  });

  it('fails when nobody waits any more', async () => {
    analyzer.reply(neverAnswers());
    const controller = new AbortController();
    const answer = presidio().detect('Quillon', controller.signal);
    await analyzer.request(1);
    controller.abort();
    await expect(answer).rejects.toThrow('aborted');
    await expect(presidio().detect('Quillon', AbortSignal.abort())).rejects.toThrow();
  });
});
