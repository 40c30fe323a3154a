import { spawnSync } from 'node:child_process';
import { getPriority } from 'node:os';
import { describe, expect, it } from 'vitest';
import { NICENESS } from '../lib/give-way.ts';
import { threadsOfV8 } from './late-threads.ts';
import { argumentsForFewerThreads, type Beginning, environmentForServing } from './v8-threads.ts';

const USUAL: Beginning = {
  processors: 1,
  argv: ['/bin/node', '/app/main.js', 'serve', '--port', '80'],
  execPath: '/bin/node',
  execArgv: ['--max-old-space-size=512'],
  environment: {},
  hasChannel: false,
  platform: 'linux',
};

const threadsFor = (change: Partial<Beginning>): string | undefined =>
  argumentsForFewerThreads({ ...USUAL, ...change })?.[1];

describe('the threads of V8', () => {
  it('are one fewer than the processors, and one at least', () => {
    expect([1, 2, 3, 4].map((processors) => threadsFor({ processors }))).toEqual([
      '--v8-pool-size=1',
      '--v8-pool-size=1',
      '--v8-pool-size=2',
      '--v8-pool-size=3',
    ]);
  });

  it('stay four where there are processors for four', () => {
    expect(argumentsForFewerThreads({ ...USUAL, processors: 5 })).toBeNull();
    expect(argumentsForFewerThreads({ ...USUAL, processors: 64 })).toBeNull();
  });

  it('change nothing else about how the process was started', () => {
    expect(argumentsForFewerThreads(USUAL)).toEqual([
      '/bin/node',
      '--v8-pool-size=1',
      '--use-largepages=silent',
      '--max-old-space-size=512',
      '/app/main.js',
      'serve',
      '--port',
      '80',
    ]);
  });

  it('take large pages along where Linux may have them and nobody has chosen', () => {
    const large = (change: Partial<Beginning>): string[] =>
      (argumentsForFewerThreads({ ...USUAL, ...change }) ?? []).filter((option) => option.includes('largepages'));
    expect(large({})).toEqual(['--use-largepages=silent']);
    expect(large({ platform: 'darwin' })).toEqual([]);
    expect(large({ execArgv: ['--use-largepages=off'] })).toEqual(['--use-largepages=off']);
    expect(large({ environment: { NODE_OPTIONS: '--use-largepages=on' } })).toEqual([]);
  });

  it('are left as somebody has chosen them, so that no process begins again twice', () => {
    expect(argumentsForFewerThreads({ ...USUAL, execArgv: ['--v8-pool-size=1'] })).toBeNull();
    expect(argumentsForFewerThreads({ ...USUAL, execArgv: ['--v8-pool-size', '4'] })).toBeNull();
    expect(argumentsForFewerThreads({ ...USUAL, environment: { NODE_OPTIONS: '--v8-pool-size=2' } })).toBeNull();
  });

  it('are left alone where a parent process, a debugger or a module loaded ahead holds on to the process', () => {
    expect(argumentsForFewerThreads({ ...USUAL, hasChannel: true })).toBeNull();
    expect(argumentsForFewerThreads({ ...USUAL, execArgv: ['--inspect-brk'] })).toBeNull();
    expect(argumentsForFewerThreads({ ...USUAL, execArgv: ['-r', './trace.cjs'] })).toBeNull();
    const environment = { NODE_OPTIONS: '--no-warnings --import ./trace.mjs' };
    expect(argumentsForFewerThreads({ ...USUAL, environment })).toBeNull();
  });

  it('come with a bound for what the C library keeps, unless somebody has told it what to do', () => {
    expect(environmentForServing({ HOME: '/home/a' })).toEqual({ HOME: '/home/a', MALLOC_MMAP_THRESHOLD_: '131072' });
    for (const chosen of [{ MALLOC_ARENA_MAX: '1' }, { GLIBC_TUNABLES: 'glibc.malloc.check=1' }])
      expect(environmentForServing(chosen)).toEqual(chosen);
  });

  it.runIf(process.platform === 'linux')('are counted anew in the same process, with its arguments and streams', () => {
    // Should it begin again more than twice, the third line says so.
    const code = `
      console.log(process.pid, process.argv[1], process.execArgv.includes('--v8-pool-size=1'),
        process.env.MALLOC_MMAP_THRESHOLD_);
      const { useFewerThreads } = await import('./v8-threads.ts');
      useFewerThreads(1);`;
    const run = spawnSync(process.execPath, ['--input-type=module', '--eval', code, '--', 'serve'], {
      cwd: import.meta.dirname,
      encoding: 'utf8',
    });
    expect(run.stdout).toBe(`${run.pid} serve false undefined\n${run.pid} serve true 131072\n`);
    expect(run.stderr).toBe('');
    expect(run.status).toBe(0);
  });

  it.runIf(process.platform === 'linux' && getPriority() + NICENESS <= 19)('give way to the loop', () => {
    const code = `
      const { threadsOfV8 } = await import('./late-threads.ts');
      const { letGiveWay } = await import('../lib/give-way.ts');
      const { getPriority } = process.getBuiltinModule('node:os');
      const threads = threadsOfV8();
      threads.forEach((thread) => letGiveWay(thread));
      console.log(JSON.stringify([threads.map((thread) => getPriority(thread)), getPriority()]));`;
    const run = spawnSync(process.execPath, ['--v8-pool-size=3', '--input-type=module', '--eval', code], {
      cwd: import.meta.dirname,
      encoding: 'utf8',
    });
    const [threads, loop] = JSON.parse(run.stdout) as [number[], number];
    expect(loop).toBe(getPriority());
    expect(new Set(threads)).toEqual(new Set(threads.map(() => loop + NICENESS)));
    // Node names its threads from 24 on.
    if (Number(process.versions.node.split('.')[0]) < 24) return;
    expect(threads).toHaveLength(3);
    expect(threadsOfV8()).not.toEqual([]);
  });
});

describe('compiling for speed', () => {
  /** Which tier a function has after it was called often, before and after `optimise(true)`. */
  const code = `
    const { optimise } = await import('./v8-threads.ts');
    const isFast = (of) => %ActiveTierIsMaglev(of) || %ActiveTierIsTurbofan(of);
    const sum = (numbers) => { let all = 0; for (const number of numbers) all += number; return all; };
    const numbers = Array.from({ length: 1_000 }, (_, index) => index);
    optimise(false);
    for (let time = 0; time < 20_000; time += 1) sum(numbers);
    console.log(isFast(sum));
    optimise(true);
    while (!isFast(sum)) { sum(numbers); await new Promise(setImmediate); }
    console.log(isFast(sum));`;
  const run = (options: string[]) =>
    spawnSync(process.execPath, ['--allow-natives-syntax', ...options, '--input-type=module', '--eval', code], {
      cwd: import.meta.dirname,
      encoding: 'utf8',
    }).stdout;

  it('begins when it is wanted', () => {
    expect(run([])).toBe('false\ntrue\n');
  });

  it('is left to whoever has chosen', () => {
    expect(run(['--no-turbofan'])).toBe('true\ntrue\n');
  });
});
