import { resolve } from 'node:path';
import type { Command } from 'commander';
import { collect, type JsonOption, withJson } from '../command-options.ts';
import type { CommandContext } from '../context.ts';
import { EXIT } from '../exit-code.ts';
import { table, writeJson } from '../output.ts';

interface CertifyOptions extends JsonOption {
  data: string;
  suite?: string[];
}

async function certify({ data, suite = [], json }: CertifyOptions, context: CommandContext): Promise<void> {
  const { certifySuites, certificateRows } = await import('../../offline/certify-suites.ts');
  const tell = (name: string): void => context.note(`${name} ...\n`);
  const { certificates, withoutData, sandboxCommand } = await certifySuites(resolve(context.cwd, data), suite, tell);
  // A certificate that nobody could earn is no yes.
  context.exitCode = certificates.length > 0 && certificates.every(({ ok }) => ok) ? EXIT.done : EXIT.gateSaysNo;
  if (json) {
    writeJson(context, { certificates, without_data: withoutData });
    return;
  }
  context.write(table(['suite', 'verdict', 'check', 'result', ''], certificateRows(certificates)));
  if (withoutData.length > 0) context.note(`No data in ${data}, so not certified: ${withoutData.join(', ')}\n`);
  if (sandboxCommand !== null) context.note(`Code suites need a sandbox: ${sandboxCommand}\n`);
}

async function list({ json }: JsonOption, context: CommandContext): Promise<void> {
  const { listSuites } = await import('../../offline/certify-suites.ts');
  const suites = listSuites();
  if (json) writeJson(context, suites);
  else
    context.write(
      table(
        ['suite', 'scorer', 'version', 'licence', 'from'],
        suites.map((suite) => [suite.name, suite.scorer, suite.version, suite.licence, suite.origin]),
      ),
    );
}

/** `alidade eval list` and `alidade eval certify`. */
export function addEvalCommand(program: Command, context: CommandContext): void {
  const evaluation = program.command('eval').description('evaluation suites and the scorers that judge them');
  withJson(evaluation.command('list'))
    .description('suites that can be loaded from a folder of data')
    .action((options: JsonOption) => list(options, context));
  withJson(evaluation.command('certify'))
    .description(
      'prove each scorer on its suite: gold, ten ways of writing, empties, refusals, mutants, recorded verdicts',
    )
    .requiredOption('--data <dir>', "a suite's own folder or a parent of it")
    .option('--suite <name>', 'only this suite; may be given several times', collect)
    .addHelpText('after', '\nExit code 3: a scorer is not certified and must not be used.')
    .action((options: CertifyOptions) => certify(options, context));
}
