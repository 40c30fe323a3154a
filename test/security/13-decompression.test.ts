import { readFileSync } from 'node:fs';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type SecuredServer, startSecuredServer } from '../support/secured-server.ts';
import { chatCompletion } from '../support/upstream/openai-replies.ts';

// Elsewhere an answer could be encoded as often as it liked, and a kilobyte became a gigabyte in memory.

const BOMB = gzipSync(Buffer.alloc(64_000_000));
let server: SecuredServer;

beforeAll(async () => {
  server = await startSecuredServer();
});

afterAll(() => server.stopAll());

/** Kibibytes of the server's memory that are resident now. */
const residentKiB = (): number =>
  Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${server.pid}/status`, 'utf8'))?.[1]);

test('upstreams are asked for answers as they are', async () => {
  server.upstream.reply(chatCompletion());
  await server.chat({}, { headers: { 'accept-encoding': 'gzip, br' } });
  const asked = server.upstream.requests.at(-1)?.headers['accept-encoding'];
  expect([undefined, 'identity']).toContain(asked);
});

test.each([
  ['once', 'gzip', BOMB],
  ['a hundred times over', Array.from({ length: 100 }, () => 'gzip').join(', '), gzipSync(BOMB)],
  ['in another way', 'br', brotliCompressSync(Buffer.alloc(1_000_000))],
])('an answer that is encoded %s is refused and never unpacked', async (_, encoding, body) => {
  const before = residentKiB();
  server.upstream.reply({ headers: { 'content-encoding': encoding }, body });
  for (let again = 0; again < 5; again += 1) {
    // 502, or 503 once the breaker has had enough of it.
    expect([502, 503]).toContain((await server.chat()).status);
  }
  // Five times 64 MB would show.
  expect(residentKiB() - before).toBeLessThan(60_000);
});

test('a request that is encoded is refused and never unpacked', async () => {
  const before = residentKiB();
  for (let again = 0; again < 5; again += 1) {
    const refused = await server.call('/v1/chat/completions', 'app', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
      body: BOMB,
    });
    expect([400, 415]).toContain(refused.status);
  }
  expect(residentKiB() - before).toBeLessThan(60_000);
});
