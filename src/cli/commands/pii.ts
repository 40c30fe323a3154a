import { isUtf8 } from 'node:buffer';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { AppError } from '../../contracts/errors.ts';
import type { DescribedType, ScannedFinding } from '../../offline/scan-text.ts';
import { type JsonOption, withJson } from '../command-options.ts';
import type { CommandContext } from '../context.ts';
import { table, writeJson } from '../output.ts';

interface ScanCommandOptions extends JsonOption {
  leastScore?: string;
  flat?: boolean;
}

/** In another encoding nothing would be found, which would read as if nothing were there. @throws AppError */
function decode(bytes: Buffer, name: string): string {
  // UTF-16 without a mark is valid UTF-8 with a zero byte beside every Latin letter; logs may hold a few.
  const zeros = bytes.reduce((count, byte) => (byte === 0 ? count + 1 : count), 0);
  if (isUtf8(bytes) && zeros <= bytes.length / 4) return bytes.toString('utf8');
  throw new AppError('config_invalid', `${name} is not UTF-8 text: save it as UTF-8, or convert it with iconv.`);
}

async function readText(file: string, context: CommandContext): Promise<string> {
  if (file === '-') return decode(await context.readInput(), 'Standard input');
  const path = resolve(context.cwd, file);
  const bytes = await readFile(path).catch((cause: NodeJS.ErrnoException) => {
    throw new AppError('config_invalid', `The file ${path} cannot be read (${cause.code}).`);
  });
  return decode(bytes, `The file ${path}`);
}

function readScore(text: string | undefined): number {
  const score = Number(text ?? 0);
  if (score >= 0 && score <= 1) return score;
  throw new AppError('config_invalid', `--least-score is a number from 0 to 1, not ${JSON.stringify(text)}.`);
}

const findingTable = (findings: readonly ScannedFinding[]): string =>
  table(
    ['TYPE', 'PLACE', 'SCORE', 'SOURCE', 'MASKED', 'DATA CLASS'],
    findings.map(({ type, start, end, score, source, masked, data_class }) => [
      type,
      `${start}-${end}`,
      score.toFixed(2),
      source,
      masked ? 'yes' : 'no',
      data_class ?? '',
    ]),
  );

const typeTable = (types: readonly DescribedType[]): string =>
  table(
    ['TYPE', 'DATA CLASS', 'MASKED FROM', 'ALSO CALLED'],
    types.map(({ type, data_class, masked_from, also_called }) => [
      type,
      data_class,
      masked_from === null ? 'never' : String(masked_from),
      also_called.join(' '),
    ]),
  );

function countsText(findings: readonly ScannedFinding[]): string {
  const counts = new Map<string, number>();
  for (const { type } of findings) counts.set(type, (counts.get(type) ?? 0) + 1);
  return counts.size === 0 ? 'Nothing was found.' : [...counts].map(([type, count]) => `${type} ${count}`).join(', ');
}

async function scan(file: string, options: ScanCommandOptions, context: CommandContext): Promise<void> {
  const leastScore = readScore(options.leastScore);
  const text = await readText(file, context);
  const { scanText } = await import('../../offline/scan-text.ts');
  const findings = scanText(text, { leastScore, nested: options.flat !== true });
  if (options.json) {
    writeJson(context, { findings });
    return;
  }
  context.write(findingTable(findings));
  context.note(`${countsText(findings)}\n`);
}

async function types(options: JsonOption, context: CommandContext): Promise<void> {
  const { describeTypes } = await import('../../offline/scan-text.ts');
  if (options.json) writeJson(context, describeTypes());
  else context.write(typeTable(describeTypes()));
}

/** `alidade pii scan|types`. */
export function addPiiCommand(program: Command, context: CommandContext): void {
  const pii = program.command('pii').description('personal data and secrets in text, found on this machine');
  withJson(pii.command('scan <file>'))
    .description('every finding of a UTF-8 text file with its place in UTF-16 units; - is standard input')
    .option('--least-score <score>', 'leave out what is less sure, from 0 to 1 (default: 0, guesses too)')
    .option('--flat', 'no findings inside others, and one type for each place, as masking sees them')
    .action((file: string, options: ScanCommandOptions) => scan(file, options, context));
  withJson(pii.command('types'))
    .description('every type that can be found, its data class, and from which score it is masked by default')
    .action((options: JsonOption) => types(options, context));
}
