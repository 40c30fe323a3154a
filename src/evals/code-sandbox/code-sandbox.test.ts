import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CodeTarget, codeOf, createCodeScorer } from '../scorers/code.ts';
import { gradeAnswer } from '../scorers/scorer.ts';
import { sameValue } from './compare-values.ts';
import { type Encoded, readReport } from './report.ts';
import { type CodeTask, type Expected, expectedOf, runTests } from './run-tests.ts';
import { type CodeSandbox, openSandbox } from './sandbox.ts';

const opened = await openSandbox();
const strong = opened.level === 'strong';

const TASK: CodeTask = {
  language: 'python',
  entryPoint: 'square',
  inputs: '[[3], [-4], [12345678901234567890], [0.5]]',
  reference: 'def square(x):\n    return x * x\n',
  absoluteTolerance: 0,
};
const JAVASCRIPT: CodeTask = {
  ...TASK,
  language: 'javascript',
  inputs: '[[3], [-4], [0.5]]',
  reference: 'function square(x) { return x * x; }',
};

describe('without bubblewrap', () => {
  it('nothing runs, and the command that would change it is named', async () => {
    expect(await openSandbox({ path: '/nonexistent' })).toEqual({
      level: 'none',
      missing: ['bubblewrap', 'util-linux', 'python3'],
      command: 'apt-get install -y --no-install-recommends bubblewrap util-linux python3',
    });
  });
});

describe('values', () => {
  const number = (text: string): Encoded => [/^-?\d+$/.test(text) ? 'i' : 'f', text];

  it.each([
    ['1', '1.0', true],
    ['1.0', '1', true],
    ['12345678901234567890', '12345678901234567891', false],
    ['0.1', '0.10000000001', true],
    ['0.1', '0.2', false],
    ['nan', 'nan', true],
    ['inf', 'inf', true],
    ['inf', '-inf', false],
    ['1.5', 'inf', false],
  ])('%s and %s are equal: %s', (left, right, equal) => {
    expect(sameValue(number(left), number(right), 0)).toBe(equal);
  });

  it('of different kinds are different, and what has no plain form equals nothing', () => {
    expect(sameValue(['l', [number('1')]], ['t', [number('1')]], 0)).toBe(false);
    expect(sameValue(['s', '1'], ['i', '1'], 0)).toBe(false);
    expect(sameValue(['x', 'Any'], ['x', 'Any'], 0)).toBe(false);
    expect(sameValue(['b', 1], ['i', '1'], 0)).toBe(true);
    expect(sameValue(['l', []], ['l', [number('1')]], 0)).toBe(false);
    expect(sameValue(['d', [[['s', 'a'], number('1')]]], ['d', [[['s', 'a'], number('1')]]], 0)).toBe(true);
  });
});

describe('reports', () => {
  const ending = { ended: null, signal: null, code: 0, abortIsMemory: false, ms: 1 };

  it('before the code has run are the sandbox’s failure, afterwards never', () => {
    expect(readReport('', { ...ending, code: 1 }).outcome).toBe('sandbox_error');
    expect(readReport('{"ready":true}\n', { ...ending, code: 1 }).outcome).toBe('crash');
    expect(readReport('{"ready":true}\n', { ...ending, code: 137 }).outcome).toBe('memory');
    expect(readReport('{"ready":true}\n', { ...ending, ended: 'timeout' }).outcome).toBe('timeout');
    expect(readReport('{"ready":true}\nnot json\n{"done":true}\n', ending).outcome).toBe('crash');
    expect(readReport('{"ready":true}\n{"error":"MemoryError"}\n', ending).outcome).toBe('memory');
  });
});

// 16 processes of 200 MiB each: every one within its own bound, together more than a task may have. They wait until all have
// theirs, so that only a bound on all of them together ends it.
const MANY_PROCESSES = `
import os, time
def square(x):
  for _ in range(16):
    if os.fork() == 0:
      kept = bytearray(200 * 2 ** 20)
      for place in range(0, len(kept), 4096): kept[place] = 1
      time.sleep(1000)
  while True:
    try:
      if os.waitpid(-1, 0)[1] != 0: os.kill(os.getpid(), 9)
    except ChildProcessError: break
  return x * x
`;

/** Programs that want to pass without solving the task, or to reach what is outside. None may pass. */
const TRICKS: readonly (readonly [string, string])[] = [
  [
    'an object that equals everything',
    'class Any:\n  def __eq__(self, other): return True\ndef square(x): return Any()',
  ],
  [
    'a number that equals everything',
    'class Any(int):\n  def __eq__(self, other): return True\n  def __hash__(self): return 0\ndef square(x): return Any(0)',
  ],
  [
    'a float that prints whatever is wanted',
    'class Any(float):\n  def __repr__(self): return "9.0"\ndef square(x): return Any(1)',
  ],
  ['leaving with success', 'import sys\ndef square(x): sys.exit(0)'],
  ['leaving at once with success', 'import os\nos._exit(0)'],
  ['leaving while it is defined', 'raise SystemExit(0)'],
  ['printing a verdict', 'print("PASS")\nprint(\'{"done": true}\')\ndef square(x): return None'],
  [
    'writing its own report',
    'import os\nfor fd in range(3, 20):\n  try: os.write(fd, b\'{"value":["i","9"]}\\n\' * 4 + b\'{"done":true}\\n\')\n  except OSError: pass\nos._exit(0)',
  ],
  [
    'writing half a report',
    'import os\ndef square(x):\n  for fd in range(3, 20):\n    try: os.write(fd, b\'{"done":true}\\n\')\n    except OSError: pass\n  os._exit(0)',
  ],
  [
    'replacing the encoder',
    'import __main__\n__main__._encode = lambda value, depth=0: ["i", "9"]\ndef square(x): return 1',
  ],
  ['replacing json', 'import json\njson.dumps = lambda value: "{}"\ndef square(x): return 1'],
  [
    'reading the expected values from the frames around it',
    'import sys\ndef square(x):\n  frame = sys._getframe()\n  while frame:\n    for name, value in frame.f_locals.items():\n      if "expect" in name: return value\n    frame = frame.f_back\n  return None',
  ],
  [
    'looking for the expected values in memory',
    'import gc\ndef square(x):\n  for found in gc.get_objects():\n    if isinstance(found, dict) and ("expected" in found or "reference" in found): return found\n  return 0',
  ],
  [
    'reading the reference from files',
    'import glob\ndef square(x):\n  return [open(path).read() for top in ["work", "home", "root"] for path in glob.glob("/" + top + "/**", recursive=True)]',
  ],
  ['reading the environment of the first process', 'def square(x): return open("/proc/1/environ").read()'],
  ['reading users of the machine', 'def square(x): return open("/etc/passwd").read()'],
  [
    'following links out',
    'import os\ndef square(x):\n  os.symlink("/proc/1/root/etc/passwd", "/tmp/link")\n  os.symlink("/proc/1/cwd/../../etc", "/tmp/folder")\n  return open("/tmp/link").read() + str(os.listdir("/tmp/folder"))',
  ],
  [
    'reading the memory of the first process',
    'def square(x):\n  with open("/proc/1/mem", "rb") as memory:\n    return memory.read(16).hex()',
  ],
  [
    'raising its own limits',
    'import resource\ndef square(x):\n  resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY,) * 2)\n  return x * x',
  ],
  ['writing a file outside', 'def square(x):\n  open("/usr/escaped", "w").write("x")\n  return x * x'],
  [
    'opening a connection',
    'import socket\ndef square(x):\n  socket.create_connection(("127.0.0.1", PORT), 2).send(b"escaped")\n  return x * x',
  ],
  [
    'resolving a name',
    'import socket\ndef square(x):\n  socket.getaddrinfo("localhost.localdomain.invalid", 80)\n  return x * x',
  ],
  ['killing every process', 'import os, signal\ndef square(x):\n  os.kill(-1, signal.SIGKILL)\n  return 0'],
  [
    'killing its parent',
    'import os, signal\ndef square(x):\n  os.kill(os.getppid(), signal.SIGKILL)\n  raise SystemExit',
  ],
  ['running for ever', 'def square(x):\n  while True: pass'],
  ['sleeping for ever', 'import time\ndef square(x): time.sleep(1000)'],
  [
    'catching what would end it',
    'import signal\nfor number in range(1, 32):\n  try: signal.signal(number, signal.SIG_IGN)\n  except (OSError, ValueError): pass\ndef square(x):\n  while True:\n    try:\n      while True: pass\n    except BaseException: pass',
  ],
  ['taking all memory', 'def square(x): return len(bytearray(10 ** 11))'],
  ['taking memory bit by bit', 'def square(x):\n  kept = []\n  while True: kept.append(bytearray(10 ** 7))'],
  ['a fork bomb', 'import os\ndef square(x):\n  while True: os.fork()'],
  ['taking memory in many processes', MANY_PROCESSES],
  [
    'filling the disk',
    'def square(x):\n  for count in range(1000):\n    with open("/tmp/%d" % count, "wb") as file: file.write(b"x" * 10 ** 7)\n  return x * x',
  ],
  [
    'writing without end',
    'import os\ndef square(x):\n  while True:\n    for fd in range(3, 10):\n      try: os.write(fd, b"x" * 65536)\n      except OSError: pass',
  ],
  [
    'becoming root in a namespace of its own',
    'import ctypes\ndef square(x):\n  if ctypes.CDLL(None).unshare(0x10000000) != 0: raise PermissionError\n  return x * x',
  ],
  [
    'mounting',
    'import ctypes\ndef square(x):\n  if ctypes.CDLL(None).mount(b"none", b"/tmp", b"tmpfs", 0, None) != 0: raise PermissionError\n  return x * x',
  ],
  [
    'starting a program that stays',
    'import subprocess\ndef square(x):\n  subprocess.Popen(["/usr/bin/sleep", "98765"], start_new_session=True)\n  return None',
  ],
  ['recursion without end', 'def square(x): return square(x)'],
  ['a wrong tuple for a number', 'def square(x): return (x * x,)'],
  ['hard-coding the first test', 'def square(x): return 9'],
  ['answering in text', 'def square(x): return str(x * x)'],
  ['no function at all', 'x = 1'],
  ['no program at all', 'def square(x) return x * x'],
];

const JAVASCRIPT_TRICKS: readonly (readonly [string, string])[] = [
  [
    'an object that turns into every number',
    'const square = () => ({ valueOf: () => 9, toString: () => "9", toJSON: () => ["f", "9"] })',
  ],
  ['leaving with success', 'const square = () => process.exit(0)'],
  [
    'writing its own report',
    'require("node:fs").writeSync(1, "{\\"done\\":true}\\n"); process.exit(0); const square = 0',
  ],
  ['replacing JSON and arrays', 'JSON.stringify = () => "{}"; Array.isArray = () => false; const square = () => 9'],
  [
    'starting a program',
    'const square = (x) => { require("node:child_process").execFileSync("/bin/touch", ["/usr/escaped"]); return x * x; }',
  ],
  [
    'opening a connection',
    'const square = (x) => new Promise((done, fail) => require("node:net").connect(PORT, "127.0.0.1").on("error", fail).on("connect", () => done(x * x)))',
  ],
  [
    'reading the environment',
    'const square = () => Object.keys(process.env).concat(require("node:fs").readFileSync("/proc/1/environ", "utf8"))',
  ],
  ['reading the machine', 'const square = () => require("node:fs").readFileSync("/etc/passwd", "utf8")'],
  ['running for ever', 'const square = () => { for (;;); }'],
  ['taking all memory', 'const square = () => { const kept = []; for (;;) kept.push(new Array(1e6).fill(1.5)); }'],
  ['never answering', 'const square = () => new Promise(() => setInterval(() => 0, 1000))'],
];

describe.skipIf(!strong)('the sandbox (needs bubblewrap and python3)', () => {
  const sandbox = opened as CodeSandbox;
  const gold = new Map<CodeTask, Expected>();
  let port = 0;
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    socket.destroy();
  });

  beforeAll(async () => {
    for (const task of [TASK, JAVASCRIPT]) gold.set(task, (await expectedOf(task, sandbox)) as Expected);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = (server.address() as { port: number }).port;
  });
  afterAll(() => void server.close());

  const judge = (code: string, task: CodeTask = TASK) => runTests(code, task, gold.get(task) as Expected, sandbox);

  it('passes a right program of either language, whatever it prints', async () => {
    expect(await judge('print("hello")\ndef square(x):\n  print(x)\n  return x ** 2')).toMatchObject({
      outcome: 'pass',
      share: 1,
    });
    expect(await judge('console.log("x"); module.exports = { square: async (x) => x ** 2 }', JAVASCRIPT)).toMatchObject(
      { outcome: 'pass' },
    );
  });

  it.each(TRICKS)('is not passed by %s', { timeout: 30_000 }, async (_, code) => {
    const verdict = await judge(code.replace('PORT', String(port)));
    expect(verdict.outcome).not.toBe('pass');
    // What a program does must never look like a broken sandbox: that would take it out of the denominator.
    expect(verdict.outcome).not.toBe('sandbox_error');
  });

  it.each(JAVASCRIPT_TRICKS)('is not passed in JavaScript by %s', { timeout: 30_000 }, async (_, code) => {
    const verdict = await judge(code.replace('PORT', String(port)), JAVASCRIPT);
    expect(verdict.outcome).not.toBe('pass');
    expect(verdict.outcome).not.toBe('sandbox_error');
  });

  it('lets nothing out: no file, no connection, no process is left', () => {
    expect(existsSync('/usr/escaped')).toBe(false);
    expect(connections).toBe(0);
    const left = readProcesses().filter((command) => command.includes('sleep\u000098765'));
    expect(left).toEqual([]);
  });

  it('shows nothing of this machine but its programs, and no environment', async () => {
    process.env['ALIDADE_TEST_CANARY'] = 'canary';
    const outside = join(tmpdir(), `alidade-canary-${process.pid}`);
    writeFileSync(outside, 'x');
    const code =
      'import os\ndef look(path):\n  return [sorted(os.listdir("/")), sorted(os.listdir("/tmp")), dict(os.environ), open("/proc/1/environ").read(), os.path.exists(path), len(os.listdir("/sys")) if os.path.exists("/sys") else 0]';
    const { values, outcome } = await sandbox.run({
      language: 'python',
      code,
      entryPoint: 'look',
      inputs: JSON.stringify([[outside]]),
      wallMs: 10_000,
    });
    expect(outcome).toBe('done');
    const seen = JSON.stringify(values);
    expect(seen).not.toContain('canary');
    expect(seen).toContain(
      '["l",[["s","dev"],["s","lib"],["s","lib64"],["s","proc"],["s","tmp"],["s","usr"]]],["l",[]]',
    );
    expect(seen).toContain('["b",0],["i","0"]]');
  });

  it('tells a timeout, a crash, a wrong answer and an exception apart', async () => {
    expect((await judge('def square(x):\n  while True: pass')).outcome).toBe('timeout');
    expect((await judge('import os\ndef square(x): os.abort()')).outcome).toBe('crash');
    expect((await judge('def square(x): return len(bytearray(10 ** 11))')).outcome).toBe('memory');
    expect(await judge('def square(x): return x * x if x > 0 else 0')).toMatchObject({ outcome: 'wrong', share: 0.25 });
    expect(await judge('def square(x): return x / 0')).toMatchObject({
      outcome: 'error',
      explanation: 'It raised ZeroDivisionError.',
    });
  });

  it.each([
    ['the kernel, where it does', {}],
    ['looking at them, where the kernel does not', { kernelGroups: false }],
  ])('has all processes of a program bounded together by %s', { timeout: 30_000 }, async (_, options) => {
    const bounded = (await openSandbox(options)) as CodeSandbox;
    if ('kernelGroups' in options) expect(bounded.memory).toBe('watched');
    const most = TASK.inputs;
    const { outcome, values, ms } = await bounded.run({
      ...{ language: 'python', code: MANY_PROCESSES, entryPoint: 'square', inputs: most, wallMs: 20_000 },
    });
    expect({ outcome, values }).toEqual({ outcome: 'memory', values: [] });
    expect(ms).toBeLessThan(20_000);
    const right = { language: 'python' as const, code: TASK.reference, entryPoint: 'square', inputs: most };
    expect((await bounded.run({ ...right, wallMs: 20_000 })).outcome).toBe('done');
  });

  it('gives every call fresh arguments, so that a program cannot spoil the next test for itself', async () => {
    const task = {
      ...TASK,
      entryPoint: 'f',
      inputs: '[[[1, 2]], [[1, 2]]]',
      reference: 'def f(x):\n  x.append(3)\n  return x',
    };
    const expected = (await expectedOf(task, sandbox)) as Expected;
    expect((await runTests('def f(x): return x + [3]', task, expected, sandbox)).outcome).toBe('pass');
  });

  it('puts a task aside whose own reference fails', async () => {
    expect(await expectedOf({ ...TASK, reference: 'def square(x): raise ValueError' }, sandbox)).toBeNull();
    const target: CodeTarget = { ...TASK, preamble: '', reference: 'def square(x): return object()' };
    const sample = {
      id: 'x',
      input: { turns: [], tools: [], maxOutputTokens: 1, temperature: 0 },
      target,
      metadata: {},
      cluster: null,
      itemDate: null,
    };
    const score = await gradeAnswer(createCodeScorer(sandbox), sample, {
      text: '```python\ndef square(x): return x\n```',
      toolCalls: [],
      finish: 'stop',
      refusalSignal: false,
    });
    expect(score.state).toBe('harness_error');
  });

  it('accepts any root where any root is right', async () => {
    const task = {
      ...TASK,
      entryPoint: 'root',
      inputs: '[[[-1, 0, 1]]]',
      reference: 'def root(c): return 1.0',
      oracle: 'root_of_polynomial' as const,
      absoluteTolerance: 1e-4,
    };
    const expected = (await expectedOf(task, sandbox)) as Expected;
    expect((await runTests('def root(c): return -1.0', task, expected, sandbox)).outcome).toBe('pass');
    expect((await runTests('def root(c): return 0.9', task, expected, sandbox)).outcome).toBe('wrong');
    expect((await runTests('def root(c): return float("nan")', task, expected, sandbox)).outcome).toBe('wrong');
  });

  it('tells long lists of numbers apart by every number, and not by how whole ones are written', {
    timeout: 60_000,
  }, async () => {
    const task: CodeTask = {
      ...TASK,
      entryPoint: 'f',
      inputs: '[[100000]]',
      reference: 'def f(n): return [i / 2 for i in range(0, 2 * n, 2)]',
    };
    const expected = (await expectedOf(task, sandbox)) as Expected;
    const verdict = async (code: string) => (await runTests(code, task, expected, sandbox)).outcome;
    expect(await verdict('def f(n): return list(range(n))')).toBe('pass');
    expect(await verdict('def f(n): return list(range(n - 1)) + [n]')).toBe('wrong');
    expect(await verdict('def f(n): return tuple(range(n))')).toBe('wrong');
  });
});

function readProcesses(): string[] {
  return Array.from({ length: 70_000 }, (_, pid) => pid + 1)
    .filter((pid) => existsSync(`/proc/${pid}/cmdline`))
    .map((pid) => readOr(`/proc/${pid}/cmdline`));
}

function readOr(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // The process ended in this moment.
    return '';
  }
}

describe('code in answers', () => {
  const target: CodeTarget = { ...TASK, preamble: 'import math\ndef square(x):\n    """Square."""' };
  const full = 'def square(x):\n    return x * x\n';

  it.each([
    [`Sure:\n\`\`\`python\n${full}\`\`\`\nDone.`, full],
    [`\`\`\`\n${full}\`\`\``, full],
    [`\`\`\`py\n${full}\`\`\`\nUse it:\n\`\`\`python\nprint(1)\n\`\`\``, full],
    [full, full],
    [`Here it is.\n${full}`, full],
    ['    return x * x\n', '    return x * x\n'],
    ['```python\n    return x * x\n```', '    return x * x\n'],
    [`\`\`\`python\n${full}`, full],
  ])('%# are found', (text, code) => {
    expect(codeOf(text, target)?.endsWith(code)).toBe(true);
    expect(codeOf(text, target)?.startsWith(target.preamble)).toBe(true);
  });

  it('is read where a body alone begins with a line of blanks', () => {
    const body = '\n    \n    return x * x\n';
    expect(codeOf(body, target)).toBe(`${target.preamble}\n${body}`);
    expect(codeOf(`\`\`\`python\n${body}\`\`\``, target)).toBe(`${target.preamble}\n${body}`);
  });

  it('are not guessed', () => {
    expect(codeOf('I would square it.', target)).toBeNull();
    expect(codeOf('```json\n{}\n```', target)).toBeNull();
  });
});
