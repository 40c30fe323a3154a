import type { CommandContext } from '../../src/cli/context.ts';
import { run } from '../../src/cli/program.ts';
import type { Finished } from './repository.ts';

export interface CommandOptions {
  cwd: string;
  env?: Record<string, string | undefined>;
  /** What standard input holds. */
  input?: string;
  interactive?: boolean;
  now?: Date;
}

/** Runs one command line in this process, as `alidade ARGS` would in its own. */
export async function runCommand(args: readonly string[], options: CommandOptions): Promise<Finished> {
  let stdout = '';
  let stderr = '';
  const context: CommandContext = {
    cwd: options.cwd,
    env: options.env ?? {},
    interactive: options.interactive ?? false,
    write: (text) => {
      stdout += text;
    },
    note: (text) => {
      stderr += text;
    },
    readInput: () => Promise.resolve(Buffer.from(options.input ?? '')),
    now: () => options.now ?? new Date(),
    exitCode: 0,
  };
  const exitCode = await run(['node', 'alidade', ...args], context);
  return { exitCode, stdout, stderr };
}

/** The same, for commands that must succeed and answer JSON. */
export async function runJson<T>(args: readonly string[], options: CommandOptions): Promise<T> {
  const { exitCode, stdout, stderr } = await runCommand([...args, '--json'], options);
  if (exitCode !== 0) throw new Error(`alidade ${args.join(' ')} ended with ${exitCode}:\n${stderr}`);
  return JSON.parse(stdout) as T;
}
