import { describe, expect, it } from 'vitest';
import { findConfigurationFile } from './find.ts';
import { loadConfiguration } from './load.ts';
import { load, memoryFiles, problemsOf } from './test-files.ts';

const ENDPOINT = `
endpoints:
  zai: { preset: zai, api_key: "\${ZAI_API_KEY}" }
`;
const ENV = { ZAI_API_KEY: 'secret-of-zai' };

describe('which file', () => {
  const files = memoryFiles({
    '/srv/app/alidade.yaml': '',
    '/srv/app/deep/alidade.yml': '',
    '/srv/named.yaml': '',
  });
  const find = (cwd: string, more: { path?: string; env?: Record<string, string> } = {}) =>
    findConfigurationFile({ cwd, env: {}, files, ...more });

  it('is the one that --config names, then ALIDADE_CONFIG, then the nearest one upward', () => {
    const env = { ALIDADE_CONFIG: '/srv/named.yaml' };
    expect(find('/srv/app', { path: 'other.yaml', env })?.file).toBe('/srv/app/other.yaml');
    expect(find('/srv/app', { env })?.file).toBe('/srv/named.yaml');
    expect(find('/srv/app/deep/er')?.file).toBe('/srv/app/deep/alidade.yml');
    expect(find('/srv/app/other')?.file).toBe('/srv/app/alidade.yaml');
    expect(find('/opt')).toBeNull();
  });

  it('must exist where somebody named it', () => {
    const result = loadConfiguration({ cwd: '/srv/app', env: {}, files, path: 'other.yaml' });
    expect(problemsOf(result)).toEqual([
      '/srv/app/other.yaml:1:1: error: The file that --config names cannot be read.',
    ]);
    expect(result.loaded).toBeNull();
  });

  it('may be none: then the built-in default holds and keys in the environment count', () => {
    const { loaded, problems, source, readFiles } = loadConfiguration({ cwd: '/srv', env: {}, files });
    expect(problems).toEqual([]);
    expect(source.file).toBeNull();
    expect(loaded).toMatchObject({ routesAreDefault: true, usesEnvironmentKeys: true });
    expect(loaded?.configuration.server).toMatchObject({ host: '127.0.0.1', port: 4620 });
    expect(loaded?.paths).toEqual({
      store: { kind: 'sqlite', path: '/srv/.alidade/alidade.db' },
      dataDir: '/srv/.alidade',
      policies: null,
    });
    expect(readFiles).toEqual(['/srv/alidade.yaml']);
  });

  it('may be empty', () => {
    expect(load('').problems).toEqual([]);
    expect(load('# nothing yet\n').loaded?.routesAreDefault).toBe(true);
  });
});

describe('the example of the reference', () => {
  const text = `
# yaml-language-server: $schema=./alidade.schema.json
server: { host: 127.0.0.1, port: 4620 }
store: { url: "sqlite://.alidade/alidade.db" }
endpoints:
  zai-intl:   { operator: zhipu, preset: zai, api_key: "\${ZAI_API_KEY}", region: sg }
  onprem-glm: { operator: self, preset: vllm, base_url: "http://10.0.0.5:8000/v1", region: de, private: true }
deployments:
  - { id: glm-5.2@zai, model: zhipu/glm-5.2, endpoint: zai-intl, upstream_model: glm-5.2 }
routes:
  - { when: { label: long_document }, primary: zhipu/glm-5.2, fallback: anthropic/claude-4-opus, context_threshold: 50000, because: claim/longbench-v2 }
  - { when: { task: creative }, primary: openai/gpt-5.5, fallback: [anthropic/claude-4-opus], context_threshold: 16000 }
  - { when: { language: zh, domain: legal }, primary: zhipu/glm-5.2@onprem-glm }
  - { default: true, primary: openai/gpt-5.5, fallback: anthropic/claude-4-opus }
objectives: { default: { mode: evidence, margin: 0.05, alpha: 0.1, usd_per_success: 0.05, usd_per_second_waited: 0.0005 } }
ensembles:
  legal_review: { members: [zhipu/glm-5.2, anthropic/claude-4-opus], arbiter: openai/gpt-5.5, strategy: select_best, quorum: 1, max_cost_usd: 0.50 }
monitoring: { enabled: true }
policies: ./policies
data_dir: .alidade
use_cases: ./use-cases.yaml
`;
  const files = {
    '/etc/alidade/policies/': '',
    '/etc/alidade/use-cases.yaml': '- { id: contracts, owner: legal, task: extraction, keep_bodies: true }\n',
  };

  it('loads without a problem, as written', () => {
    const { loaded, problems } = load(text, { files, env: ENV });
    expect(problems).toEqual([]);
    expect(loaded?.configuration.endpoints['zai-intl']?.api_key).toBe('secret-of-zai');
    expect(loaded?.configuration.use_cases.map((useCase) => useCase.id)).toEqual(['contracts']);
    expect(loaded?.objectives.get('default')?.mode).toBe('evidence');
    expect(loaded?.routes[0]).toEqual({
      when: { label: 'long_document' },
      default: false,
      primary: ['zhipu/glm-5.2'],
      fallback: ['anthropic/claude-4-opus'],
      context_threshold: 50_000,
      because: 'claim/longbench-v2',
    });
    expect(loaded?.usesEnvironmentKeys).toBe(false);
    expect(loaded?.paths).toEqual({
      store: { kind: 'sqlite', path: '/etc/alidade/.alidade/alidade.db' },
      dataDir: '/etc/alidade/.alidade',
      policies: '/etc/alidade/policies',
    });
  });
});

describe('a problem', () => {
  it.each([
    [
      'a misspelt section',
      'sevrer: {}\n',
      'alidade.yaml:1:1: error: sevrer: There is no such member. Did you mean server?',
    ],
    [
      'a misspelt member, at its name',
      'server:\n  prot: 4620\n',
      'alidade.yaml:2:3: error: server.prot: There is no such member. Did you mean port?',
    ],
    [
      'a wrong type, at the value',
      'server:\n  port: "4620"\n',
      'alidade.yaml:2:9: error: server.port: Expected a number, found text.',
    ],
    [
      'a value out of range',
      'server: { port: 70000 }\n',
      'alidade.yaml:1:17: error: server.port: Expected a number of at most 65535.',
    ],
    [
      'a fraction where only whole numbers make sense',
      'server: { port: 1.5 }\n',
      'alidade.yaml:1:17: error: server.port: Expected a whole number, found a fraction.',
    ],
    [
      'a missing member',
      'deployments:\n  - { model: zhipu/glm-5.2, endpoint: zai }\n',
      'alidade.yaml:2:5: error: deployments[0]: id is missing: text.',
    ],
    [
      'a word that is none of the choices',
      'policy: { unlabelled_personal: mask }\n',
      'alidade.yaml:1:32: error: policy.unlabelled_personal: Expected record, tokenise or deny.',
    ],
    [
      'an address that is none',
      'endpoints:\n  x: { base_url: 10.0.0.5 }\n',
      'alidade.yaml:2:18: error: endpoints.x.base_url: Expected a URL.',
    ],
    [
      'a country that does not exist, by which a rule about the one that is meant would not apply',
      'use_cases: [{ id: a, subject_jurisdictions: [gb, uk], residency: [zz] }]\npolicy: { denied_countries: [uk] }\n',
      [
        'alidade.yaml:1:50: error: use_cases[0].subject_jurisdictions[1]: No country has this code: write gb.',
        'alidade.yaml:1:67: error: use_cases[0].residency[0]: No country has this code.',
        'alidade.yaml:2:30: error: policy.denied_countries[0]: No country has this code: write gb.',
      ],
    ],
    [
      'a data class that does not exist, by which rules about the one that is meant would not apply',
      'use_cases: [{ id: a, data_classes: [personal, persnal, pii] }]\n',
      [
        'alidade.yaml:1:47: error: use_cases[0].data_classes[1]: There is no data class persnal. Did you mean personal?',
        'alidade.yaml:1:56: error: use_cases[0].data_classes[2]: There is no data class pii. Classes are public, internal, confidential, credential, personal, organisation, government, export_controlled, and those below them.',
      ],
    ],
    [
      'a transfer mechanism that is none, which would open what only one opens',
      'endpoints:\n  x: { preset: openai, transfer_mechanism: None }\n',
      'alidade.yaml:2:44: error: endpoints.x.transfer_mechanism: Leave it out where there is none: any text counts as one.',
    ],
    ['a section that is left empty', 'routes:\n', 'alidade.yaml:1:8: error: routes: Expected a list, found nothing.'],
    ['a list where a map belongs', '- a\n', 'alidade.yaml:1:1: error: Expected a map of members, found a list.'],
    [
      'one of two forms, judged by the form that was meant',
      'deployments:\n  - { id: a, model: a/b, endpoint: c, price: { input_usd_per_mtok: x } }\n',
      [
        'alidade.yaml:2:68: error: deployments[0].price.input_usd_per_mtok: Expected a number, found text.',
        'alidade.yaml:2:39: error: deployments[0].price: output_usd_per_mtok is missing: a number.',
      ],
    ],
    [
      'neither of two forms',
      'routes: [{ default: true, primary: 5 }]\n',
      'alidade.yaml:1:36: error: routes[0].primary: Expected text or a list, found a number.',
    ],
    [
      'a row with neither condition nor default',
      'routes: [{ primary: a/b }]\n',
      'alidade.yaml:1:10: error: routes[0]: Exactly one of when and default: true.',
    ],
    ['broken syntax', 'server: { port: 1\nroutes: []\n', /^alidade.yaml:2:1: error: /],
    [
      'a member written twice',
      'server: {}\nserver: {}\n',
      'alidade.yaml:2:1: error: This member is written twice; only one can count.',
    ],
    [
      'a prototype in disguise',
      'endpoints:\n  __proto__: { private: true }\n',
      'alidade.yaml:2:3: error: endpoints: A member may not be called __proto__.',
    ],
  ])('says where and what would be right: %s', (_, text, expected) => {
    const result = load(text);
    expect(result.loaded).toBeNull();
    const problems = problemsOf(result);
    if (expected instanceof RegExp) expect(problems[0]).toMatch(expected);
    else expect(problems).toEqual([expected].flat());
  });

  it('comes with all others at once', () => {
    const result = load('server: { prot: 1 }\njournal: { retention_days: 0 }\nsandbox: maybe\n');
    expect(problemsOf(result)).toHaveLength(3);
  });
});

describe('secrets', () => {
  it('come from the environment and from files, whole or inside a text', () => {
    const text = `
endpoints:
  a: { preset: zai, api_key: ["\${ZAI_API_KEY}", "\${file:keys/second}"], headers: { x-team: "team-\${TEAM}" } }
`;
    const files = { '/etc/alidade/keys/second': 'second-secret\n' };
    const { loaded, problems, readFiles } = load(text, { files, env: { ...ENV, TEAM: 'blue' } });
    expect(problems).toEqual([]);
    expect(loaded?.configuration.endpoints.a?.api_key).toEqual(['secret-of-zai', 'second-secret']);
    expect(loaded?.configuration.endpoints.a?.headers).toEqual({ 'x-team': 'team-blue' });
    expect(readFiles).toContain('/etc/alidade/keys/second');
  });

  it('may be escaped, and are not looked for in names', () => {
    const { loaded } = load('endpoints:\n  a: { operator: self, transfer_mechanism: "cost $${X}" }\n');
    expect(loaded?.configuration.endpoints.a?.transfer_mechanism).toBe('cost ${X}');
  });

  it.each([
    ['a variable that is not set', '${NOPE}', 'The environment variable NOPE is not set. Set NOPE before starting.'],
    ['an empty variable', '${EMPTY}', 'The environment variable EMPTY is empty. Set EMPTY before starting.'],
    ['a file that is missing', '${file:/run/none}', 'The secret file /run/none cannot be read.'],
    ['an empty file', '${file:/run/empty}', 'The secret file /run/empty is empty.'],
    ['an open placeholder', '${NOPE', 'A placeholder ${ is not closed. Write $${ for a literal ${.'],
    [
      'something else in the braces',
      '${A:-b}',
      'A placeholder holds neither the name of an environment variable nor file:/path. Write ${NAME} or ${file:/path}; $${ stands for a literal ${.',
    ],
  ])('are an error at their place: %s', (_, placeholder, message) => {
    const text = `endpoints:\n  zai:\n    preset: zai\n    api_key: "${placeholder}"\n`;
    const result = load(text, { env: { EMPTY: '' }, files: { '/run/empty': '\n' } });
    expect(problemsOf(result)).toEqual([`alidade.yaml:4:14: error: endpoints.zai.api_key: ${message}`]);
  });

  describe('that are missing', () => {
    const others = (text: string): string[] =>
      problemsOf(load(text)).filter((line) => !line.includes('is not set') && !line.includes('/run/none'));

    it('hide no other member that is wrong, and make none wrong', () => {
      const text = `
endpoints:
  zai: { preset: zai, api_key: "\${NOPE}", dialect: "\${DIALECT}", regoin: de }
  own: { base_url: "\${URL}" }
deployments: [{ id: "\${ID}", endpoint: "\${E}", model: "\${MODEL}" }]
store: { url: "\${DATABASE}" }
policies: "\${file:/run/none}"
`;
      expect(problemsOf(load(text))).toHaveLength(9);
      expect(others(text)).toEqual([
        'alidade.yaml:3:66: error: endpoints.zai.regoin: There is no such member. Did you mean region?',
      ]);
    });

    it('name no file twice', () => {
      expect(problemsOf(load('use_cases: "${NOPE}"\n'))).toEqual([
        'alidade.yaml:1:12: error: use_cases: The environment variable NOPE is not set. Set NOPE before starting.',
      ]);
    });

    it('hide no name that nothing has', () => {
      const text = `
endpoints: { zai: { preset: zai, api_key: "\${NOPE}" } }
keys: [{ id: team, secret: "\${S}", use_cases: [nobody] }]
`;
      expect(others(text)).toEqual([expect.stringMatching(/keys\[0\]\.use_cases\[0\]: There is no use case nobody/)]);
    });
  });

  it('that stand in the file are a warning, except for own servers', () => {
    const literal = load('endpoints:\n  zai: { preset: zai, api_key: literal-key }\n');
    expect(literal.loaded).not.toBeNull();
    expect(problemsOf(literal)).toEqual([
      'alidade.yaml:2:32: warning: endpoints.zai.api_key: A key is written in the file itself, where backups and version control keep it. Write ${ENV_NAME} or ${file:/path} instead.',
    ]);
    const own = load(
      'endpoints:\n  own: { preset: vllm, base_url: "http://10.0.0.5/v1", private: true, api_key: none }\n',
    );
    expect(own.problems).toEqual([]);
    expect(load(ENDPOINT, { env: ENV }).problems).toEqual([]);
  });

  it('never appear in a problem', () => {
    const text = `
endpoints: { zai: { preset: zai, api_key: "\${ZAI_API_KEY}", region: "\${ZAI_API_KEY}", dialect: "\${ZAI_API_KEY}" } }
keys: [{ id: a, secret: "\${ZAI_API_KEY}" }]
store: { url: "postgres://user:\${ZAI_API_KEY}@:bad:port" }
`;
    const result = load(text, { env: ENV });
    expect(result.loaded).toBeNull();
    expect(JSON.stringify(result.problems)).not.toContain('secret-of-zai');
  });
});

describe('anchors and aliases', () => {
  it('work, with merges, and keep their places', () => {
    const text = `
endpoints:
  a: &base
    operator: self
    base_url: "http://10.0.0.5/v1"
    private: true
  b:
    <<: *base
    region: deu
    private: false
`;
    const result = load(text);
    expect(problemsOf(result)).toEqual([
      'alidade.yaml:9:13: error: endpoints.b.region: Expected an ISO 3166 alpha-2 code in lower case, or eu for the EEA.',
    ]);
    const good = load(text.replace('deu', 'de'));
    expect(good.loaded?.configuration.endpoints.b).toEqual({
      operator: 'self',
      base_url: 'http://10.0.0.5/v1',
      region: 'de',
      private: false,
    });
  });

  it('name the alias where a merged member is wrong', () => {
    const text = 'endpoints:\n  a: &base { prset: vllm }\n  b: { <<: *base }\n';
    expect(problemsOf(load(text))).toHaveLength(2);
  });

  it('cannot blow up', () => {
    const levels = 'abcdefghij'.split('').map((name, index, all) => {
      const inner = index === 0 ? '"x"' : `*${all[index - 1]}`;
      return `${name}: &${name} [${new Array(9).fill(inner).join(', ')}]`;
    });
    expect(problemsOf(load(levels.join('\n'))).join()).toContain('more than 100000 values');
    expect(problemsOf(load('a: &a [*a]\n')).join()).toContain('nests deeper than 32 levels');
    for (const opening of ['[', '{']) {
      const [problem, ...others] = problemsOf(load(`a: 1\nb: ${opening.repeat(20_000)}`));
      expect(problem).toMatch(/^alidade\.yaml:\d+:\d+: error: .*(nests too deeply|The configuration nests deeper)/);
      expect(others).toEqual([]);
    }
    expect(problemsOf(load('a: *nowhere\n'))).toEqual([
      'alidade.yaml:1:4: error: a: There is no anchor &nowhere before this alias.',
    ]);
  });
});

describe('a sector or threshold that no starter rule asks about', () => {
  it('is a warning, since a rule of one’s own may, and other words for those that they know are none', () => {
    const { loaded, problems } = load(
      'use_cases: [{ id: a, sectors: [Healthcare, hospital], over_threshold: [pipl, pip] }]\n',
    );
    expect(loaded).not.toBeNull();
    expect(problems.map(({ severity, path }) => [severity, path.join('.')])).toEqual([
      ['warning', 'use_cases.0.sectors.1'],
      ['warning', 'use_cases.0.over_threshold.1'],
    ]);
  });
});

describe('teams', () => {
  const text = (team: string): string =>
    `teams: { red: { limits: { usd_month: 50 } } }\nuse_cases: [{ id: a, team: ${team} }]\nkeys: [{ id: k, secret: "\${KEY}", team: ${team} }]\n`;
  const env = { KEY: 'k'.repeat(24) };

  it('are named by keys and use cases, and a misspelt one is an error, since it would have no limits', () => {
    expect(problemsOf(load(text('red'), { env })).filter((problem) => problem.includes('error'))).toEqual([]);
    expect(problemsOf(load(text('rde'), { env })).filter((problem) => problem.includes('error'))).toEqual([
      'alidade.yaml:2:28: error: use_cases[0].team: There is no team rde. Did you mean red?',
      'alidade.yaml:3:41: error: keys[0].team: There is no team rde. Did you mean red?',
    ]);
  });
});

describe('a quota that renews', () => {
  it.each([['"00:00Z"'], ['2026-12-01T00:00:00Z'], ['"2026-12-01"']])('at %s is understood', (when) => {
    const text = `endpoints: { e: { preset: vllm, operator: self, base_url: "http://10.0.0.5/v1", private: true, rate: { rpm: 5, resets_at: ${when} } } }\n`;
    expect(problemsOf(load(text))).toEqual([]);
  });

  it('at a time nobody understands is an error', () => {
    const text = 'endpoints: { e: { preset: vllm, rate: { resets_at: monthly } } }\n';
    expect(problemsOf(load(text)).join()).toContain(
      'endpoints.e.rate.resets_at: Expected a moment (2026-12-01T00:00:00Z',
    );
  });
});

describe('included files', () => {
  it('are read from the folder of the configuration and report their own places', () => {
    const files = {
      '/etc/alidade/uses.yaml': 'use_cases:\n  - { id: a }\n  - { id: b, kep_bodies: true }\n',
      '/etc/alidade/ensembles.yaml': 'review: { members: [zhipu/glm-5.2], strategy: select_best }\n',
    };
    const result = load('use_cases: uses.yaml\nensembles: ensembles.yaml\n', { files });
    expect(problemsOf(result)).toEqual([
      'uses.yaml:3:14: error: use_cases[1].kep_bodies: There is no such member. Did you mean keep_bodies?',
    ]);
    const fixed = { ...files, '/etc/alidade/uses.yaml': '- { id: a }\n' };
    expect(problemsOf(load('use_cases: uses.yaml\nensembles: ensembles.yaml\n', { files: fixed }))).toEqual([
      'ensembles.yaml:1:9: error: ensembles.review: The strategy select_best needs an arbiter. Add arbiter: maker/model.',
    ]);
  });

  it('must exist', () => {
    expect(problemsOf(load('use_cases: none.yaml\n'))).toEqual([
      'alidade.yaml:1:12: error: use_cases: The file none.yaml cannot be read.',
    ]);
    expect(problemsOf(load('policies: ./policies\n'))).toEqual([
      'alidade.yaml:1:11: error: policies: There is no folder policies. Create it, or leave policies out.',
    ]);
  });
});

describe('names that must exist elsewhere', () => {
  const text = `
use_cases:
  - { id: contracts, objective: cheap, labels: [regulated_eu, chinese_language] }
  - { id: contracts, task: extracton }
keys:
  - { id: k, secret: "\${KEY}", use_cases: [contract], default_use_case: contracts, labels: [slow] }
routes:
  - { when: { use_case: contractz }, primary: a/b }
  - { default: true, primary: a/b }
`;

  it('are checked across the file', () => {
    expect(problemsOf(load(text, { env: { KEY: 'k'.repeat(24) } }))).toEqual([
      'alidade.yaml:4:11: error: use_cases[1].id: A second entry has the id contracts.',
      'alidade.yaml:8:25: error: routes[0].when.use_case: There is no use case contractz. Did you mean contracts?',
      'alidade.yaml:3:33: error: use_cases[0].objective: There is no objective cheap. Known: default.',
      'alidade.yaml:4:28: error: use_cases[1].task: There is no task or label extracton. Did you mean extraction?',
      'alidade.yaml:6:44: error: keys[0].use_cases[0]: There is no use case contract. Did you mean contracts?',
      'alidade.yaml:6:73: error: keys[0].default_use_case: The key may not name its own default contracts. Add it to use_cases.',
      'alidade.yaml:6:93: error: keys[0].labels[0]: There is no label slow. Known: long_document, cjk_language, agentic_tools, regulated_eu, bulk_low_latency.',
    ]);
  });
});

describe('keys in the environment', () => {
  it('count only while the file names no place, unless it says otherwise', () => {
    const uses = (text: string) => load(text, { env: ENV }).loaded?.usesEnvironmentKeys;
    expect(uses('server: { port: 1 }\n')).toBe(true);
    expect(uses(ENDPOINT)).toBe(false);
    expect(uses(`${ENDPOINT}environment_keys: true\n`)).toBe(true);
    expect(uses('environment_keys: false\n')).toBe(false);
  });
});

describe('the store', () => {
  const paths = (text: string) => load(text).loaded?.paths;

  it('is where its URL says, and the data folder beside it unless named', () => {
    expect(paths('store: { url: "sqlite://var/data.db" }\n')).toMatchObject({
      store: { kind: 'sqlite', path: '/etc/alidade/var/data.db' },
      dataDir: '/etc/alidade/var',
    });
    expect(paths('store: { url: "sqlite:///var/lib/data.db" }\n')).toMatchObject({
      store: { kind: 'sqlite', path: '/var/lib/data.db' },
      dataDir: '/var/lib',
    });
    expect(paths('store: { url: "postgres://localhost/alidade" }\ndata_dir: /var/lib/alidade\n')).toMatchObject({
      store: { kind: 'postgres', url: 'postgres://localhost/alidade' },
      dataDir: '/var/lib/alidade',
    });
    expect(paths('store: { url: "postgres://localhost/alidade" }\n')?.dataDir).toBe('/etc/alidade/.alidade');
  });

  it('lies in the data folder where only that is named, so that two data folders never have one database', () => {
    expect(paths('data_dir: /var/lib/alidade\n')).toMatchObject({
      store: { kind: 'sqlite', path: '/var/lib/alidade/alidade.db' },
      dataDir: '/var/lib/alidade',
    });
    expect(paths('server: { port: 1 }\n')).toMatchObject({
      store: { kind: 'sqlite', path: '/etc/alidade/.alidade/alidade.db' },
      dataDir: '/etc/alidade/.alidade',
    });
    expect(paths('store: { url: "sqlite://var/data.db" }\ndata_dir: other\n')).toMatchObject({
      store: { kind: 'sqlite', path: '/etc/alidade/var/data.db' },
      dataDir: '/etc/alidade/other',
    });
  });

  it.each(['mysql://x/y', 'sqlite://', 'sqlite:///var/lib/', 'data.db'])('is not at %s', (url) => {
    expect(problemsOf(load(`store: { url: "${url}" }\n`))[0]).toContain('store.url: The store is not at a place');
  });
});
