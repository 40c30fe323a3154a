import { describe, expect, it } from 'vitest';
import { createPriceBook } from './price-book.ts';
import { modelsOffered } from './served-model.ts';
import { catalogueOf, errorsOf, findPreset, PRESETS, route } from './test-catalogue.ts';

const ZAI = { preset: 'zai', api_key: 'key-for-tests' };
const OWN = { operator: 'self', preset: 'vllm', base_url: 'http://10.0.0.5:8000/v1', region: 'de', private: true };
const KEY = { api_key: 'key-for-tests' };
const GLM = { id: 'glm-5.2@zai', model: 'zhipu/glm-5.2', endpoint: 'zai' };

describe('a configured deployment', () => {
  it('takes what the configuration leaves out from the catalogue', () => {
    const { deployments, findings } = catalogueOf({
      endpoints: { zai: ZAI },
      deployments: [GLM],
      prices: createPriceBook(),
    });
    expect(findings).toEqual([]);
    expect(deployments[0]).toMatchObject({
      id: 'glm-5.2@zai',
      model: 'zhipu/glm-5.2',
      maker: 'zhipu',
      originCountry: 'cn',
      upstreamModel: 'glm-5.2',
      contextWindowTokens: 1_000_000,
      maxOutputTokens: 131_072,
      price: { kind: 'tokens', inputUsdPerMtok: 1.4 },
      sandbox: false,
      weight: 1,
    });
    expect(deployments[0]?.endpoint).toMatchObject({
      operator: 'zhipu',
      auth: 'bearer',
      baseUrl: 'https://zai.example.com/v1',
    });
  });

  it('keeps unknown what neither knows: no window, no price, no facts', () => {
    const { deployments } = catalogueOf({
      endpoints: { own: OWN },
      deployments: [{ id: 'mine', model: 'acme/model', endpoint: 'own' }],
      prices: createPriceBook(),
    });
    expect(deployments[0]).toMatchObject({
      contextWindowTokens: null,
      maxOutputTokens: null,
      price: null,
      originCountry: 'unknown',
      exportClass: 'unknown',
    });
    expect(deployments[0]?.endpoint.facts).toMatchObject({
      region: 'de',
      trainsOnData: 'unknown',
      retentionDays: 'unknown',
      zeroRetention: 'unknown',
      dpa: 'unknown',
    });
  });

  it('assumes a capability that nobody states and says so, but none that is denied or that the preset cannot carry', () => {
    const { deployments } = catalogueOf({
      endpoints: { own: OWN, openai: { preset: 'openai', ...KEY } },
      deployments: [
        { id: 'mine', model: 'acme/model', endpoint: 'own' },
        { id: 'gpt', model: 'openai/gpt-5.5', endpoint: 'openai' },
        { id: 'told', model: 'acme/other', endpoint: 'own', capabilities: ['images'] },
      ],
    });
    const [mine, gpt, told] = deployments;
    expect([...(mine?.capabilities ?? [])]).toEqual(['tools', 'json_schema']);
    expect([...(mine?.assumedCapabilities ?? [])]).toEqual(['tools', 'json_schema']);
    expect(gpt?.capabilities.has('tools')).toBe(true);
    expect(gpt?.assumedCapabilities?.has('tools')).toBe(false);
    expect(gpt?.capabilities.has('tools_with_reasoning')).toBe(false);
    expect(gpt?.assumedCapabilities?.has('parallel_tools')).toBe(true);
    expect([...(told?.capabilities ?? [])]).toEqual(['images']);
    expect(told?.assumedCapabilities).toBeUndefined();
  });

  it('takes facts from the configuration first, then the region, the preset and the operator', () => {
    const { deployments } = catalogueOf({
      endpoints: {
        global: { preset: 'openai', ...KEY },
        eu: { preset: 'openai', ...KEY, region: 'eu', retention_days: 0 },
        zai: ZAI,
      },
      deployments: ['global', 'eu', 'zai'].map((endpoint) => ({ id: `x@${endpoint}`, model: 'acme/model', endpoint })),
    });
    const [global, eu, zai] = deployments.map((deployment) => deployment.endpoint);
    expect(global?.facts).toMatchObject({
      region: 'unknown',
      operatorCountry: 'us',
      trainsOnData: false,
      retentionDays: 30,
    });
    expect(eu?.facts).toMatchObject({ region: 'eu', storageRegion: 'eu', retentionDays: 0, checkedAt: '2026-11-21' });
    expect(eu?.baseUrl).toBe('https://eu.openai.example.com/v1');
    expect(zai?.facts).toMatchObject({ region: 'sg', operatorCountry: 'cn', checkedAt: '2026-10-01', validDays: 90 });
  });

  it('raises the catalogue price at a regional address only', () => {
    const { deployments } = catalogueOf({
      endpoints: { global: { preset: 'openai', ...KEY }, eu: { preset: 'openai', ...KEY, region: 'eu' } },
      deployments: ['global', 'eu'].map((endpoint) => ({ id: `gpt@${endpoint}`, model: 'openai/gpt-5.5', endpoint })),
      prices: createPriceBook(),
    });
    expect(deployments.map((deployment) => deployment.price)).toMatchObject([
      { inputUsdPerMtok: 5 },
      { inputUsdPerMtok: 5.5 },
    ]);
  });

  it('may be written with any spelling of its model', () => {
    const { deployments } = catalogueOf({ endpoints: { zai: ZAI }, deployments: [{ ...GLM, model: 'z-ai/glm-5.2' }] });
    expect(deployments[0]?.model).toBe('zhipu/glm-5.2');
  });

  it('changes the digest of its endpoint with the key and never shows the key in it', () => {
    const digest = (api_key: string) =>
      catalogueOf({ endpoints: { zai: { preset: 'zai', api_key } }, deployments: [GLM] }).deployments[0]?.endpoint
        .digest;
    expect(digest('key-one')).toBe(digest('key-one'));
    expect(digest('key-one')).not.toBe(digest('key-two'));
    expect(digest('key-one')).toMatch(/^[0-9a-f]{32}$/);
  });
});

describe('a dated alias', () => {
  const deepseek = { preset: 'deepseek', ...KEY };

  it('keeps its name and sends what it resolves to', () => {
    const { deployments, servedModels } = catalogueOf({
      endpoints: { anthropic: { preset: 'anthropic', ...KEY } },
      deployments: [{ id: 'opus', model: 'anthropic/claude-4-opus', endpoint: 'anthropic' }],
      supportedDialects: ['openai', 'anthropic'],
    });
    expect(deployments[0]).toMatchObject({ model: 'anthropic/claude-4-opus', upstreamModel: 'claude-opus-4-8' });
    expect(deployments[0]?.contextWindowTokens).toBe(1_000_000);
    expect(servedModels.get('opus')).toBe('anthropic/claude-opus-4-8');
  });

  it('is asked for by its own name where an upstream still lists it', () => {
    const model = 'deepseek/deepseek-v3';
    const { deployments, servedModels } = catalogueOf({
      endpoints: { deepseek, openrouter: { preset: 'openrouter', ...KEY } },
      deployments: [
        { id: 'v3@deepseek', model, endpoint: 'deepseek' },
        { id: 'v3@openrouter', model, endpoint: 'openrouter' },
      ],
    });
    expect(deployments.map((deployment) => deployment.upstreamModel)).toEqual([
      'deepseek-flash',
      'deepseek/deepseek-chat-v3-0324',
    ]);
    expect(deployments.map((deployment) => deployment.contextWindowTokens)).toEqual([1_000_000, 131_072]);
    expect([...servedModels.values()]).toEqual(['deepseek/deepseek-v4.1-flash', 'deepseek/deepseek-v3']);
  });

  it('borrows the deployments of what it resolves to only while it has none of its own', () => {
    const flash = { id: 'flash', model: 'deepseek/deepseek-v4.1-flash', endpoint: 'deepseek' };
    const own = { id: 'v3@own', model: 'deepseek/deepseek-v3', endpoint: 'own' };
    const without = catalogueOf({ endpoints: { deepseek }, deployments: [flash] });
    const both = catalogueOf({ endpoints: { deepseek, own: OWN }, deployments: [flash, own] });
    const ids = (catalogue: typeof without) =>
      catalogue.deploymentsByModel.get('deepseek/deepseek-v3')?.map((deployment) => deployment.id);
    expect(ids(without)).toEqual(['flash']);
    expect(ids(both)).toEqual(['v3@own']);
  });

  it('answers for the model it resolves to as well', () => {
    const { deploymentsByModel } = catalogueOf({
      endpoints: { mistral: { preset: 'mistral', ...KEY } },
      deployments: [{ id: 'large', model: 'mistral/mistral-large-3', endpoint: 'mistral' }],
    });
    expect(deploymentsByModel.get('mistral/mistral-large-2512')?.map((deployment) => deployment.id)).toEqual(['large']);
  });

  it('takes the facts of the model that a written upstream_model names, or none', () => {
    const { deployments } = catalogueOf({
      endpoints: { own: { ...OWN, operator: 'acme-cloud', operator_country: 'us' } },
      deployments: [
        { id: 'a', model: 'anthropic/claude-4-opus', endpoint: 'own', upstream_model: 'claude-haiku-4-5' },
        { id: 'b', model: 'anthropic/claude-4-opus', endpoint: 'own', upstream_model: 'claude-opus-4-20250514' },
      ],
    });
    expect(deployments.map((deployment) => deployment.contextWindowTokens)).toEqual([200_000, null]);
  });
});

describe('what is unavailable', () => {
  it('holds every known model without a deployment, each with a sentence', () => {
    const { knownModels, deploymentsByModel, unavailable } = catalogueOf({
      endpoints: { zai: ZAI },
      deployments: [GLM],
    });
    for (const model of knownModels) {
      expect(deploymentsByModel.has(model) !== unavailable.has(model), model).toBe(true);
      expect(unavailable.get(model) ?? 'A sentence.', model).toMatch(/^\S.*\.$/);
    }
  });

  it('names the keys that would help while keys in the environment count', () => {
    const { unavailable } = catalogueOf({ environment: { endpoints: {}, deployments: [] } });
    expect(unavailable.get('zhipu/glm-5.2')).toBe(
      'No endpoint serves zhipu/glm-5.2. Set ZAI_API_KEY or OPENROUTER_API_KEY, or add a deployment for it to the configuration.',
    );
  });

  it('asks for a deployment while they do not', () => {
    const { unavailable } = catalogueOf({});
    expect(unavailable.get('zhipu/glm-5.2')).toBe(
      'No endpoint serves zhipu/glm-5.2. Add a deployment for it to the configuration; zai or openrouter can serve it.',
    );
  });

  it('says that a dialect is not spoken yet instead of failing later', () => {
    const catalogue = catalogueOf({
      endpoints: { anthropic: { preset: 'anthropic', ...KEY } },
      deployments: [{ id: 'opus', model: 'anthropic/claude-4-opus', endpoint: 'anthropic' }],
      environment: { endpoints: {}, deployments: [] },
    });
    expect(catalogue.findings).toEqual([]);
    expect(catalogue.deployments).toEqual([]);
    expect(catalogue.skipped.map((skipped) => skipped.deployment)).toEqual(['opus']);
    expect(catalogue.unavailable.get('anthropic/claude-4-opus')).toBe(
      'opus is set up, but this release calls only upstreams that speak the openai dialect, and anthropic speaks the anthropic dialect. Set OPENROUTER_API_KEY, or add a deployment for it to the configuration.',
    );
  });

  it('holds a skipped deployment under the names that a route may use for it', () => {
    const catalogue = catalogueOf({
      endpoints: { anthropic: { preset: 'anthropic', ...KEY } },
      deployments: [{ id: 'opus', model: 'anthropic/claude-4-opus', endpoint: 'anthropic' }],
      routes: [route({ primary: ['opus', 'anthropic/claude-4-opus@anthropic'] })],
    });
    expect(catalogue.findings).toEqual([]);
    for (const target of catalogue.routes[0]?.primary ?? []) {
      expect(catalogue.unavailable.get(target)).toMatch(/^opus is set up, but this release calls only/);
    }
  });

  it('does not guess what an unknown name means', () => {
    expect(catalogueOf({}).unavailable.get('google/gemini-2.5-ultra')).toMatch(
      /^No catalogue knows a Gemini 2.5 Ultra;/,
    );
  });
});

describe('the sandbox', () => {
  const models = ['zhipu/glm-5.2', 'anthropic/claude-4-opus'].map((model) => ({ model, dialect: 'openai' as const }));
  const sandbox = { baseUrls: { openai: 'http://127.0.0.1:39999/v1' }, models, keepBesideReal: false };

  it('stands in under the logical names, free and marked, while nothing real exists', () => {
    const catalogue = catalogueOf({ sandbox });
    expect(catalogue.sandboxOnly).toBe(true);
    expect(catalogue.deployments.map(({ id, model, sandbox: marked }) => [id, model, marked])).toEqual([
      ['sandbox/glm-5.2', 'zhipu/glm-5.2', true],
      ['sandbox/claude-4-opus', 'anthropic/claude-4-opus', true],
    ]);
    expect(catalogue.deployments[0]?.price).toMatchObject({ inputUsdPerMtok: 0, source: 'sandbox' });
    expect(catalogue.deploymentsByModel.get('anthropic/claude-opus-4-8')).toBeUndefined();
  });

  it('leaves as soon as one real deployment exists, and stays beside it only when asked', () => {
    const real = { endpoints: { zai: ZAI }, deployments: [GLM] };
    const gone = catalogueOf({ ...real, sandbox });
    const kept = catalogueOf({ ...real, sandbox: { ...sandbox, keepBesideReal: true } });
    expect(gone.deployments.map((deployment) => deployment.id)).toEqual(['glm-5.2@zai']);
    expect(gone.unavailable.has('anthropic/claude-4-opus')).toBe(true);
    expect(kept.deployments).toHaveLength(3);
    expect(kept.sandboxOnly).toBe(false);
  });

  it('has the same version on whatever port its server listens', () => {
    const elsewhere = { ...sandbox, baseUrls: { openai: 'http://127.0.0.1:40000/v1' } };
    expect(catalogueOf({ sandbox }).version).toBe(catalogueOf({ sandbox: elsewhere }).version);
  });
});

describe('keys in the environment', () => {
  it('make deployments beside those of the file, whose ids win', () => {
    const environment = {
      endpoints: { zai: ZAI, openai: { preset: 'openai', ...KEY } },
      deployments: [{ ...GLM }, { id: 'gpt-5.5@openai', model: 'openai/gpt-5.5', endpoint: 'openai' }],
    };
    const catalogue = catalogueOf({
      endpoints: { zai: { ...ZAI, region: 'sg' } },
      deployments: [{ ...GLM, weight: 2 }],
      environment,
    });
    expect(catalogue.findings).toEqual([]);
    expect(catalogue.deployments.map(({ id, weight }) => [id, weight])).toEqual([
      ['glm-5.2@zai', 2],
      ['gpt-5.5@openai', 1],
    ]);
  });

  it('light the models that a preset offers, never restricted ones', () => {
    const names = (preset: string) => modelsOffered(findPreset(preset)).map((offer) => offer.model);
    expect(names('zai')).toContain('zhipu/glm-5.2');
    expect(names('deepseek')).toEqual([
      'deepseek/deepseek-v3',
      'deepseek/deepseek-v4-pro',
      'deepseek/deepseek-v4.1-flash',
      'deepseek/deepseek-v4-flash',
    ]);
    expect(names('anthropic')).toContain('anthropic/claude-4-opus');
    expect(names('anthropic')).not.toContain('anthropic/claude-mythos-5');
    expect(names('anthropic')).not.toContain('anthropic/mythos');
    expect(names('openrouter')).toEqual([
      'anthropic/claude-opus-4-8',
      'deepseek/deepseek-v3',
      'openai/gpt-5.5',
      'zhipu/glm-5.2',
      'anthropic/claude-4-opus',
    ]);
    expect(names('vllm')).toEqual([]);
  });
});

describe('routes', () => {
  const real = { endpoints: { zai: ZAI }, deployments: [GLM] };

  it('come back with every target in its one spelling', () => {
    const { routes, findings } = catalogueOf({
      ...real,
      aliases: { 'team/default': 'zhipu/glm-5.2' },
      routes: [route({ primary: ['z-ai/glm-5.2', 'glm-5.2@zai', 'zai/glm-5.2@zai'], fallback: ['team/default'] })],
    });
    expect(findings).toEqual([]);
    expect(routes[0]).toMatchObject({
      primary: ['zhipu/glm-5.2', 'glm-5.2@zai', 'zhipu/glm-5.2@zai'],
      fallback: ['zhipu/glm-5.2'],
    });
  });

  it('may name a known model that nothing serves, but not one that nobody knows', () => {
    const routes = [route({ primary: ['openai/gpt-5.5'], fallback: ['zhipu/glm-52', 'glm-5.2@zia'] })];
    expect(errorsOf(catalogueOf({ ...real, routes }))).toEqual([
      'routes.0.fallback.0: Nobody knows a model zhipu/glm-52. Did you mean zhipu/glm-5.2, zhipu/glm-5 or zhipu/glm-5.1?',
      'routes.0.fallback.1: There is no deployment glm-5.2@zia. Did you mean glm-5.2@zai?',
    ]);
  });

  it('may rest only on claims that exist', () => {
    const routes = [
      route({ because: 'claim/longbench-v2' }),
      route({ because: 'claim/longbench' }),
      route({ because: 'run/7' }),
    ];
    expect(errorsOf(catalogueOf({ routes, claimIds: new Set(['claim/longbench-v2']) }))).toEqual([
      'routes.1.because: There is no claim/longbench. Did you mean claim/longbench-v2?',
    ]);
  });
});

describe('errors', () => {
  it.each([
    [
      'an unknown preset',
      { endpoints: { zai: { ...ZAI, preset: 'zia' } } },
      'endpoints.zai.preset: There is no preset zia. Name one that exists, or write dialect and base_url instead. Did you mean zai?',
    ],
    [
      'neither preset nor dialect',
      { endpoints: { x: { operator: 'self', base_url: 'https://x.example.com/v1' } } },
      'endpoints.x: An endpoint needs preset, or dialect (openai, anthropic or gemini) with base_url.',
    ],
    [
      'a dialect without an address',
      { endpoints: { x: { operator: 'self', dialect: 'openai' } } },
      'endpoints.x: An endpoint without a preset needs base_url. Add base_url: what the SDK of the vendor takes.',
    ],
    [
      'a preset without an address of its own',
      { endpoints: { x: { preset: 'vllm' } } },
      'endpoints.x: The preset vllm has no fixed address: base_url is missing. See https://docs.example.com',
    ],
    [
      'a region that the preset does not have',
      { endpoints: { x: { preset: 'openai', ...KEY, region: 'jp' } } },
      'endpoints.x.region: The preset openai has no address for the region jp. It has us or eu; for another place give its base_url.',
    ],
    [
      'a missing key',
      { endpoints: { x: { preset: 'openai' } } },
      'endpoints.x: The preset openai needs a key: api_key is missing. Write api_key: "${OPENAI_API_KEY}"',
    ],
    [
      'plain http',
      { endpoints: { x: { preset: 'openai', ...KEY, base_url: 'http://proxy.example.com/v1' } } },
      'endpoints.x.base_url: base_url uses http. Write private: true beside it if this is a server of your own.',
    ],
    [
      'a private address in any notation',
      { endpoints: { x: { preset: 'openai', ...KEY, base_url: 'https://0x7f.1/v1' } } },
      'endpoints.x.base_url: base_url names a private or loopback address. Write private: true beside it if this is a server of your own.',
    ],
    [
      'a base URL that is a call',
      { endpoints: { x: { preset: 'openai', ...KEY, base_url: 'https://x.example.com/v1/chat/completions' } } },
      'endpoints.x.base_url: base_url names one call; leave off the last path, as for the SDK.',
    ],
    [
      'a credential in the address',
      { endpoints: { x: { preset: 'openai', ...KEY, base_url: 'https://user:secret@x.example.com/v1' } } },
      'endpoints.x.base_url: base_url carries a credential; use api_key.',
    ],
    [
      'a header that frames the request',
      { endpoints: { x: { preset: 'openai', ...KEY, headers: { Host: 'elsewhere' } } } },
      'endpoints.x.headers.Host: The header Host cannot be set by an endpoint.',
    ],
    [
      'an unknown endpoint',
      { endpoints: { zai: ZAI }, deployments: [{ ...GLM, endpoint: 'zia' }] },
      'deployments.0.endpoint: There is no endpoint zia. Did you mean zai?',
    ],
    [
      'a second deployment with the same id',
      { endpoints: { zai: ZAI }, deployments: [GLM, GLM] },
      'deployments.1.id: A second deployment has the id glm-5.2@zai. Ids must differ: state and receipts hang on them.',
    ],
    [
      'a reserved id',
      { endpoints: { zai: ZAI }, deployments: [{ ...GLM, id: 'sandbox/glm-5.2' }] },
      'deployments.0.id: Ids that start with sandbox are reserved. Choose another id, e.g. model@endpoint.',
    ],
    [
      'an id that is a model',
      { endpoints: { zai: ZAI }, deployments: [{ ...GLM, id: 'zhipu/glm-5.2' }] },
      'deployments.0.id: zhipu/glm-5.2 is also the name of a model, so nobody could tell which is meant. Write glm-5.2@endpoint.',
    ],
    [
      'a model without a maker',
      { endpoints: { zai: ZAI }, deployments: [{ ...GLM, model: 'glm-5.2' }] },
      'deployments.0.model: glm-5.2 is not a logical model: write maker/model, e.g. zhipu/glm-5.2. Did you mean zhipu/glm-5.2, zhipu/glm-5.1 or zhipu/glm-5.3?',
    ],
    [
      'an alias that hides a model',
      { aliases: { 'openai/gpt-5.5': 'zhipu/glm-5.2' } },
      'aliases.openai/gpt-5.5: The alias openai/gpt-5.5 would hide a model of that name.',
    ],
    [
      'an alias that hides auto',
      { aliases: { auto: 'zhipu/glm-5.2' } },
      'aliases.auto: The alias auto would hide a reserved name.',
    ],
  ])('name %s and its place', (_, input, expected) => {
    expect(errorsOf(catalogueOf(input))).toEqual([expected]);
  });

  it('of an endpoint are not repeated by its deployments and by routes to them', () => {
    const routes = [route({ primary: ['glm-5.2@zai', 'zhipu/glm-5.2@zai'] })];
    const catalogue = catalogueOf({ endpoints: { zai: { preset: 'zia' } }, deployments: [GLM], routes });
    expect(errorsOf(catalogue)).toHaveLength(1);
  });

  it('never show a secret', () => {
    const secret = 'secret-with blank';
    const catalogue = catalogueOf({ endpoints: { zai: { preset: 'zai', api_key: [secret] } }, deployments: [GLM] });
    expect(errorsOf(catalogue)).toHaveLength(1);
    expect(JSON.stringify(catalogue.findings)).not.toContain(secret);
  });
});

describe('a slip in a model name', () => {
  it('warns and still builds, because own models have names of their own', () => {
    const catalogue = catalogueOf({ endpoints: { zai: ZAI }, deployments: [{ ...GLM, model: 'zhipu/glm-5.22' }] });
    expect(catalogue.findings.map((finding) => [finding.severity, finding.hint])).toEqual([
      ['warning', 'Did you mean zhipu/glm-5.2?'],
    ]);
    expect(catalogue.deployments).toHaveLength(1);
  });
});

describe('the version', () => {
  const one = { endpoints: { zai: ZAI }, deployments: [GLM] };

  it('is the same for the same input and differs with anything that decides', () => {
    const version = catalogueOf(one).version;
    expect(catalogueOf(one).version).toBe(version);
    expect(catalogueOf({ ...one, deployments: [{ ...GLM, weight: 2 }] }).version).not.toBe(version);
    expect(catalogueOf({ ...one, aliases: { 'x/y': 'zhipu/glm-5.2' } }).version).not.toBe(version);
    expect(catalogueOf({ ...one, prices: createPriceBook() }).version).not.toBe(version);
    expect(catalogueOf({ ...one, presets: PRESETS.slice(0, 3) }).version).not.toBe(version);
  });
});
