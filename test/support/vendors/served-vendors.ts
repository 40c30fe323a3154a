import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { DIALECTS, type Dialect } from '../../../src/contracts/vocabulary.ts';
import { buildServer, type RunningServer } from '../running-server.ts';
import { VENDOR_KEY } from './kinds.ts';
import { createVendor, type Vendor } from './vendor.ts';

/** The one model of each vendor, as clients call it, and how the vendor calls it. */
export const MODELS: Readonly<Record<Dialect, string>> = {
  openai: 'test/openai',
  anthropic: 'test/anthropic',
  gemini: 'test/gemini',
};
export const UPSTREAM_MODELS: Readonly<Record<Dialect, string>> = {
  openai: 'gpt-5.1',
  anthropic: 'claude-sonnet-4-6',
  gemini: 'gemini-3.5-flash',
};
/** Chat completions that show thoughts and want them back, at the OpenAI vendor. */
export const LOOK_ALIKE = 'test/look-alike';

/** Other generations of each vendor, which take other members: `test/<their name>`. */
export const GENERATIONS: Readonly<Record<Dialect, readonly string[]>> = {
  openai: ['gpt-4o', 'gpt-5.6'],
  anthropic: ['claude-sonnet-4-5', 'claude-opus-5-5'],
  gemini: ['gemini-2.5-pro', 'gemini-3.8-flash'],
};

/** What clients show to the server. */
export const CLIENT_KEY = 'client-key-that-is-no-secret-0001';

const deployment = (id: string, model: string, endpoint: string, upstreamModel: string): string =>
  `  - { id: ${id}, model: ${model}, endpoint: ${endpoint}, upstream_model: ${upstreamModel} }`;

const DEPLOYMENTS: readonly string[] = [
  ...DIALECTS.map((name) => deployment(name, MODELS[name], name, UPSTREAM_MODELS[name])),
  ...DIALECTS.flatMap((name) => GENERATIONS[name].map((model) => deployment(model, `test/${model}`, name, model))),
  deployment('alike', LOOK_ALIKE, 'alike', 'look-alike-1'),
];

const configuration = (vendors: Readonly<Record<Dialect, Vendor>>): string => `
endpoints:
  openai: { preset: openai, base_url: "${vendors.openai.baseUrl}", api_key: "\${VENDOR_KEY}", private: true }
  anthropic: { preset: anthropic, base_url: "${vendors.anthropic.baseUrl}", api_key: "\${VENDOR_KEY}", private: true }
  gemini: { preset: gemini, base_url: "${vendors.gemini.baseUrl}", api_key: "\${VENDOR_KEY}", private: true }
  alike: { preset: deepseek, base_url: "${vendors.openai.baseUrl}", api_key: "\${VENDOR_KEY}", private: true }
deployments:
${DEPLOYMENTS.join('\n')}
routes:
  - { default: true, primary: ${MODELS.openai} }
keys:
  - { id: team, secret: "\${CLIENT_KEY}", roles: [app] }
detect_local_engines: false
`;

export interface ServedVendors {
  readonly server: RunningServer;
  /** Without a trailing slash. */
  readonly origin: string;
  vendor(dialect: Dialect): Vendor;
}

/**
 * The product as it is published, in front of one vendor of each dialect, for a whole test file. After each test no
 * vendor may have had anything to complain about.
 */
export function serveVendors(): ServedVendors {
  let server: RunningServer | undefined;
  const vendors: Partial<Record<Dialect, Vendor>> = {};
  beforeAll(async () => {
    const start = await buildServer();
    for (const dialect of DIALECTS) vendors[dialect] = await createVendor(dialect);
    server = await start({
      configuration: configuration(vendors as Record<Dialect, Vendor>),
      env: { CLIENT_KEY, VENDOR_KEY },
    });
  }, 120_000);
  afterAll(async () => {
    await server?.stop();
    await Promise.all(Object.values(vendors).map((vendor) => vendor.close()));
  });
  beforeEach(() => {
    for (const vendor of Object.values(vendors)) vendor.forget();
  });
  afterEach(() => {
    for (const vendor of Object.values(vendors)) expect(vendor.complaints, vendor.dialect).toEqual([]);
  });
  return {
    get server() {
      return server as RunningServer;
    },
    get origin() {
      return (server as RunningServer).origin;
    },
    vendor: (dialect) => vendors[dialect] as Vendor,
  };
}
