import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { AppError } from '../../contracts/errors.ts';
import type { ConfigOption, JsonOption } from '../command-options.ts';
import type { CommandContext } from '../context.ts';
import { EXIT } from '../exit-code.ts';
import { dollars, table, thousands, writeJson } from '../output.ts';

type Options = ConfigOption & JsonOption;

async function dataDirOf({ config }: ConfigOption, context: CommandContext): Promise<string> {
  const { loadOrFail } = await import('../load-or-fail.ts');
  return loadOrFail(config, context).loaded.paths.dataDir;
}

/** `alidade eval list`. */
export async function listRuns(options: Options, context: CommandContext): Promise<void> {
  const { recordedRuns } = await import('../../offline/recorded-runs.ts');
  const runs = recordedRuns(await dataDirOf(options, context));
  if (options.json) {
    writeJson(context, runs);
    return;
  }
  if (runs.length === 0) context.note('No run yet: alidade eval run --help\n');
  const rows = runs.map(({ run, planned_at, suite, deployment, samples, state, score, ci, cost_usd, sandbox }) => [
    run,
    planned_at ?? '-',
    suite,
    deployment,
    thousands(samples),
    state,
    score === null || ci === null ? '-' : `${score.toFixed(3)} [${ci[0].toFixed(3)}, ${ci[1].toFixed(3)}]`,
    cost_usd === null ? '-' : dollars(cost_usd),
    sandbox === true ? 'SANDBOX' : '',
  ]);
  if (runs.length > 0) {
    context.write(table(['RUN', 'PLANNED', 'SUITE', 'DEPLOYMENT', 'SAMPLES', 'STATE', 'SCORE', 'COST', ''], rows));
  }
}

/** `alidade eval show`. */
export async function showRun(run: string, options: Options, context: CommandContext): Promise<void> {
  const { measureRows, sequentialText, showRun: read } = await import('../../offline/run-texts.ts');
  const shown = read(await dataDirOf(options, context), run);
  if (options.json) {
    writeJson(context, shown);
    return;
  }
  const { plan, counts, measures, sandbox, stopped, sequential, reasons, model_versions: versions } = shown;
  const ends = Object.entries(counts).flatMap(([state, count]) => (count > 0 ? [`${count} ${state}`] : []));
  context.write(`${shown.run}${sandbox ? '  SANDBOX: not an AI model' : ''}\n`);
  context.write(
    `${plan.suite} (${plan.suite_hash.slice(0, 12)}), scorer ${plan.scorer} ${plan.scorer_version}, on ${plan.deployment}\n`,
  );
  context.write(`${stopped}: ${ends.join(', ')}; answered by ${versions.join(', ') || 'nobody'}\n\n`);
  context.write(table(['measure', 'estimate', '95 % interval', 'of'], measureRows(measures)));
  if (measures.corrected !== null) context.write(`\nCorrected by ${measures.corrected.source}.\n`);
  if (sequential !== undefined) context.write(`\n${sequentialText(sequential)}\n`);
  if (reasons.length === 0) return;
  const rows = reasons.map(({ state, reason, count }) => [state.replaceAll('_', ' '), String(count), reason]);
  context.write(`\n${table(['end', 'times', 'why'], rows)}`);
}

async function exportText(rows: readonly object[], { json, format }: JsonOption & { format: string }): Promise<string> {
  if (json) return `${JSON.stringify(rows, null, 2)}\n`;
  if (format === 'csv') return (await import('../../offline/csv-text.ts')).csvText(rows);
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}

/** `alidade eval export`. */
export async function exportRun(
  run: string,
  options: Options & { format: string; out?: string },
  context: CommandContext,
): Promise<void> {
  const { exportRun: read } = await import('../../offline/run-texts.ts');
  const rows = read(await dataDirOf(options, context), run);
  const text = await exportText(rows, options);
  if (options.out === undefined) context.write(text);
  else {
    // Prompts and answers of real traffic: for the eyes of whoever exports them.
    await writeFile(resolve(context.cwd, options.out), text, { mode: 0o600 });
    context.note(`${rows.length} samples in ${options.out}\n`);
  }
}

/** `alidade eval compare`. */
export async function compareRuns(
  runs: readonly string[],
  options: Options & { gate?: boolean },
  context: CommandContext,
): Promise<void> {
  const { comparisonText, compareRecorded } = await import('../../offline/run-texts.ts');
  const comparisons = compareRecorded(await dataDirOf(options, context), runs);
  if (options.json) writeJson(context, { comparisons });
  else for (const comparison of comparisons) context.write(`${comparisonText(comparison)}\n`);
  // Not inferior: the whole interval is above minus the margin.
  const passes = comparisons.every(({ quality, margin }) => quality.low > -margin);
  if (options.gate === true && !passes) {
    context.note('The gate says no: it is not shown that nothing is worse by the margin or more.\n');
    context.exitCode = EXIT.gateSaysNo;
  }
}

/** `alidade eval report`. */
export async function reportRuns(
  runs: readonly string[],
  options: Options & { html?: boolean; out?: string },
  context: CommandContext,
): Promise<void> {
  if (options.out !== undefined && (options.html !== true || options.json === true)) {
    throw new AppError('config_invalid', '--out needs --html, without --json; anything else goes to standard output.');
  }
  const dataDir = await dataDirOf(options, context);
  const { reportHtml, reportOf } = await import('../../offline/report-runs.ts');
  if (options.json) {
    writeJson(context, reportOf(dataDir, runs, context.now()));
    return;
  }
  if (options.html !== true) {
    for (const run of runs) await showRun(run, options, context);
    return;
  }
  const html = reportHtml(dataDir, runs, context.now());
  if (options.out === undefined) context.write(html);
  else {
    await writeFile(resolve(context.cwd, options.out), html, { mode: 0o600 });
    context.note(`Report in ${options.out}\n`);
  }
}

/** `alidade eval calibrate`. */
export async function calibrateRun(
  run: string,
  options: Options & { labels: string },
  context: CommandContext,
): Promise<void> {
  const { calibrateRun: calibrate } = await import('../../offline/calibrate-run.ts');
  const known = calibrate(await dataDirOf(options, context), run, resolve(context.cwd, options.labels));
  if (options.json) {
    writeJson(context, known);
    return;
  }
  const { positives, true_positives: found, negatives, true_negatives: rejected } = known;
  context.write(
    `Of ${positives} answers that people call correct the scorer did so for ${found}, of ${negatives} wrong ones it rejected ${rejected}.\n`,
  );
  context.note('eval show, report and compare now correct the rates of this scorer on this suite.\n');
}
