// The whole loop in one command: traffic, a sample of it, evaluation runs, evidence, another route whose receipt cites the
// run. `npm run demo:loop` needs no key: programs of the sandbox answer, and everything says so. With a vendor's key in the
// environment the same is done with real models, for at most --budget dollars a model (default 0.50); --endpoints=FILE names a
// YAML file with `endpoints` and `deployments` of one's own (and `routes`, where these are other models than the demo's).
// It starts a server of its own in a new folder and calls the command line as anybody would; what it calls is printed.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createSeededRandom } from '../src/lib/seeded-random.ts';

const MAIN = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url));
const USE_CASE = 'invoices';
const REQUESTS = 360;
const SAMPLE = 300;
const PARALLEL = 16;
const { values: OPTIONS } = parseArgs({
  options: { budget: { type: 'string', default: '0.50' }, endpoints: { type: 'string' } },
});
const BUDGET = OPTIONS.budget;

const USE_CASES = `# One use case that keeps what is asked, so that samples can be drawn from it.
use_cases:
  - { id: ${USE_CASE}, owner: demo, task: quantitative, keep_bodies: true }
`;
const ROUTES = `# What somebody once wrote down. Measurements may think otherwise.
routes:
  - { when: { use_case: ${USE_CASE} }, primary: mistral/mistral-large-3, fallback: [zhipu/glm-5.2, openai/gpt-5.5] }
  - { default: true, primary: openai/gpt-5.5, fallback: [anthropic/claude-4-opus, zhipu/glm-5.2, deepseek/deepseek-v3] }
`;

/** The demo's, around what somebody says of endpoints of their own. */
function configuration(): string {
  const own = OPTIONS.endpoints === undefined ? '' : readFileSync(OPTIONS.endpoints, 'utf8');
  return [USE_CASES, own, /^routes:/m.test(own) ? '' : ROUTES].filter((part) => part !== '').join('\n');
}

interface Question {
  text: string;
  right: number;
}

interface Decision {
  model: string | null;
  routing_reason: string | null;
  explanation: string;
  plan: { deployment: string; selected_because: string; evidence: Record<string, unknown> | null }[];
}

const say = (text = ''): void => void process.stdout.write(`${text}\n`);
const step = (number: number, text: string): void => say(`\n\u001b[1m${number}. ${text}\u001b[0m`);

/** Questions as an invoicing tool might ask them, and what is right: the part that an expert would add. */
function questions(count: number): Question[] {
  const random = createSeededRandom('demo loop');
  const amount = (): number => 100 + random.integer(99_900);
  return Array.from({ length: count }, (_, index): Question => {
    const [a, b, c] = [amount(), 2 + random.integer(98), amount()];
    const kinds: Question[] = [
      { text: `What is ${a} * ${b}?`, right: a * b },
      { text: `Calculate ${a} + ${c} + ${b}`, right: a + c + b },
      { text: `${a} * ${b} + ${c} = ?`, right: a * b + c },
      { text: `Compute (${a} + ${c}) * ${b}`, right: (a + c) * b },
    ];
    return kinds[index % kinds.length] as Question;
  });
}

async function serve(folder: string): Promise<{ origin: string; stop(): Promise<void> }> {
  const child = spawn(process.execPath, [MAIN, 'serve', '--port', '0', '--log-level', 'error'], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = once(child, 'exit');
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
    const origin = /^Alidade \S+ on (http:\/\/\S+)$/m.exec(said)?.[1];
    if (origin !== undefined) resolve(origin);
  });
  void ended.then(() => reject(new Error(`The server ended:\n${said}`)));
  return {
    origin: await promise,
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** A command as anybody would type it. Notes go to this terminal, data comes back. */
async function command(folder: string, args: readonly string[], quiet = false): Promise<string> {
  if (!quiet) say(`   $ alidade ${args.join(' ')}`);
  const child = spawn(process.execPath, [MAIN, ...args], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let notes = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    notes += text;
  });
  const [code] = (await once(child, 'close')) as [number];
  if (code !== 0) throw new Error(`alidade ${args.join(' ')} ended with ${code}:\n${notes}`);
  if (!quiet) for (const line of (notes + output).trimEnd().split('\n')) say(`     ${line}`);
  return output;
}

const post = (origin: string, path: string, body: unknown): Promise<Response> =>
  fetch(origin + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-alidade-use-case': USE_CASE },
    body: JSON.stringify(body),
  });

const asked = (text: string) => ({ model: 'auto', messages: [{ role: 'user', content: text }] });

async function sendTraffic(origin: string, all: readonly Question[]): Promise<Map<string, number>> {
  const answeredBy = new Map<string, number>();
  const waiting = [...all];
  const worker = async (): Promise<void> => {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const answer = await post(origin, '/v1/chat/completions', asked(next.text));
      const deployment = answer.headers.get('x-alidade-deployment') ?? `nobody (${answer.status})`;
      await answer.arrayBuffer();
      answeredBy.set(deployment, (answeredBy.get(deployment) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, worker));
  return answeredBy;
}

const decide = async (origin: string, text: string): Promise<Decision> =>
  (await (await post(origin, '/api/route', asked(text))).json()) as Decision;

/** Who may be measured: the plan of the row, with and without a key. */
const candidates = ({ plan }: Decision): string[] => plan.map(({ deployment }) => deployment).slice(0, 3);

/** Targets for the questions of the sample: an expert's work, which arithmetic does here. */
async function label(folder: string, all: readonly Question[]): Promise<void> {
  const right = new Map(all.map((question) => [question.text, question.right]));
  const open = (await command(folder, ['eval', 'label', `traffic/${USE_CASE}`], true)).trimEnd().split('\n');
  const targets = open.map((line) => {
    const { id, question } = JSON.parse(line) as { id: string; question: string };
    return JSON.stringify({ id, target: String(right.get(question)) });
  });
  writeFileSync(join(folder, 'targets.jsonl'), targets.join('\n'));
  await command(folder, ['eval', 'label', `traffic/${USE_CASE}`, '--targets', 'targets.jsonl']);
}

interface Reported {
  deployment: string;
  measures: { quality: { rate: number; ci: [number, number]; denominator: number } };
  claims: { metric: string; value: number; source: string }[];
}

const percent = (value: number): string => `${(value * 100).toFixed(1)} %`;

async function showClaims(folder: string, runs: readonly string[]): Promise<void> {
  const { runs: reported } = JSON.parse(await command(folder, ['eval', 'report', ...runs, '--json'], true)) as {
    runs: Reported[];
  };
  for (const { deployment, measures, claims } of reported) {
    const { rate, ci, denominator } = measures.quality;
    say(`   ${deployment}`);
    say(`     measured here  ${percent(rate)} [${percent(ci[0])}, ${percent(ci[1])}] of ${denominator} own questions`);
    for (const { metric, value, source } of claims) say(`     claimed        ${percent(value)} (${metric}, ${source})`);
    if (claims.length === 0) say('     claimed        nothing for this kind of work');
  }
}

async function loop(folder: string, origin: string): Promise<void> {
  const all = questions(REQUESTS);
  const probe = 'What is 4821 * 37?';
  const before = await decide(origin, probe);
  const sandbox = before.plan.every(({ deployment }) => deployment.startsWith('sandbox/'));
  say(
    sandbox
      ? 'SANDBOX: not an AI model. Programs answer; figures say nothing about the models whose names they bear.'
      : `Real models answer, for at most $${BUDGET} each.`,
  );

  step(1, 'Traffic: an application asks, the table decides');
  for (const [deployment, count] of await sendTraffic(origin, all))
    say(`   ${count} requests answered by ${deployment}`);
  say(`   because: ${before.explanation}`);

  step(2, 'A sample of it: random, stratified, without personal data');
  await command(folder, ['eval', 'sample', '--use-case', USE_CASE, '--size', String(SAMPLE), '--scorer', 'numeric']);
  say('   An expert says what is right (here arithmetic does):');
  await label(folder, all);

  step(3, 'Runs: every candidate is asked the same questions, through the gateway');
  const who = candidates(before);
  const budget = sandbox ? [] : ['--budget', BUDGET];
  const run = ['eval', 'run', '--suite', `traffic/${USE_CASE}`, '--use-case', USE_CASE, ...budget];
  await command(folder, [...run, ...who.flatMap((id) => ['--deployment', id])]);

  step(4, 'Compared, pair by pair');
  const runs = who.map((_, index) => (index === who.length - 1 ? 'last' : `last~${who.length - 1 - index}`));
  if (runs.length > 1) await command(folder, ['eval', 'compare', ...runs]);
  await command(folder, ['eval', 'report', ...runs, '--html', '--out', 'report.html']);

  step(5, 'Claimed and measured, side by side');
  await showClaims(folder, runs);
  if (!sandbox) await promoteNewest(folder);
  await showRoute(folder, origin, probe, before, sandbox);
}

/** Evidence about real models decides only when somebody says so; of the sandbox it counts at once. */
async function promoteNewest(folder: string): Promise<void> {
  const { versions } = JSON.parse(await command(folder, ['evidence', 'list', '--json'], true)) as {
    versions: { version: string; sandbox: boolean }[];
  };
  const newest = versions.filter(({ sandbox }) => !sandbox).at(-1);
  if (newest !== undefined) await command(folder, ['evidence', 'promote', newest.version]);
}

async function showRoute(
  folder: string,
  origin: string,
  probe: string,
  before: Decision,
  sandbox: boolean,
): Promise<void> {
  step(6, 'The route: the same request, before and after');
  const answer = await post(origin, '/v1/chat/completions', asked(probe));
  const id = answer.headers.get('x-request-id') ?? '';
  await answer.arrayBuffer();
  const receipt = (await (await fetch(`${origin}/api/receipts/${id}`)).json()) as {
    decision: Decision;
    sandbox: boolean;
  };
  const [first] = receipt.decision.plan;
  say(`   before  ${before.plan[0]?.deployment} (${before.routing_reason})`);
  say(
    `   after   ${first?.deployment} (${receipt.decision.routing_reason})${receipt.sandbox ? '  SANDBOX: not an AI model' : ''}`,
  );
  say(`   because: ${receipt.decision.explanation}`);
  say(`   receipt ${id} cites ${JSON.stringify(first?.evidence)}`);
  const cited = typeof first?.evidence?.['run'] === 'string' ? String(first.evidence['run']) : null;
  if (cited !== null) say(`   and that run can be read: alidade eval show ${cited}`);
  else if (!sandbox) say('   Too few of its own questions were measured to decide: the table keeps its place.');
  else throw new Error('The receipt cites no run: the loop is not closed.');
  if (sandbox && first?.deployment === before.plan[0]?.deployment) throw new Error('The route has not changed.');
  say(`\nReport: ${join(folder, 'report.html')} (${readFileSync(join(folder, 'report.html')).length} bytes)`);
  if (sandbox)
    say(
      'All of it was SANDBOX: not an AI model. With OPENAI_API_KEY, ZAI_API_KEY, ... set, the same command asks real ones.',
    );
}

const folder = mkdtempSync(join(tmpdir(), 'alidade-demo-'));
writeFileSync(join(folder, 'alidade.yaml'), configuration());
say(`Folder: ${folder}`);
const server = await serve(folder);
try {
  await loop(folder, server.origin);
} finally {
  await server.stop();
}
