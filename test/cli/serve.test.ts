import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { PublishedDecision } from '../../src/contracts/decision.ts';
import { runCommand, runJson } from '../support/command-line.ts';
import { runProgram } from '../support/repository.ts';
import { MAIN_FILE, type ServedFolder, serveFolder } from '../support/served-folder.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { chatEvents } from '../support/upstream/openai-replies.ts';
import { createScriptedUpstream } from '../support/upstream/scripted-upstream.ts';
import { hold, send } from '../support/upstream/steps.ts';

const ENV = { PATH: process.env.PATH, HOME: process.env.HOME };

/** `alidade serve` where it is expected to end by itself. */
const serveInVain = (folder: string, ...args: string[]) =>
  runProgram(process.execPath, [MAIN_FILE, 'serve', '--port', '0', ...args], { cwd: folder, env: ENV });

function folderWith(configuration = 'detect_local_engines: false\n'): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'alidade.yaml'), configuration);
  return folder;
}

const rule = (id: string, condition: string): string =>
  `@id("${id}") forbid (principal, action, resource) when { ${condition} };\n`;

const ask = (origin: string, body: object = {}, headers: Record<string, string> = {}) =>
  fetch(`${origin}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ model: 'auto', messages: [{ role: 'user', content: 'What is 2+3?' }], ...body }),
  });

/** A server whose only upstream sends half a stream and then waits for the test. */
async function serveHeldStream() {
  const upstream = await createScriptedUpstream();
  onTestFinished(() => upstream.close());
  const [first, ...rest] = chatEvents({ deltas: ['Hello', ' there'] });
  const headers = { 'content-type': 'text/event-stream' };
  upstream.reply({
    headers,
    body: [send(first as string), send(rest[0] as string), hold(), send(rest.slice(1).join(''))],
  });
  const folder = folderWith(
    `detect_local_engines: false\nendpoints:\n  own: { operator: self, preset: vllm, base_url: "${upstream.baseUrl}", private: true }\n` +
      'deployments:\n  - { id: m@own, model: zhipu/glm-5.2, endpoint: own, upstream_model: m }\n',
  );
  const server = await serveFolder(folder);
  const answer = await ask(server.origin, { model: 'zhipu/glm-5.2', stream: true });
  return { upstream, folder, server, answer };
}

describe('serve and its rules', () => {
  it('takes rules in force that are written while it runs, without a touch to the configuration', async () => {
    const folder = folderWith('detect_local_engines: false\npolicies: ./rules\n');
    mkdirSync(join(folder, 'rules'));
    writeFileSync(join(folder, 'rules/one.cedar'), rule('none', 'resource.operator == "nobody"'));
    const server = await serveFolder(folder, ['--log-level', 'info']);
    expect((await ask(server.origin)).status).toBe(200);
    writeFileSync(join(folder, 'rules/two.cedar'), rule('no_sandbox', 'resource.sandbox'));
    server.signal('SIGHUP');
    await server.says('configuration_reloaded');
    const refused = await ask(server.origin);
    expect(refused.status).toBe(403);
    expect(await refused.text()).toContain('no_sandbox');
    writeFileSync(join(folder, 'rules/two.cedar'), '');
    server.signal('SIGHUP');
    await server.says('configuration_rejected');
    expect((await ask(server.origin)).status).toBe(403);
  });
});

describe('serve and the folder that it owns', () => {
  it('refuses a second server on the same data folder, names the process, and leaves the first one alone', async () => {
    const folder = folderWith();
    const server = await serveFolder(folder);
    const second = await serveInVain(folder);
    expect(second).toMatchObject({ exitCode: 2, stdout: '' });
    expect(second.stderr).toMatch(new RegExp(`^Process ${server.pid} on .* owns ${join(folder, '.alidade')}\\.`));
    expect((await ask(server.origin)).status).toBe(200);
  });

  it('takes over what a killed server left, and the chain goes on whole', async () => {
    const folder = folderWith();
    const killed = await serveFolder(folder);
    await (await ask(killed.origin)).arrayBuffer();
    killed.signal('SIGKILL');
    await killed.ended;
    expect(existsSync(join(folder, '.alidade/lock'))).toBe(true);
    const server = await serveFolder(folder);
    expect((await ask(server.origin)).status).toBe(200);
    server.signal('SIGTERM');
    expect(await server.ended).toBe(0);
    expect(await runJson(['audit', 'verify'], { cwd: folder })).toMatchObject({ ok: true });
    expect(readdirSync(join(folder, '.alidade/journal'))).toHaveLength(1);
  });

  it('can be asked by its own user alone, also where the folder is too deep for a socket', async () => {
    const folder = folderWith(`detect_local_engines: false\ndata_dir: ${'deep/'.repeat(30)}data\n`);
    const server = await serveFolder(folder);
    const dataDir = join(folder, 'deep/'.repeat(30), 'data');
    const lock = JSON.parse(readFileSync(join(dataDir, 'lock'), 'utf8')) as { adminSocket: string };
    expect(lock.adminSocket.startsWith(dataDir)).toBe(false);
    expect(statSync(lock.adminSocket).mode & 0o777).toBe(0o600);
    expect(statSync(join(lock.adminSocket, '..')).mode & 0o777).toBe(0o700);
    expect(await runJson(['keys', 'list'], { cwd: folder })).toEqual([]);
    server.signal('SIGTERM');
    expect(await server.ended).toBe(0);
    expect(existsSync(join(lock.adminSocket, '..'))).toBe(false);
  });
});

describe('serve and who may reach it', () => {
  it('refuses to listen beyond loopback without keys, and says how to make one', async () => {
    const folder = folderWith();
    const { exitCode, stdout, stderr } = await serveInVain(folder, '--host', '0.0.0.0');
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain(
      'Without keys the server listens on loopback only, not on 0.0.0.0. Create one first: alidade keys create --id admin --role admin --role app',
    );
    expect(existsSync(join(folder, '.alidade/lock'))).toBe(false);
  });

  it('listens anywhere once a key exists', async () => {
    const folder = folderWith();
    const { secret } = await runJson<{ secret: string }>(['keys', 'create', '--id', 'team'], { cwd: folder });
    const server = await serveFolder(folder, ['--host', '0.0.0.0']);
    const origin = server.origin.replace('0.0.0.0', '127.0.0.1');
    expect((await ask(origin)).status).toBe(401);
    expect((await ask(origin, {}, { authorization: `Bearer ${secret}` })).status).toBe(200);
  });

  it.each([
    [['--port', '70000'], '--port takes a number from 0 to 65535, not "70000".'],
    [['--port', 'http'], '--port takes a number from 0 to 65535, not "http".'],
    [['--config', 'gone.yaml'], 'gone.yaml'],
  ])('ends with 2 on %j before it opens anything', async (args, said) => {
    const folder = folderWith();
    const { exitCode, stderr } = await serveInVain(folder, ...args);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(said);
    expect(readdirSync(folder)).toEqual(['alidade.yaml']);
  });

  it('ends with 2 when the port is taken, and gives its folder free', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void other.close());
    const { port } = other.address() as { port: number };
    const folder = folderWith();
    const { exitCode, stderr } = await serveInVain(folder, '--port', String(port));
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`Cannot listen on 127.0.0.1:${port}: it is in use; choose another with --port.`);
    await serveFolder(folder);
  });
});

describe('serve and its end', () => {
  it('on SIGTERM takes no new connection, ends running streams whole, keeps their receipts and ends with 0', async () => {
    const { upstream, folder, server, answer } = await serveHeldStream();
    server.signal('SIGTERM');
    await server.says('Stopping: running requests end first.');
    await expect(ask(server.origin)).rejects.toThrow('fetch failed');
    (await upstream.request(1)).release();
    expect(await answer.text()).toMatch(/Hello[\s\S]* there[\s\S]*data: \[DONE\]\n\n$/);
    expect(await server.ended).toBe(0);
    const id = answer.headers.get('x-request-id') as string;
    expect((await runCommand(['route', 'explain', id], { cwd: folder })).stdout).toContain(`${id} of `);
    expect(await runJson(['requests', 'list'], { cwd: folder })).toMatchObject([{ request_id: id, outcome: 'ok' }]);
    expect(await runJson(['audit', 'verify'], { cwd: folder })).toMatchObject({ ok: true });
    const left = readdirSync(join(folder, '.alidade'));
    expect(left.filter((name) => name === 'lock' || name.endsWith('.sock'))).toEqual([]);
  });

  it('on a hang-up that follows SIGTERM, as service managers may send it, still ends running streams whole', async () => {
    const { upstream, server, answer } = await serveHeldStream();
    server.signal('SIGTERM');
    await server.says('Stopping: running requests end first.');
    server.signal('SIGHUP');
    // Refused by the operating system, so that the signal before it has been dealt with.
    await expect(ask(server.origin)).rejects.toThrow('fetch failed');
    (await upstream.request(1)).release();
    expect(await answer.text()).toMatch(/Hello[\s\S]* there[\s\S]*data: \[DONE\]\n\n$/);
    expect(await server.ended).toBe(0);
  });

  it('on a second signal ends at once with 130', async () => {
    const { server, answer } = await serveHeldStream();
    server.signal('SIGINT');
    await server.says('Stopping: running requests end first.');
    server.signal('SIGINT');
    expect(await server.ended).toBe(130);
    await expect(answer.text()).rejects.toThrow();
  });
});

describe('commands beside a running server', () => {
  async function asked(): Promise<{ folder: string; server: ServedFolder; id: string; deployment: string }> {
    const folder = folderWith();
    const server = await serveFolder(folder);
    const answer = await ask(server.origin);
    await answer.arrayBuffer();
    const [id, deployment] = ['x-request-id', 'x-alidade-deployment'].map((name) => answer.headers.get(name) as string);
    return { folder, server, id: id as string, deployment: deployment as string };
  }

  it('make and revoke keys through it, in force from the next request on', async () => {
    const { folder, server } = await asked();
    const { stdout } = await runCommand(['keys', 'create', '--id', 'team'], { cwd: folder });
    const headers = { authorization: `Bearer ${stdout.trim()}` };
    expect((await ask(server.origin)).status).toBe(401);
    expect((await ask(server.origin, {}, headers)).status).toBe(200);
    expect(await runJson(['keys', 'list'], { cwd: folder })).toMatchObject([{ id: 'team', revoked_at: null }]);
    await runCommand(['keys', 'revoke', 'team'], { cwd: folder });
    expect((await ask(server.origin, {}, headers)).status).toBe(401);
    const again = await runCommand(['keys', 'create', '--id', 'team'], { cwd: folder });
    expect(again).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('team exists already') });
    expect((await runCommand(['keys', 'revoke', 'nobody'], { cwd: folder })).exitCode).toBe(1);
  });

  it('read receipts and requests through it', async () => {
    const { folder, id, deployment } = await asked();
    expect(await runJson(['requests', 'list'], { cwd: folder })).toMatchObject([{ request_id: id, outcome: 'ok' }]);
    expect(await runJson(['requests', 'list', '--outcome', 'timeout'], { cwd: folder })).toEqual([]);
    const decision = await runJson<PublishedDecision>(['route', 'explain', id], { cwd: folder });
    expect(decision).toMatchObject({ explanation: expect.stringContaining(deployment) });
    expect(decision.plan[0]?.deployment).toBe(deployment);
    expect((await runCommand(['route', 'explain', 'req_unknown'], { cwd: folder })).exitCode).toBe(1);
  });

  it('verify its journal while it writes, and find it healthy', async () => {
    const { folder, server } = await asked();
    expect(await runJson(['audit', 'verify'], { cwd: folder })).toMatchObject({ ok: true });
    const report = await runJson<{ ok: boolean; checks: { area: string; message: string }[] }>(['doctor'], {
      cwd: folder,
    });
    const messages = report.checks.map(({ area, message }) => `${area}: ${message}`);
    expect(report.ok).toBe(true);
    expect(messages).toContain(`port: process ${server.pid} serves from ${join(folder, '.alidade')}`);
    expect(messages).toContain(`store: process ${server.pid} serves and says: ok`);
  });

  it('say who owns the folder when it does not answer', async () => {
    const { folder, server } = await asked();
    const lock = join(folder, '.alidade/lock');
    const text = JSON.parse(readFileSync(lock, 'utf8')) as { adminSocket: string };
    writeFileSync(lock, JSON.stringify({ ...text, adminSocket: join(folder, 'gone.sock') }));
    const { exitCode, stderr } = await runCommand(['keys', 'list'], { cwd: folder });
    expect(exitCode).toBe(1);
    expect(stderr).toContain(`The server (process ${server.pid}) that owns`);
  });
});

describe('small commands', () => {
  it('end quietly when whoever reads them has seen enough', async () => {
    const child = spawn(process.execPath, [MAIN_FILE, 'models', 'list', '--json'], { cwd: folderWith(), env: ENV });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    child.stdout.destroy();
    const [code] = await once(child, 'close');
    expect({ code, said }).toEqual({ code: 0, said: '' });
  });

  const HEAVY = ['fastify', 'undici', 'kysely', 'pg', 'pino', 'prom-client', '@opentelemetry', '@pydantic', '@clack'];

  it.each([[['version']], [['config', 'check']], [['models', 'list']], [['--help']]])(
    'load neither server, client nor database: %j',
    async (args) => {
      const folder = folderWith();
      mkdirSync(join(folder, 'hook'));
      const hook = join(folder, 'hook/record.mjs');
      writeFileSync(
        hook,
        `import { registerHooks } from 'node:module';
registerHooks({ resolve(specifier, context, next) {
  const resolved = next(specifier, context);
  const name = /node_modules\\/((?:@[^/]+)|[^/]+)/.exec(resolved.url)?.[1];
  if (name !== undefined) process.stderr.write('loaded ' + name + '\\n');
  return resolved;
} });`,
      );
      const program = [`--import=${hook}`, MAIN_FILE, ...args];
      const { exitCode, stderr } = await runProgram(process.execPath, program, { cwd: folder, env: ENV });
      expect(exitCode).toBe(0);
      const loaded = new Set([...stderr.matchAll(/^loaded (\S+)$/gm)].map(([, name]) => name as string));
      expect(loaded).toContain('commander');
      expect(HEAVY.filter((name) => loaded.has(name))).toEqual([]);
    },
  );
});
