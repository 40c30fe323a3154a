import { buffer } from 'node:stream/consumers';
import { EXIT } from './exit-code.ts';

/** What a command sees of the world outside, so that tests need no process. */
export interface CommandContext {
  readonly cwd: string;
  /** `--env-file` adds to it what is not set. */
  readonly env: Record<string, string | undefined>;
  /** Whether somebody can be asked: input and notes both lead to a terminal. */
  readonly interactive: boolean;
  /** Data, for stdout. */
  write(text: string): void;
  /** Notes for people, for stderr. */
  note(text: string): void;
  /** Standard input to its end. */
  readInput(): Promise<Buffer>;
  now(): Date;
  /** What the process ends with where no error says otherwise: 1 and 3 are results of a command that ran well. */
  exitCode: number;
}

/** A reader that has seen enough (`| head`) is no failure of its own: the command ends as it would have. */
function endWithReader(context: CommandContext): void {
  process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => {
    if (code === 'EPIPE') process.exit(context.exitCode);
    context.note(`Standard output cannot be written (${code}).\n`);
    process.exit(EXIT.failed);
  });
}

/** The context of this process. */
export function processContext(): CommandContext {
  const context: CommandContext = {
    cwd: process.cwd(),
    env: process.env,
    interactive: process.stdin.isTTY === true && process.stderr.isTTY === true,
    write: (text) => void process.stdout.write(text),
    note: (text) => void process.stderr.write(text),
    readInput: () => buffer(process.stdin),
    now: () => new Date(),
    exitCode: 0,
  };
  endWithReader(context);
  return context;
}
