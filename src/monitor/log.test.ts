import { spawnSync } from 'node:child_process';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createLogger } from './log.ts';

/** Logs in a process of its own; on stdout, whether what writes lines was loaded. */
function logged(level: string, work: string): { lines: unknown[]; loaded: boolean } {
  const code = `
    const { createLogger } = await import('./log.ts');
    const logger = createLogger(${JSON.stringify(level)});
    ${work}
    const { createRequire } = process.getBuiltinModule('node:module');
    const { cache } = createRequire(process.cwd() + '/x.js');
    console.log(Object.keys(cache).some((path) => /node_modules.pino/.test(path)));`;
  const run = spawnSync(process.execPath, ['--input-type=module', '--eval', code], {
    cwd: import.meta.dirname,
    encoding: 'utf8',
  });
  const lines = run.stderr.split('\n').filter((line) => line !== '');
  return { lines: lines.map((line) => JSON.parse(line) as unknown), loaded: run.stdout === 'true\n' };
}

describe('the log', () => {
  it('is one line of JSON for each, with secrets taken out', () => {
    const work = `logger.warn({ problem: 'gone', store: { api_key: 'sk-not-a-key' } }, 'store');`;
    const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT/);
    expect(logged('info', work)).toEqual({
      lines: [{ level: 40, time, problem: 'gone', store: { api_key: '[Redacted]' }, msg: 'store' }],
      loaded: true,
    });
  });

  it('loads nothing for what is not written', () => {
    expect(logged('info', `logger.debug({}, 'unseen');`)).toEqual({ lines: [], loaded: false });
    expect(logged('silent', `logger.error({}, 'unseen');`)).toEqual({ lines: [], loaded: false });
  });

  it('says which levels there are', () => {
    expect(() => createLogger('loud')).toThrow('debug, info, warn');
  });
});

it('a line that comes while nothing can be loaded is written plainly and ends nobody', () => {
  const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  onTestFinished(() => write.mockRestore());
  const logger = createLogger('info', () => {
    throw new Error('too many open files');
  });
  logger.error({ problem: 'x' }, 'upstream');
  expect(write.mock.calls).toEqual([['{"problem":"x","msg":"upstream"}\n']]);
});
