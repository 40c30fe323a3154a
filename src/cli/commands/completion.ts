import { Argument, type Command } from 'commander';
import { completionTree } from '../completion/command-tree.ts';
import { SHELLS, type Shell } from '../completion/shells.ts';
import type { CommandContext } from '../context.ts';

/** `alidade completion bash|zsh|fish`: a script for the shell, made from the commands themselves. */
export function addCompletionCommand(program: Command, context: CommandContext): void {
  program
    .command('completion')
    .description('print a completion script')
    .addArgument(new Argument('<shell>', 'which shell').choices(Object.keys(SHELLS)))
    .addHelpText('after', '\nbash: source <(alidade completion bash), in ~/.bashrc to keep it')
    .action((shell: Shell) => context.write(SHELLS[shell](completionTree(program))));
}
