import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROUTES } from '../../src/server/routes/list.ts';
import { listRepositoryFiles, repositoryRoot } from '../support/repository.ts';
import { type SecuredServer, startSecuredServer } from '../support/secured-server.ts';
import { chatCompletion } from '../support/upstream/openai-replies.ts';

// Elsewhere a route that tried out a prompt rendered it as a template, and one that tested a tool ran a command. Here
// nothing that is sent is ever run: rules are data, texts are bytes.

let server: SecuredServer;

beforeAll(async () => {
  server = await startSecuredServer();
  server.upstream.reply(chatCompletion());
});

afterAll(() => server.stopAll());

test.each([
  '{{7*7}}',
  '${7*7}',
  '#{7*7}',
  '<%= 7*7 %>',
  '{{constructor.constructor("return process")()}}',
  '$(id)',
  '`id`',
])('%s reaches the model as it was written', async (text) => {
  const answered = await server.chat({ messages: [{ role: 'user', content: text }] });
  expect(answered.status).toBe(200);
  const sent = server.upstream.requests.at(-1)?.json() as { messages: { content: string }[] };
  expect(sent.messages[0]?.content).toBe(text);
});

test('no route tries out, renders or runs anything', () => {
  const words = /test|render|template|exec|eval|script|shell|command|upload|plugin|mcp/;
  expect(ROUTES.flatMap(({ paths }) => paths).filter((path) => words.test(path))).toEqual([]);
});

/** The one place that runs code: evaluation of generated programs, in a sandbox of the machine's own, never by a route. */
const RUNS_PROGRAMS = /^src\/evals\//;
const RUNS_TEXT = /\beval\(|new Function\(|node:vm\b|\bvm\.run|execSync\(|shell:\s*true/;

test('no source file but those of evaluation turns text into code or starts a program', async () => {
  const files = (await listRepositoryFiles()).filter((path) => /^src\/.*\.ts$/.test(path) && !path.includes('.test.'));
  expect(files.length).toBeGreaterThan(300);
  for (const path of files) {
    const text = readFileSync(join(repositoryRoot, path), 'utf8');
    if (RUNS_PROGRAMS.test(path)) continue;
    expect(text, path).not.toMatch(RUNS_TEXT);
    expect(text, path).not.toContain("'node:child_process'");
  }
});
