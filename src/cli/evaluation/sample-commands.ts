import { resolve } from 'node:path';
import { AppError } from '../../contracts/errors.ts';
import { parseSampleRequest } from '../../contracts/evaluation-request.ts';
import type { ConfigOption, JsonOption } from '../command-options.ts';
import type { CommandContext } from '../context.ts';
import { table, thousands, writeJson } from '../output.ts';
import { openDoor } from './desk-door.ts';
import { tellWork } from './progress.ts';

export interface SampleOptions extends ConfigOption, JsonOption {
  useCase: string;
  name?: string;
  size?: string;
  anchor?: string;
  seed?: string;
  since?: string;
  until?: string;
  scorer?: string;
}

const given = (name: string, text: string | undefined): Record<string, number> => {
  if (text === undefined) return {};
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value)) return { [name]: value };
  throw new AppError('config_invalid', `--${name} takes a number, not ${JSON.stringify(text)}.`);
};

/** A day or a moment, as RFC 3339. */
const moment = (name: string, text: string | undefined): Record<string, string> => {
  if (text === undefined) return {};
  if (/^\d{4}-\d{2}-\d{2}(T.*(Z|[+-]\d{2}:\d{2}))?$/.test(text) && !Number.isNaN(Date.parse(text))) {
    return { [name]: new Date(text).toISOString() };
  }
  throw new AppError('config_invalid', `--${name} takes a date, or a time with its offset.`);
};

/** `alidade eval sample`. */
export async function drawSample(options: SampleOptions, context: CommandContext): Promise<void> {
  const request = parseSampleRequest({
    use_case: options.useCase,
    ...(options.name === undefined ? {} : { name: options.name }),
    ...(options.scorer === undefined ? {} : { scorer: options.scorer }),
    ...given('size', options.size),
    ...given('anchor', options.anchor),
    ...given('seed', options.seed),
    ...moment('since', options.since),
    ...moment('until', options.until),
  });
  const { door } = await openDoor(options.config, context);
  try {
    const drawn = await door.sample(request, tellWork(context, 'requests looked at'));
    if (options.json) {
      writeJson(context, drawn);
      return;
    }
    const { suite, hash, frame } = drawn;
    const rows = frame.strata.map(({ stratum, seen, drawn: count, weight }) => [
      stratum,
      thousands(seen),
      thousands(count),
      weight.toFixed(2),
    ]);
    context.write(table(['STRATUM', 'SEEN', 'DRAWN', 'WEIGHT'], rows));
    const excluded = Object.entries(frame.excluded).filter(([, count]) => count > 0);
    const why = excluded.map(([reason, count]) => `${count} ${reason.replace('_', ' ')}`).join(', ') || 'nothing';
    context.write(`\n${thousands(frame.looked_at)} kept requests looked at, excluded: ${why}\n`);
    context.write(
      `${suite} (${hash.slice(0, 12)}): ${frame.anchor} anchor, ${frame.fresh} fresh, seed ${frame.seed}\n`,
    );
  } finally {
    await door.close();
  }
}

/** `alidade eval label`. */
export async function labelSuite(
  suite: string,
  options: ConfigOption & JsonOption & { targets?: string; scorer?: string },
  context: CommandContext,
): Promise<void> {
  const { loadOrFail } = await import('../load-or-fail.ts');
  const { dataDir } = loadOrFail(options.config, context).loaded.paths;
  const { labelSuite: label, openQuestions } = await import('../../offline/label-suite.ts');
  if (options.targets === undefined) {
    for (const question of openQuestions(dataDir, suite)) context.write(`${JSON.stringify(question)}\n`);
    return;
  }
  const labelled = label(dataDir, suite, resolve(context.cwd, options.targets), options.scorer ?? null);
  if (options.json) writeJson(context, labelled);
  else {
    const { samples, open, hash } = labelled;
    context.note(`${suite} (${hash.slice(0, 12)}): ${samples - open} of ${samples} samples have a target.\n`);
  }
}
