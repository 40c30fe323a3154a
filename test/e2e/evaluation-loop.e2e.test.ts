import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand, runJson } from '../support/command-line.ts';
import { type RunningServer, startSourceServer } from '../support/running-server.ts';

/** Three models behind one address: `alpha` multiplies right, `beta` wrong, `gamma` judges by calculating. */
const RIGHT = /(\d+) \* (\d+)/;

const productIn = (text: string): number => {
  const [, left, right] = RIGHT.exec(text) ?? [];
  return Number(left) * Number(right);
};

const fenced = (prompt: string, name: string): string =>
  new RegExp(`<<<${name}\\n([\\s\\S]*?)\\n>>>`).exec(prompt)?.[1] ?? '';

function judgement(prompt: string): string {
  if (prompt.includes('<<<REFERENCE')) {
    return fenced(prompt, 'ANSWER').includes(fenced(prompt, 'REFERENCE')) ? 'It fits.\nPoints: 5' : 'No.\nPoints: 1';
  }
  const right = String(productIn(fenced(prompt, 'QUESTION')));
  const [first, second] = [fenced(prompt, 'ANSWER 1').includes(right), fenced(prompt, 'ANSWER 2').includes(right)];
  return `Verdict: ${first === second ? 'TIE' : first ? 'FIRST' : 'SECOND'}`;
}

function answerOf(model: string, asked: string): string {
  if (model === 'gamma') return judgement(asked);
  const product = productIn(asked);
  return `As GLM-5.2 I say: it is ${model === 'alpha' ? product : product + 1}.`;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += String(chunk);
  return text;
}

interface ChatBody {
  model: string;
  stream?: boolean;
  messages: { content: string | { text: string }[] }[];
}

const server = createServer((request, response) => {
  void bodyOf(request).then((text) => {
    const { model, stream, messages } = JSON.parse(text) as ChatBody;
    const asked = messages
      .map(({ content }) => (typeof content === 'string' ? content : content.map((part) => part.text).join('')))
      .join('\n');
    const content = answerOf(model, asked);
    const usage = { prompt_tokens: 20, completion_tokens: 10, total_tokens: 30 };
    const head = { id: 'c1', created: 1, model };
    if (stream !== true) {
      const choices = [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }];
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ ...head, object: 'chat.completion', choices, usage }));
      return;
    }
    const event = (more: object): string =>
      `data: ${JSON.stringify({ ...head, object: 'chat.completion.chunk', ...more })}\n\n`;
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(event({ choices: [{ index: 0, delta: { role: 'assistant', content }, finish_reason: null }] }));
    response.write(event({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }));
    response.end(`${event({ choices: [], usage })}data: [DONE]\n\n`);
  });
});

const configuration = (baseUrl: string): string => {
  const price = '{ input_usd_per_mtok: 1, output_usd_per_mtok: 2 }';
  const deployment = (id: string): string =>
    `  - { id: ${id}, model: own/${id}, endpoint: here, upstream_model: ${id}, price: ${price} }`;
  return [
    'detect_local_engines: false',
    `endpoints: { here: { operator: self, dialect: openai, base_url: "${baseUrl}", private: true, region: de } }`,
    'deployments:',
    ...['alpha', 'beta', 'gamma'].map(deployment),
    'routes: [{ default: true, primary: own/beta, fallback: [own/alpha] }]',
    'use_cases:',
    '  - { id: billing, owner: tests, task: quantitative, keep_bodies: true }',
    '',
  ].join('\n');
};

interface Created {
  review: string;
  links: { reviewer: string; path: string }[];
}

interface Desk {
  next: { item: string; question: string; earlier: { role: string; text: string }[]; texts: string[] } | null;
}

describe('what is kept of traffic', { timeout: 120_000 }, () => {
  let running: RunningServer;
  let cwd: string;
  const runs: string[] = [];

  beforeAll(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    running = await startSourceServer(configuration(`http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`));
    cwd = running.folder;
  });
  afterAll(async () => {
    await running.stop();
    server.closeAllConnections();
    server.close();
  });

  const ask = async (messages: object[]): Promise<string> => {
    const answer = await fetch(`${running.origin}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-alidade-use-case': 'billing' },
      body: JSON.stringify({ model: 'auto', messages }),
    });
    expect(answer.status).toBe(200);
    await answer.text();
    return answer.headers.get('x-alidade-deployment') ?? '';
  };

  it('becomes a sample, redacted, whole conversations of it', async () => {
    for (let index = 0; index < 14; index++) {
      const before =
        index % 2 === 0
          ? []
          : [
              { role: 'user', content: `I am anna.schmidt${index}@example.org. Who are you?` },
              { role: 'assistant', content: 'I am GLM-5.2.' },
            ];
      const question = `Invoice ${index * 7_919 + 31}: what is ${100 + index * 3} * ${23 + index}?`;
      expect(await ask([...before, { role: 'user', content: question }])).toBe('beta');
    }
    const sample = ['eval', 'sample', '--use-case', 'billing', '--size', '12', '--scorer', 'judge'];
    const drawn = await runJson<{ suite: string; frame: { looked_at: number } }>(sample, { cwd });
    expect(drawn).toMatchObject({ suite: 'traffic/billing', frame: { looked_at: 14 } });
    const open = (await runCommand(['eval', 'label', 'traffic/billing'], { cwd })).stdout.trimEnd().split('\n');
    const targets = open.map((line) => {
      const { id, question } = JSON.parse(line) as { id: string; question: string };
      return JSON.stringify({ id, target: String(productIn(question)) });
    });
    writeFileSync(join(cwd, 'targets.jsonl'), targets.join('\n'));
    const labelled = await runCommand(['eval', 'label', 'traffic/billing', '--targets', 'targets.jsonl'], { cwd });
    expect(labelled.stderr).toContain('12 of 12 samples have a target');
  });

  it('is asked of two models and scored by a third, which is proved first and paid from the budget', async () => {
    const run = [
      'eval',
      'run',
      '--suite',
      'traffic/billing',
      '--use-case',
      'billing',
      '--judge',
      'gamma',
      '--budget',
      '1',
    ];
    const who = ['--deployment', 'beta', '--deployment', 'alpha'];
    const { exitCode, stdout, stderr } = await runCommand([...run, ...who, '--json'], { cwd });
    expect({ exitCode, stderr }).toMatchObject({
      exitCode: 0,
      stderr: expect.stringContaining('Proving the judge cost'),
    });
    const done = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { event: string; run: string; counts: object; sandbox: boolean })
      .filter(({ event }) => event === 'done');
    expect(done).toMatchObject([
      { counts: { correct: 0, wrong: 12 }, sandbox: false },
      { counts: { correct: 12, wrong: 0 }, sandbox: false },
    ]);
    runs.push(...done.map(({ run: id }) => id));
  });

  it('is judged blind by people who see whole conversations and no names, and by the judge beside them', async () => {
    const ids = runs.flatMap((run) => ['--run', run]);
    const who = ['--reviewer', 'ann', '--reviewer', 'bob', '--raters', '2'];
    const created = await runJson<Created>(['review', 'create', ...ids, ...who], { cwd });
    let talked = 0;
    for (const { path } of created.links) {
      const headers = { authorization: `Bearer ${path.split('#')[1]}`, 'content-type': 'application/json' };
      let desk = (await (await fetch(`${running.origin}/api/review`, { headers })).json()) as Desk;
      while (desk.next !== null) {
        const { item, question, earlier, texts } = desk.next;
        expect(JSON.stringify(desk)).not.toMatch(/glm|alpha|beta|anna\.schmidt/i);
        if (earlier.length > 0) {
          talked += 1;
          expect(earlier).toMatchObject([
            { role: 'user', text: expect.stringContaining('[EMAIL_1]') },
            { role: 'assistant' },
          ]);
        }
        const choice = texts[0]?.includes(String(productIn(question))) === true ? 'left' : 'right';
        const body = JSON.stringify({ item, choice, comment: '' });
        const voted = await fetch(`${running.origin}/api/review/votes`, { method: 'POST', headers, body });
        desk = (await voted.json()) as Desk;
      }
    }
    expect(talked).toBeGreaterThan(2);
    const judged = ['review', 'judge', created.review, '--deployment', 'gamma', '--budget', '1'];
    // All say one and the same of every item: how far beyond chance they agree cannot be told.
    expect(await runJson(judged, { cwd })).toMatchObject({
      complete: 12,
      agreement: [{ estimate: null, agreed: 1, items: 12 }],
      judge: { deployment: 'gamma', items: 12, agreed: 12, no_verdict: 0, kappa: { estimate: null } },
    });
    const result = await runJson(['review', 'unblind', created.review, '--reason', 'all have voted'], { cwd });
    expect(result).toMatchObject({ preference: { wins: 24, losses: 0, verdict: 'better' }, strengths_over: 'items' });
  });

  it('ends in one report with verdict, reasons and costs', async () => {
    const report = await runJson<{ comparisons: object[]; runs: object[] }>(['eval', 'report', ...runs], { cwd });
    expect(report.comparisons).toMatchObject([{ quality: { verdict: 'better', n: 12, n01: 12 }, sequential: null }]);
    expect(report.runs).toMatchObject([
      { deployment: 'beta', failure_count: 12, measures: { usd_per_success: null } },
      { deployment: 'alpha', failure_count: 0, measures: { usd_per_task: { estimate: expect.any(Number) } } },
    ]);
    const { stdout } = await runCommand(['eval', 'report', ...runs, '--html'], { cwd });
    expect(stdout).toContain('[assistant]');
    expect(stdout).not.toContain('anna.schmidt');
  });

  it('is evidence that waits to be promoted, names its run, and then decides', async () => {
    const { versions } = await runJson<{ versions: { version: string; promoted: boolean; note: string }[] }>(
      ['evidence', 'list'],
      { cwd },
    );
    const made = versions.filter(({ note }) => runs.some((run) => note.includes(run)));
    expect(made).toHaveLength(2);
    expect(made.every(({ promoted }) => !promoted)).toBe(true);
    const newest = made.find(({ note }) => note.includes(runs[1] as string))?.version as string;
    expect((await runCommand(['evidence', 'promote', newest], { cwd })).exitCode).toBe(0);
    const after = await runJson<{ versions: { version: string; promoted: boolean }[] }>(['evidence', 'list'], { cwd });
    expect(after.versions.find(({ version }) => version === newest)?.promoted).toBe(true);
  });
});
