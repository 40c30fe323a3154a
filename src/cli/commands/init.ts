import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { AppError } from '../../contracts/errors.ts';
import { collect, type JsonOption, withJson } from '../command-options.ts';
import type { CommandContext } from '../context.ts';
import { writeJson } from '../output.ts';

interface Options extends JsonOption {
  yes?: boolean;
  endpoint?: string[];
}

/** Asked of whoever sits there; a script has to say it in options, and is told so and never left waiting. */
async function chooseEndpoints(options: Options, context: CommandContext): Promise<readonly string[]> {
  if (options.endpoint !== undefined) return options.endpoint;
  if (options.yes) return [];
  if (!context.interactive) {
    throw new AppError(
      'config_invalid',
      'There is no terminal to ask on: pass --yes for the defaults, or --endpoint NAME for each vendor that you have a key of.',
    );
  }
  const { askEndpoints } = await import('../ask-endpoints.ts');
  const { starterEndpoints } = await import('../../offline/starter-files.ts');
  return askEndpoints(starterEndpoints(), { input: process.stdin, output: process.stderr });
}

/** False when there is one already: that is somebody's work. */
async function writeNew(path: string, text: string): Promise<boolean> {
  try {
    await writeFile(path, text, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function init(folder: string | undefined, options: Options, context: CommandContext): Promise<void> {
  const endpoints = await chooseEndpoints(options, context);
  const { starterFiles } = await import('../../offline/starter-files.ts');
  const target = resolve(context.cwd, folder ?? '.');
  const files = starterFiles(endpoints);
  await mkdir(target, { recursive: true });
  const written: string[] = [];
  const kept: string[] = [];
  for (const [name, text] of Object.entries(files)) {
    ((await writeNew(join(target, name), text)) ? written : kept).push(join(target, name));
  }
  if (options.json) {
    writeJson(context, { written, kept });
    return;
  }
  for (const path of written) context.write(`${path}\n`);
  for (const path of kept) context.note(`${path} exists and stays as it is.\n`);
  context.note('Next: alidade config check, then alidade serve\n');
}

/** `alidade init`. */
export function addInitCommand(program: Command, context: CommandContext): void {
  withJson(program.command('init [folder]'))
    .description('write a commented alidade.yaml, its schema for editors and .env.example; nothing is overwritten')
    .option('--yes', 'ask nothing: keys in the environment make the endpoints')
    .option('--endpoint <preset>', 'a vendor to write down with all it serves; may be given several times', collect)
    .action((folder: string | undefined, options: Options) => init(folder, options, context));
}
