import type { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { processContext } from '../../src/cli/context.ts';
import { createProgram } from '../../src/cli/program.ts';
import { DEFAULT_ROUTES } from '../../src/config/default-routes.ts';
import type { RouteConfig } from '../../src/contracts/configuration.ts';
import { NATIVE_PRESETS } from '../../src/providers/native-presets.ts';
import { PRESETS } from '../../src/providers/presets.ts';
import { readRepositoryFile, runProgram } from '../support/repository.ts';
import { type RunningServer, startSourceServer } from '../support/running-server.ts';

const readme = readRepositoryFile('README.md');
const blocks = (language: string): string[] =>
  [...readme.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].map((match) => match[1] as string);
const commands = blocks('sh').filter((text) => text.startsWith('curl'));

const names = (targets: string | readonly string[] | undefined): string =>
  [targets ?? []]
    .flat()
    .map((name) => `\`${name}\``)
    .join(', ');

function rowOf({ when, primary, fallback, context_threshold }: RouteConfig): string {
  const [[kind, value] = []] = Object.entries(when ?? {});
  const title = kind === undefined ? 'default' : `${kind} \`${value}\``;
  const cells = [title, names(primary), names(fallback), context_threshold?.toLocaleString('en') ?? ''];
  return `|${cells.map((cell) => (cell === '' ? ' ' : ` ${cell} `)).join('|')}|`;
}

describe('README.md', () => {
  let server: RunningServer;
  beforeAll(async () => {
    server = await startSourceServer();
  });
  afterAll(() => server.stop());

  const run = async (command: string): Promise<string> => {
    const here = command.replaceAll('http://127.0.0.1:4620', server.origin);
    const { exitCode, stdout, stderr } = await runProgram('sh', ['-c', here.replaceAll(/^curl/gm, 'curl --silent')]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    return stdout;
  };
  const requestId = (answer: string): string => /^x-request-id: (\S+)/m.exec(answer)?.[1] ?? '';

  it('starts with a request that is answered as it says, and a receipt that is found', async () => {
    const [ask = '', read = ''] = commands;
    const answer = await run(ask);
    const shown = blocks('').find((text) => text.startsWith('x-request-id')) ?? '';
    for (const line of shown.trim().split('\n').slice(1)) expect(answer).toContain(line);
    expect(answer).toContain('def reverse_string');
    const receipt = JSON.parse(await run(read.replace('REQUEST_ID', requestId(answer))));
    expect(receipt).toMatchObject({ request_id: requestId(answer), outcome: 'ok', sandbox: true });
  });

  it('shows a fault after which the next model answers', async () => {
    const answer = await run(commands.find((text) => text.includes('sandbox-fault')) ?? '');
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    expect(answer).toContain('x-alidade-model: openai/gpt-5.5');
    expect(answer).toContain('x-alidade-attempts: 2');
  });

  it('makes a first key that ends open mode', async () => {
    const guarded = await startSourceServer();
    try {
      const command = commands.find((text) => text.includes('/api/keys')) ?? '';
      const made = await runProgram('sh', ['-c', command.replaceAll('http://127.0.0.1:4620', guarded.origin)]);
      const { secret } = JSON.parse(made.stdout) as { secret: string };
      const status = async (headers: Record<string, string>) =>
        (await fetch(`${guarded.origin}/v1/models`, { headers })).status;
      expect(await status({})).toBe(401);
      expect(await status({ authorization: `Bearer ${secret}` })).toBe(200);
    } finally {
      await guarded.stop();
    }
  });

  it('holds a configuration that is taken as it stands', async () => {
    const [configuration = ''] = blocks('yaml');
    const configured = await startSourceServer(configuration.replace('${ZAI_API_KEY}', 'not-a-key'));
    try {
      const answer = await fetch(`${configured.origin}/api/route`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ model: 'auto', messages: [{ role: 'user', content: 'Hello' }] }),
      });
      const { plan } = (await answer.json()) as { plan: { deployment: string }[] };
      expect(plan.map((entry) => entry.deployment).toSorted()).toEqual(['glm-5.2@onprem', 'glm-5.2@zai']);
    } finally {
      await configured.stop();
    }
  });

  it('shows the default table as it is', () => {
    const start = readme.indexOf('| row | first | then | threshold |');
    const rows = readme.slice(start, readme.indexOf('\n\n', start)).split('\n').slice(2);
    expect(rows).toEqual(DEFAULT_ROUTES.map(rowOf));
  });

  it('names the commands that exist, and all of them', async () => {
    const start = readme.indexOf('| command | what it does |');
    const table = readme.slice(start, readme.indexOf('\n\n', start));
    const named = [...table.matchAll(/^\| (`[^|]+) \|/gm)].flatMap(([, cell = '']) =>
      [...cell.matchAll(/`([^`]+)`/g)].map((match) => match[1] as string),
    );
    const paths = (command: Command, path: readonly string[]): string[] =>
      command.commands.length === 0
        ? [path.join(' ')]
        : command.commands.flatMap((child) => paths(child, [...path, child.name()]));
    expect(named.toSorted()).toEqual(paths(createProgram(processContext()), []).toSorted());
  });

  it('names keys of vendors that can be called', () => {
    const callable = [...NATIVE_PRESETS, ...PRESETS].filter((preset) => preset.baseUrl !== null);
    const known = callable.flatMap((preset) => preset.environmentVariables);
    const sentence = /For real models set .*?\. The sandbox/s.exec(readme)?.[0] ?? '';
    const named: readonly string[] = sentence.match(/[A-Z]+_API_KEY/g) ?? [];
    expect(named.length).toBeGreaterThan(4);
    expect(named.filter((name) => !known.includes(name))).toEqual([]);
  });
});
