import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sendRaw, statusOf } from '../support/raw-http.ts';
import { startSourceServer } from '../support/running-server.ts';
import { type SecuredServer, startSecuredServer } from '../support/secured-server.ts';
import { MAIN_FILE } from '../support/served-folder.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

// Elsewhere thousands of gateways stood in the open with the password of their manual.

let server: SecuredServer;

beforeAll(async () => {
  server = await startSecuredServer();
});

afterAll(() => server.stopAll());

const WELL_KNOWN = [
  ...['', 'admin', 'root', 'password', '123456', 'changeme', 'default', 'test', 'none', 'null', 'undefined', 'sk-1234'],
  ...['sk-master', 'anything', 'EMPTY', 'alidade', 'ald_', 'the-admin', 'open', 'socket', 'Bearer', 'system', 'cli'],
];

test('no well-known word is a key', async () => {
  for (const word of WELL_KNOWN) {
    for (const headers of [
      { authorization: `Bearer ${word}` },
      { 'x-api-key': word },
      { authorization: `Basic ${Buffer.from(`admin:${word}`).toString('base64')}` },
    ]) {
      expect((await fetch(`${server.origin}/api/keys`, { headers })).status, word).toBe(401);
    }
  }
});

test('without a key it does not start where others can reach it', async () => {
  for (const host of ['0.0.0.0', '::']) {
    const child = spawn(process.execPath, [MAIN_FILE, 'serve', '--host', host, '--port', '0'], {
      cwd: temporaryFolder(),
      env: { PATH: process.env.PATH, HOME: process.env.HOME },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    const [code] = await once(child, 'exit');
    expect({ host, code }).toEqual({ host, code: 2 });
    expect(said).toContain('listens on loopback only');
  }
});

test('without a key a web page of elsewhere and a name of elsewhere are refused', async () => {
  const open = await startSourceServer('detect_local_engines: false\n');
  try {
    const get = (...headers: string[]) =>
      sendRaw(open.origin, `GET /api/keys HTTP/1.1\r\n${headers.join('\r\n')}\r\nconnection: close\r\n\r\n`);
    expect(statusOf(await get('host: localhost'))).toBe(200);
    expect(statusOf(await get('host: evil.example'))).toBe(403);
    expect(statusOf(await get('host: localhost', 'origin: https://evil.example'))).toBe(403);
    expect(statusOf(await get('host: localhost', 'origin: null'))).toBe(403);
  } finally {
    await open.stop();
  }
});
