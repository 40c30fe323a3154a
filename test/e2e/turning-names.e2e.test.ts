import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { repositoryRoot } from '../support/repository.ts';
import { type RunningServer, startSourceServer } from '../support/running-server.ts';
import { chatCompletion } from '../support/upstream/openai-replies.ts';
import { createScriptedUpstream, type ScriptedUpstream } from '../support/upstream/scripted-upstream.ts';

// Names that turn to where nobody may be sent, through the whole product: what counts is the address of each connection.

let upstream: ScriptedUpstream;
let server: RunningServer;

beforeAll(async () => {
  upstream = await createScriptedUpstream();
  upstream.reply({ ...chatCompletion(), headers: { connection: 'close' } });
  const { port } = upstream;
  server = await startSourceServer(
    [
      'detect_local_engines: false',
      'endpoints:',
      `  turning: { operator: self, dialect: openai, base_url: "http://turning.example:${port}/v1", private: true }`,
      `  vendor: { operator: openai, dialect: openai, base_url: "https://vendor.example:${port}/v1", api_key: "fake" }`,
      'deployments:',
      '  - { id: turning, model: outside/turning, endpoint: turning, upstream_model: m }',
      '  - { id: vendor, model: outside/vendor, endpoint: vendor, upstream_model: m }',
      'routes: [{ default: true, primary: outside/turning }]\n',
    ].join('\n'),
    {
      NODE_OPTIONS: `--import ${pathToFileURL(join(repositoryRoot, 'test/support/turning-names.ts')).href}`,
      TEST_NAMES: JSON.stringify({
        'turning.example': ['127.0.0.1', '127.0.0.1', '169.254.169.254'],
        'vendor.example': ['127.0.0.1'],
      }),
    },
  );
});

afterAll(async () => {
  await server.stop();
  await upstream.close();
});

async function ask(model: string): Promise<{ status: number; text: string }> {
  const response = await fetch(`${server.origin}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model, messages: [{ role: 'user', content: 'Hello?' }] }),
  });
  return { status: response.status, text: await response.text() };
}

test('a name that turns to a metadata address between two connections is refused at connect', async () => {
  expect((await ask('outside/turning')).status).toBe(200);
  expect((await ask('outside/turning')).status).toBe(200);
  const refused = await ask('outside/turning');
  expect(refused.status).toBe(502);
  expect(refused.text).toContain('upstream_address_forbidden');
  expect(upstream.connectionsAccepted).toBe(2);
});

test("a vendor's public name that resolves to this machine is refused at connect", async () => {
  const before = upstream.connectionsAccepted;
  const refused = await ask('outside/vendor');
  expect(refused.status).toBe(502);
  expect(refused.text).toContain('upstream_address_forbidden');
  expect(upstream.connectionsAccepted).toBe(before);
});
