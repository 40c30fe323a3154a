// code-sandbox/: runs code that a model wrote, where it can harm nobody and learn nothing.
// May import: contracts, lib. Starts processes; everything else in evals/ reaches code only through `CodeSandbox`.
// Start here: `openSandbox` finds out what this machine can do, `run` runs one program.
// Expected values never enter the sandbox: run-tests.ts compares what came out, in this process.
// Without bubblewrap nothing runs: there is no weaker level to fall back to.

import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { JAVASCRIPT_DRIVER } from './javascript-driver.ts';
import { findMemoryGroups, type MemoryGroup, type NewMemoryGroup } from './memory-group.ts';
import { PYTHON_DRIVER } from './python-driver.ts';
import { type Ended, type ProgramResult, readReport } from './report.ts';
import { watchMemory } from './watch-memory.ts';

export const CODE_LANGUAGES = ['python', 'javascript'] as const;
export type CodeLanguage = (typeof CODE_LANGUAGES)[number];

export interface Program {
  language: CodeLanguage;
  code: string;
  /** The function that is called. */
  entryPoint: string;
  /** JSON text of a list of argument lists. Text, because numbers of other languages do not survive our own parser. */
  inputs: string;
  /** Wall clock for the whole program. */
  wallMs: number;
}

export interface CodeSandbox {
  /** What the boundary is: namespaces without network, files, privileges or environment, and limits on everything. */
  level: 'strong';
  /** What bounds the memory of all processes of a program together: the kernel, or this process by looking at them. */
  memory: 'kernel' | 'watched';
  languages: readonly CodeLanguage[];
  run(program: Program): Promise<ProgramResult>;
}

/** Nothing can be run here, and what to do about it. */
export interface NoSandbox {
  level: 'none';
  missing: readonly string[];
  /** The command that brings what is missing. */
  command: string;
}

const PYTHON = '/usr/bin/python3';
// A sandbox of root's would not be bound by the limit on processes, and would own files outside. The limit counts by user,
// so each program is a user of its own: a fork bomb must not take its neighbours' processes. No account has these numbers.
const FIRST_USER = 1_000_000_000;
const USERS = 1_000_000;
const newUser = (): number => FIRST_USER + randomInt(USERS);
const MEBIBYTE = 2 ** 20;
// All processes of one program together; each alone has less. Scratch counts where the kernel does.
const TOGETHER_BYTES = 1_024 * MEBIBYTE;

function find(name: string, path: string): string | null {
  for (const folder of path.split(delimiter)) {
    const candidate = join(folder, name);
    try {
      accessSync(candidate, constants.X_OK);
      return candidate;
    } catch {
      // Not in this folder; the next one may have it.
    }
  }
  return null;
}

interface SandboxOptions {
  /** Where programs are looked for. */
  path?: string;
  /** false: memory is watched although the kernel could bound it. */
  kernelGroups?: boolean;
}

/** The programs that a sandbox is made of. */
interface Tools {
  prlimit: string;
  bwrap: string;
  /** Absent: no kernel groups. */
  group?: { create: NewMemoryGroup; sh: string; setpriv: string };
}

/** Finds what is installed and proves by running a program of each language that it works. */
export async function openSandbox(options: SandboxOptions = {}): Promise<CodeSandbox | NoSandbox> {
  const { path = '/usr/bin:/bin:/usr/local/bin', kernelGroups = true } = options;
  const bwrap = find('bwrap', path);
  const prlimit = find('prlimit', path);
  const missing = [
    bwrap === null ? 'bubblewrap' : null,
    prlimit === null ? 'util-linux' : null,
    find('python3', path) === null ? 'python3' : null,
  ];
  const packages = missing.filter((name) => name !== null);
  const refused = (names: readonly string[]): NoSandbox => ({
    level: 'none',
    missing: names,
    command: `apt-get install -y --no-install-recommends ${names.join(' ')}`,
  });
  if (bwrap === null || prlimit === null || packages.length > 0) return refused(packages);
  const tools: Tools = { prlimit, bwrap };
  const group = kernelGroups ? groupTools(path) : null;
  const bounded = group === null ? [] : await workingLanguages({ ...tools, group });
  if (group !== null && bounded.length > 0) return open({ ...tools, group }, bounded);
  const languages = await workingLanguages(tools);
  return languages.length === 0 ? refused(['bubblewrap']) : open(tools, languages);
}

const open = (tools: Tools, languages: readonly CodeLanguage[]): CodeSandbox => ({
  level: 'strong',
  memory: tools.group === undefined ? 'watched' : 'kernel',
  languages,
  run: (program) => runProgram(tools, program),
});

/** null where the kernel bounds no groups of ours. */
function groupTools(path: string): NonNullable<Tools['group']> | null {
  const create = findMemoryGroups(TOGETHER_BYTES);
  const [sh, setpriv] = [find('sh', path), find('setpriv', path)];
  return create === null || sh === null || setpriv === null ? null : { create, sh, setpriv };
}

async function workingLanguages(tools: Tools): Promise<CodeLanguage[]> {
  const works = async (language: CodeLanguage, code: string): Promise<boolean> => {
    const program = { language, code, entryPoint: 'f', inputs: '[[1]]', wallMs: 20_000 };
    return (await runProgram(tools, program)).outcome === 'done';
  };
  const [python, javascript] = await Promise.all([
    works('python', 'def f(x): return x'),
    works('javascript', 'const f = (x) => x'),
  ]);
  return CODE_LANGUAGES.filter((language) => (language === 'python' ? python : javascript));
}

/** What is visible inside: the system's programs read-only, 32 MiB of scratch, nothing of ours, no network. */
function command({ prlimit, bwrap }: Tools, { language, wallMs }: Program): string[] {
  const seconds = Math.ceil(wallMs / 1_000) + 1;
  const isPython = language === 'python';
  const limits = [
    `--cpu=${seconds}`,
    `--data=${(isPython ? 512 : 1_024) * MEBIBYTE}`,
    ...(isPython ? [`--as=${2_048 * MEBIBYTE}`] : []),
    `--fsize=${16 * MEBIBYTE}`,
    '--nofile=64',
    '--nproc=96',
    '--core=0',
  ];
  const view =
    '--unshare-all --unshare-user --disable-userns --die-with-parent --new-session --clearenv --cap-drop ALL --ro-bind /usr /usr --symlink usr/lib /lib --symlink usr/lib64 /lib64 --proc /proc --dev /dev --remount-ro /dev'.split(
      ' ',
    );
  const scratch = ['--size', String(32 * MEBIBYTE), '--tmpfs', '/tmp', '--chdir', '/tmp'];
  const program = isPython
    ? [PYTHON, '-I', '-S', '-c', PYTHON_DRIVER]
    : ['/run/node', '--max-old-space-size=384', '--input-type=commonjs', '--no-warnings', '-e', JAVASCRIPT_DRIVER];
  const node = isPython ? [] : ['--ro-bind', process.execPath, '/run/node'];
  return [prlimit, ...limits, '--', bwrap, ...view, ...scratch, ...node, '--remount-ro', '/', '--', ...program];
}

/** What stands before the command: joins the group, then gives up what root may. */
function entrance({ group: tools }: Tools, group: MemoryGroup | null): string[] {
  if (tools === undefined || group === null) return [];
  const join = [tools.sh, '-c', 'echo 0 > "$0" && exec "$@"', group.joinFile];
  if (process.getuid?.() !== 0) return join;
  const user = newUser();
  return [...join, tools.setpriv, `--reuid=${user}`, `--regid=${user}`, '--clear-groups', '--'];
}

// More than any honest result, little enough to hold for several programs at once.
const MAX_OUTPUT_BYTES = 32 * MEBIBYTE;

function runProgram(tools: Tools, program: Program): Promise<ProgramResult> {
  const started = performance.now();
  const group = tools.group?.create() ?? null;
  const [file = '', ...given] = [...entrance(tools, group), ...command(tools, program)];
  // Whoever joins a group must still be who may; it becomes another user right after.
  const user = group === null && process.getuid?.() === 0 ? newUser() : null;
  const child = spawn(file, given, {
    // An own group, so that the clock can end all of it at once. An empty environment: bubblewrap's first process could
    // otherwise be asked for ours through /proc.
    detached: true,
    env: {},
    cwd: '/',
    stdio: ['pipe', 'pipe', 'ignore'],
    ...(user === null ? {} : { uid: user, gid: user }),
  });
  const chunks: Buffer[] = [];
  let bytes = 0;
  let ended: Ended | null = null;
  const kill = (reason: Ended): void => {
    ended ??= reason;
    if (child.pid === undefined) return;
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch {
      // It ended by itself in this moment.
    }
  };
  const timer = setTimeout(() => kill('timeout'), program.wallMs);
  const unwatch =
    group === null && child.pid !== undefined ? watchMemory(child.pid, TOGETHER_BYTES, () => kill('memory')) : null;
  child.stdout.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > MAX_OUTPUT_BYTES) kill('too_much_output');
    else chunks.push(chunk);
  });
  // A program that dies before it has read its input breaks the pipe; its exit tells more.
  child.stdin.on('error', () => undefined);
  child.stdin.end(
    `{"code":${JSON.stringify(program.code)},"entry_point":${JSON.stringify(program.entryPoint)},"inputs":${program.inputs}}`,
  );
  return new Promise((resolve) => {
    const finish = (signal: string | null, code: number | null): void => {
      clearTimeout(timer);
      unwatch?.();
      group?.remove();
      const ms = performance.now() - started;
      resolve(
        readReport(Buffer.concat(chunks).toString('utf8'), {
          ended,
          signal,
          code,
          abortIsMemory: program.language === 'javascript',
          ms,
        }),
      );
    };
    child.on('error', () => finish(null, null));
    child.on('close', (code, signal) => finish(signal, code));
  });
}
