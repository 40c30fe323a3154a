import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runProgram } from '../support/repository.ts';

const folderOf = (stdout: string): string => /^Folder: (\S+)$/m.exec(stdout)?.[1] ?? '';

function removeFolder(stdout: string): void {
  if (folderOf(stdout).includes('alidade-demo-')) rmSync(folderOf(stdout), { recursive: true, force: true });
}

describe('npm run demo:loop', { timeout: 240_000 }, () => {
  it('goes from traffic to another route whose receipt cites the run, and says at both ends that it was the sandbox', async () => {
    const { exitCode, stdout, stderr } = await runProgram(process.execPath, ['scripts/demo-loop.ts'], {
      // A vendor's key of the machine would make it ask real models.
      env: { PATH: process.env.PATH, HOME: process.env.HOME },
      timeoutMs: 230_000,
    });
    removeFolder(stdout);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toMatch(/^SANDBOX: not an AI model/m);
    expect(stdout).toMatch(/^All of it was SANDBOX/m);
    const cited = /cites \{.*"run":"(run_\w+)"/.exec(stdout)?.[1] ?? 'none';
    expect(stdout.split(cited).length).toBeGreaterThan(3);
    const before = /^ {3}before {2}(\S+) \(primary_optimal\)/m.exec(stdout)?.[1];
    const after = /^ {3}after {3}(\S+) \((?:best_evidence|cheapest_non_inferior)\) {2}SANDBOX/m.exec(stdout)?.[1];
    expect(before).toBe('sandbox/mistral-large-3');
    expect(after).toMatch(/^sandbox\/(glm-5\.2|gpt-5\.5)$/);
    expect(stdout).toMatch(/measured here {2}\d+\.\d % \[/);
    expect(stdout).toMatch(/claimed {8}\d+\.\d % \(MATH-500/);
  });
});

const KEY = 'sk-obviously-fake-key-of-a-test';

/** What an expression of the demo comes to: sums and products, brackets first. */
function resultOf(question: string): number {
  const text = /[\d(][\d+*() ]*/.exec(question)?.[0] ?? '';
  const flat = text.replace(/\(([^()]*)\)/g, (_, inner: string) => String(sumOf(inner)));
  return sumOf(flat);
}
const sumOf = (text: string): number =>
  text
    .split('+')
    .map((term) => term.split('*').reduce((product, factor) => product * Number(factor), 1))
    .reduce((sum, term) => sum + term, 0);

interface ChatBody {
  model: string;
  stream?: boolean;
  messages: { content: string }[];
}

/** One address that three vendors' presets are pointed at; it answers nobody without the key. */
function vendor(asked: Map<string, number>, refused: { count: number }): Server {
  const read = async (request: IncomingMessage): Promise<ChatBody> => {
    let text = '';
    for await (const chunk of request.setEncoding('utf8')) text += String(chunk);
    return JSON.parse(text) as ChatBody;
  };
  return createServer((request, response) => {
    void read(request).then(({ model, stream, messages }) => {
      if (request.headers.authorization !== `Bearer ${KEY}`) {
        refused.count += 1;
        response.writeHead(401, { 'content-type': 'application/json' });
        response.end('{"error":{"message":"no key","type":"invalid_request_error","code":"invalid_api_key"}}');
        return;
      }
      asked.set(model, (asked.get(model) ?? 0) + 1);
      const right = resultOf(messages.at(-1)?.content ?? '');
      // Of the large one every third answer is wrong; the others calculate.
      const said = model === 'mistral-large-latest' && right % 3 === 0 ? right + 1 : right;
      const head = { id: 'c1', created: 1, model };
      const usage = { prompt_tokens: 20, completion_tokens: 10, total_tokens: 30 };
      const event = (choices: object[], more: object = {}): string =>
        `data: ${JSON.stringify({ ...head, object: 'chat.completion.chunk', choices, ...more })}\n\n`;
      const delta = { role: 'assistant', content: `The answer is ${said}.` };
      const choices = [{ index: 0, message: delta, finish_reason: 'stop' }];
      if (stream !== true) {
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ ...head, object: 'chat.completion', choices, usage }));
        return;
      }
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end(
        `${event([{ index: 0, delta, finish_reason: null }])}${event([{ index: 0, delta: {}, finish_reason: 'stop' }])}${event([], { usage })}data: [DONE]\n\n`,
      );
    });
  });
}

describe('npm run demo:loop with a key', { timeout: 240_000 }, () => {
  const asked = new Map<string, number>();
  const refused = { count: 0 };
  const server = vendor(asked, refused);
  const folder = mkdtempSync(join(tmpdir(), 'alidade-demo-key-'));

  beforeAll(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('asks real deployments with that key, promotes what was measured, and routes by it', async () => {
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
    const endpoint = (id: string, preset: string): string =>
      `  ${id}: { preset: ${preset}, base_url: "${address}", private: true, api_key: "\${OPENAI_API_KEY}" }`;
    const price = '{ input_usd_per_mtok: 1, output_usd_per_mtok: 2 }';
    const endpoints = join(folder, 'endpoints.yaml');
    writeFileSync(
      endpoints,
      [
        'detect_local_engines: false',
        'endpoints:',
        endpoint('one', 'openai'),
        endpoint('two', 'mistral'),
        endpoint('three', 'zai'),
        'deployments:',
        `  - { id: gpt-5.5@one, model: openai/gpt-5.5, endpoint: one, upstream_model: gpt-5.5, price: ${price} }`,
        `  - { id: mistral-large-3@two, model: mistral/mistral-large-3, endpoint: two, upstream_model: mistral-large-latest, price: ${price} }`,
        `  - { id: glm-5.2@three, model: zhipu/glm-5.2, endpoint: three, upstream_model: glm-5.2, price: ${price} }`,
        '',
      ].join('\n'),
    );
    const { exitCode, stdout, stderr } = await runProgram(
      process.execPath,
      ['scripts/demo-loop.ts', '--budget=0.25', `--endpoints=${endpoints}`],
      { env: { PATH: process.env.PATH, HOME: process.env.HOME, OPENAI_API_KEY: KEY }, timeoutMs: 230_000 },
    );
    removeFolder(stdout);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toContain('Real models answer, for at most $0.25 each.');
    expect(stdout).not.toContain('SANDBOX');
    expect(stdout).not.toContain(KEY);
    expect(refused.count).toBe(0);
    // The application's own requests, the sample by each of the three, and the request at the end.
    expect([...asked.values()].reduce((sum, count) => sum + count, 0)).toBeGreaterThan(360 + 3 * 250);
    expect(stdout).toMatch(/^ {3}\$ alidade evidence promote /m);
    expect(/^ {3}before {2}(\S+)/m.exec(stdout)?.[1]).toBe('mistral-large-3@two');
    expect(/^ {3}after {3}(\S+) \((?:best_evidence|cheapest_non_inferior)\)$/m.exec(stdout)?.[1]).toMatch(
      /^(?:gpt-5\.5@one|glm-5\.2@three)$/,
    );
    expect(stdout).toMatch(/cites \{.*"run":"run_\w+"/);
  });
});
