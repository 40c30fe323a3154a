import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../test/support/temporary-folder.ts';
import { type AlidadeConfiguration, createAlidade } from './create-alidade.ts';

async function open(configuration: AlidadeConfiguration = {}, env: Record<string, string> = {}) {
  const dataDir = temporaryFolder();
  const alidade = await createAlidade({ data_dir: dataDir, ...configuration }, { env, logLevel: 'silent' });
  onTestFinished(() => alidade.close());
  return { alidade, dataDir };
}

const QUESTION = { model: 'auto', messages: [{ role: 'user', content: 'What is 2+3?' }] };

describe('createAlidade', () => {
  it('decides, serves and keeps receipts in this process', async () => {
    const { alidade } = await open();
    expect(alidade.models()).toEqual(expect.arrayContaining(['auto', 'zhipu/glm-5.2']));
    const { baseUrl } = await alidade.listen();
    const response = await fetch(`${baseUrl}/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(QUESTION),
    });
    expect(response.status).toBe(200);
    const receipt = await alidade.receipt(response.headers.get('x-request-id') as string);
    expect(receipt).toMatchObject({ outcome: 'ok', sandbox: true });
    expect(await alidade.receipt('req_unknown')).toBeNull();
  });

  it('gives the identical plan for the same moment', async () => {
    const { alidade } = await open();
    const first = await alidade.route(QUESTION);
    expect(await alidade.route({ ...QUESTION, moment: first.moment })).toEqual(first);
  });

  it('checks an object by the rules of a file and names its line', async () => {
    const wrong = { server: { prot: 1 } } as unknown as AlidadeConfiguration;
    await expect(createAlidade(wrong, { env: {} })).rejects.toMatchObject({
      code: 'config_invalid',
      message: expect.stringMatching(/:3:5: error: server\.prot: .* Did you mean port\?/),
    });
  });

  it('replaces placeholders in an object and lets no key out', async () => {
    const { alidade, dataDir } = await open(
      {
        endpoints: { zai: { preset: 'zai', api_key: '${ZAI_API_KEY}' } },
        deployments: [{ id: 'glm-5.2@zai', model: 'zhipu/glm-5.2', endpoint: 'zai' }],
      },
      { ZAI_API_KEY: 'fake-key-of-a-vendor' },
    );
    expect((await alidade.route({ ...QUESTION, model: 'zhipu/glm-5.2' })).plan).toMatchObject([
      { deployment: 'glm-5.2@zai' },
    ]);
    await alidade.close();
    const folder = join(dataDir, 'journal');
    const journal = readdirSync(folder)
      .map((name) => readFileSync(join(folder, name), 'utf8'))
      .join('');
    expect(journal).toContain('"kind":"world"');
    expect(journal).not.toContain('fake-key-of-a-vendor');
  });

  it('refuses to listen beyond loopback without keys', async () => {
    const { alidade } = await open();
    await expect(alidade.listen({ host: '0.0.0.0' })).rejects.toMatchObject({
      code: 'config_invalid',
      message: expect.stringContaining('Without keys the server listens on loopback only, not on 0.0.0.0.'),
    });
  });

  it('opens nothing where the keys of its data folder cannot be read, so that the process can end', async () => {
    const dataDir = temporaryFolder();
    writeFileSync(join(dataDir, 'keys.json'), '');
    const opened = createAlidade({ data_dir: dataDir }, { env: {}, logLevel: 'silent' });
    await expect(opened).rejects.toMatchObject({
      code: 'config_invalid',
      message: expect.stringContaining('keys.json'),
    });
    expect(readdirSync(dataDir)).toEqual(['keys.json']);
  });

  it('owns its data folder until it is closed', async () => {
    const { alidade, dataDir } = await open();
    const second = () => createAlidade({ data_dir: dataDir }, { env: {}, logLevel: 'silent' });
    await expect(second()).rejects.toThrow(`Process ${process.pid} `);
    await alidade.close();
    await (await second()).close();
  });
});
