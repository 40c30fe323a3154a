import { describe, expect, it } from 'vitest';
import { redactConfiguration } from './redact.ts';
import { load } from './test-files.ts';

const TEXT = `
endpoints:
  zai: { preset: zai, api_key: ["\${ZAI_API_KEY}", literal-zai-key], headers: { x-team: "\${TEAM}", x-plain: literal-header } }
  own: { operator: self, dialect: openai, base_url: "https://\${HOST}/v1", api_key: literal-own-key }
keys: [{ id: app, secret: literal-secret-of-the-app-key }]
store: { url: "postgres://user:literal-password@db.example.com/alidade" }
`;
const ENV = { ZAI_API_KEY: 'value-zai', TEAM: 'value-team', HOST: 'value-host.example.com' };
const SECRETS = [
  'value-zai',
  'value-team',
  'literal-zai-key',
  'literal-header',
  'literal-own-key',
  'literal-secret',
  'literal-password',
];

describe('redactConfiguration', () => {
  const loaded = load(TEXT, { env: ENV }).loaded;
  if (loaded === null) throw new Error('the text above is wrong');

  it('shows placeholders as written and no secret', () => {
    const shown = redactConfiguration(loaded.configuration, loaded.written);
    expect(shown.endpoints.zai).toMatchObject({
      api_key: ['${ZAI_API_KEY}', '[redacted]'],
      headers: { 'x-team': '${TEAM}', 'x-plain': '[redacted]' },
    });
    expect(shown.endpoints.own).toMatchObject({ base_url: 'https://${HOST}/v1', api_key: '[redacted]' });
    expect(shown.keys[0]?.secret).toBe('[redacted]');
    expect(shown.store?.url).toBe('postgres://user:[redacted]@db.example.com/alidade');
    for (const secret of [...SECRETS, 'value-host']) expect(JSON.stringify(shown)).not.toContain(secret);
  });

  it('redacts everything secret also where nobody knows what was written', () => {
    const shown = JSON.stringify(redactConfiguration(loaded.configuration));
    for (const secret of SECRETS) expect(shown).not.toContain(secret);
  });

  it('leaves the configuration itself untouched', () => {
    redactConfiguration(loaded.configuration, loaded.written);
    expect(loaded.configuration.endpoints.zai?.api_key).toEqual(['value-zai', 'literal-zai-key']);
  });
});
