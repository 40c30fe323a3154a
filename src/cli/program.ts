import { Command, CommanderError } from 'commander';
import { AppError } from '../contracts/errors.ts';
import { PRODUCT_VERSION } from '../contracts/product.ts';
import { addAuditCommand } from './commands/audit.ts';
import { addClaimsCommand } from './commands/claims.ts';
import { addCompletionCommand } from './commands/completion.ts';
import { addConfigCommand } from './commands/config.ts';
import { addDoctorCommand } from './commands/doctor.ts';
import { addEvalCommand } from './commands/eval.ts';
import { addEvidenceCommand } from './commands/evidence.ts';
import { addFactsCommand } from './commands/facts.ts';
import { addInitCommand } from './commands/init.ts';
import { addKeysCommand } from './commands/keys.ts';
import { addModelsCommand } from './commands/models.ts';
import { addPiiCommand } from './commands/pii.ts';
import { addPolicyCommand } from './commands/policy.ts';
import { addRequestsCommand } from './commands/requests.ts';
import { addReviewCommand } from './commands/review.ts';
import { addRouteCommand } from './commands/route.ts';
import { addServeCommand } from './commands/serve.ts';
import { addVersionCommand } from './commands/version.ts';
import { type CommandContext, processContext } from './context.ts';
import { readEnvironmentFile } from './environment-file.ts';
import { EXIT, exitCodeOf } from './exit-code.ts';
import { Interrupted } from './interrupted.ts';

/**
 * Every command; one is a file and a line here. A command file imports what is heavy only when its command runs, since
 * all of them are loaded to know which one is meant.
 */
const COMMANDS = [
  addServeCommand,
  addInitCommand,
  addDoctorCommand,
  addConfigCommand,
  addModelsCommand,
  addRouteCommand,
  addPiiCommand,
  addPolicyCommand,
  addFactsCommand,
  addRequestsCommand,
  addKeysCommand,
  addAuditCommand,
  addEvalCommand,
  addEvidenceCommand,
  addReviewCommand,
  addClaimsCommand,
  addCompletionCommand,
  addVersionCommand,
];

export function createProgram(context: CommandContext): Command {
  const program = new Command('alidade')
    .description('A model-agnostic AI gateway that decides with evidence.')
    .version(PRODUCT_VERSION)
    .option('--env-file <file>', 'variables that are not set already are taken from this file')
    .configureOutput({ writeOut: context.write, writeErr: context.note })
    .showHelpAfterError('(add --help for what there is)')
    .showSuggestionAfterError()
    .exitOverride()
    .hook('preAction', (main) => {
      const { envFile } = main.opts<{ envFile?: string }>();
      if (envFile !== undefined) readEnvironmentFile(envFile, context);
    });
  for (const add of COMMANDS) add(program, context);
  return program;
}

/** What the file system refused, at a place that the command was told: no fault of ours, so nobody needs its stack. */
const isOfFiles = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && 'syscall' in error && 'path' in error && 'errno' in error;

/** Runs one command line (`process.argv`) and returns the exit code of exit-code.ts. */
export async function run(argv: readonly string[], context: CommandContext = processContext()): Promise<number> {
  try {
    await createProgram(context).parseAsync([...argv]);
    return context.exitCode;
  } catch (error) {
    // Commander has already written what it had to say; it reports --help and --version as errors with code 0.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    if (error instanceof Interrupted) return EXIT.interrupted;
    if (isOfFiles(error)) {
      context.note(`${error.path} cannot be used: ${error.message}.\n`);
      return EXIT.failed;
    }
    if (!(error instanceof AppError)) throw error;
    context.note(`${error.message}\n`);
    return exitCodeOf(error.code);
  }
}
