import { Command, CommanderError } from 'commander';
import { AppError } from '../contracts/errors.ts';
import { PRODUCT_VERSION } from '../contracts/product.ts';
import { addServeCommand } from './commands/serve.ts';
import { addVersionCommand } from './commands/version.ts';

/** Every command of `alidade`; a command is one file and one line here. */
export function createProgram(): Command {
  const program = new Command('alidade')
    .description('A model-agnostic AI gateway that decides with evidence.')
    .version(PRODUCT_VERSION)
    .showHelpAfterError()
    .exitOverride();
  addServeCommand(program);
  addVersionCommand(program);
  return program;
}

/** Runs one command line (`process.argv`) and returns the exit code: 0 done, 1 failed, 2 usage. */
export async function run(argv: readonly string[]): Promise<number> {
  try {
    await createProgram().parseAsync([...argv]);
    return 0;
  } catch (error) {
    // Commander has already written what it had to say; it reports --help and --version as errors with code 0.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (!(error instanceof AppError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return error.code === 'config_invalid' ? 2 : 1;
  }
}
