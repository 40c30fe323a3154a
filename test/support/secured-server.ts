import type { Role } from '../../src/contracts/vocabulary.ts';
import { type RunningServer, startSourceServer } from './running-server.ts';
import { createScriptedUpstream, type ScriptedUpstream } from './upstream/scripted-upstream.ts';

/** Obvious fakes, one for each role. */
export const SECRETS: Readonly<Record<Role, string>> = {
  app: 'test-secret-of-an-app-0123456789',
  admin: 'test-secret-of-an-admin-0123456789',
  auditor: 'test-secret-of-an-auditor-0123456789',
  reviewer: 'test-secret-of-a-reviewer-0123456789',
};

/** What the one endpoint of a secured server is called with. */
export const VENDOR_KEY = 'test-vendor-key-0123456789';

export interface SecuredServer extends RunningServer {
  upstream: ScriptedUpstream;
  /** Calls with the key of a role, or with none. */
  call(path: string, role: Role | null, init?: RequestInit): Promise<Response>;
  /** A chat request with a body of these members beside model and messages. */
  chat(
    members?: Record<string, unknown>,
    init?: { role?: Role | null; headers?: Record<string, string> },
  ): Promise<Response>;
  stopAll(): Promise<void>;
}

/** The product from source with a key for each role and one scripted upstream. `more`: lines of its configuration; `useCases`: what its keys may name. */
export async function startSecuredServer(more = '', useCases: readonly string[] = []): Promise<SecuredServer> {
  const upstream = await createScriptedUpstream();
  const keys = Object.entries(SECRETS).map(
    ([role, secret]) =>
      `  - { id: the-${role}, secret: "${secret}", roles: [${role}], use_cases: [${useCases.join(', ')}] }`,
  );
  const server = await startSourceServer(
    [
      'detect_local_engines: false',
      `endpoints: { one: { operator: self, dialect: openai, base_url: "${upstream.baseUrl}", private: true, region: de, api_key: "${VENDOR_KEY}" } }`,
      'deployments: [{ id: good, model: own/good, endpoint: one, upstream_model: m }]',
      'routes: [{ default: true, primary: own/good }]',
      'keys:',
      ...keys,
      `${more}\n`,
    ].join('\n'),
  );
  const call: SecuredServer['call'] = (path, role, init = {}) => {
    const authorization: Record<string, string> = role === null ? {} : { authorization: `Bearer ${SECRETS[role]}` };
    return fetch(`${server.origin}${path}`, { ...init, headers: { ...authorization, ...(init.headers ?? {}) } });
  };
  return {
    ...server,
    upstream,
    call,
    chat: (members = {}, { role = 'app', headers = {} } = {}) =>
      call('/v1/chat/completions', role, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ model: 'own/good', messages: [{ role: 'user', content: 'Hello?' }], ...members }),
      }),
    stopAll: async () => {
      await server.stop();
      await upstream.close();
    },
  };
}
