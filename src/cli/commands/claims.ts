import type { Command } from 'commander';
import { AppError } from '../../contracts/errors.ts';
import type { Claim, ClaimListing } from '../../offline/claims-offline.ts';
import { type JsonOption, withJson } from '../command-options.ts';
import type { CommandContext } from '../context.ts';
import { table, writeJson } from '../output.ts';

interface Options extends JsonOption {
  model?: string;
}

const figure = (value: number | null, unit: string): string =>
  value === null ? 'no figure' : `${value}${unit === 'percent' ? ' %' : ` ${unit}`}`;

const HEAD = ['CLAIM', 'ABOUT', 'METRIC', 'SAYS', 'OF RIVAL', 'RIVAL', 'PUBLISHED', 'SOURCE'];

const rowOf = ({ id, subject, metric, value, rival_value, unit, rival, published, source }: Claim): string[] => [
  id,
  subject,
  metric,
  figure(value, unit),
  rival_value === null ? '-' : figure(rival_value, unit),
  rival ?? '-',
  published ?? '-',
  source,
];

/** One table, so that columns line up; claims that contradict each other follow one another. */
function listingText({ contested, uncontested }: ClaimListing): string {
  const lines = table(HEAD, [...contested.flat(), ...uncontested].map(rowOf))
    .trimEnd()
    .split('\n');
  const [head = '', ...rows] = lines;
  const parts: string[] = [];
  for (const group of contested) parts.push(`contested, side by side:\n${rows.splice(0, group.length).join('\n')}`);
  if (uncontested.length > 0) parts.push(`not contested by anything listed here:\n${rows.join('\n')}`);
  return `${head}\n\n${parts.join('\n\n')}\n`;
}

async function list(options: Options, context: CommandContext): Promise<void> {
  const { listClaims } = await import('../../offline/claims-offline.ts');
  const listing = listClaims(options.model ?? null);
  const none = listing.contested.length + listing.uncontested.length === 0;
  if (none) throw new AppError('not_found', `There are no claims about ${JSON.stringify(options.model)}.`);
  if (options.json) writeJson(context, listing);
  else context.write(listingText(listing));
}

/** `alidade claims list`. */
export function addClaimsCommand(program: Command, context: CommandContext): void {
  const claims = program.command('claims').description('figures that somebody published, and what contests them');
  withJson(claims.command('list'))
    .description('every claim, contested ones side by side; none of them decides anything')
    .option('--model <model>', 'those about one model, with what contests them')
    .action((options: Options) => list(options, context));
}
