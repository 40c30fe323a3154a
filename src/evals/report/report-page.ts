// report/: a run's or several runs' report as one file that needs no other, and for tools that read JUnit.
// May import: contracts, lib and the rest of evals/. Lays out what report-data.ts says; computes nothing.
// Start here; charts.ts draws, markup.ts escapes: answers of models are text in it and never markup.
// Each chart is followed by the table that says the same, for whoever cannot see it and for paper.
// No script, no font, no image from anywhere.

import { END_STATES } from '../../contracts/evaluation.ts';
import type { Comparison, Difference, QualityComparison } from '../results/compare-runs.ts';
import type { Measure } from '../results/measures.ts';
import { type ChartRow, intervalChart, stackedChart } from './charts.ts';
import { html, Markup } from './markup.ts';
import type { Report, ReportedRun } from './report-data.ts';
import { REPORT_STYLE } from './report-style.ts';

/** Between what must stand on one line. */
const NEXT = '\u00a0';
const percent = (value: number): string => `${(value * 100).toFixed(1)}${NEXT}%`;
const plain = (value: number): string => (Number.isFinite(value) ? String(Number(value.toPrecision(3))) : 'open');
const dollars = (value: number): string => (Number.isFinite(value) ? `$${Number(value.toPrecision(3))}` : 'open');
const milliseconds = (value: number): string =>
  Number.isFinite(value) ? `${Math.round(value).toLocaleString('en-US')}${NEXT}ms` : 'open';
const interval = ({ low, high }: Pick<Measure, 'low' | 'high'>, write: (value: number) => string): string =>
  `[${write(low)},${NEXT}${write(high)}]`;

const VERDICTS: Readonly<Record<QualityComparison['verdict'], string>> = {
  better: 'better',
  worse: 'worse',
  equivalent: 'equivalent within the margin',
  not_enough_data: 'not enough data',
};

function grid(caption: string, head: readonly string[], rows: readonly (readonly (string | Markup)[])[]): Markup {
  return html`<table><caption>${caption}</caption><thead><tr>${head.map((cell) => html`<th scope="col">${cell}</th>`)}</tr></thead><tbody>${rows.map(
    (row) =>
      html`<tr>${row.map((cell, index) => (index === 0 ? html`<th scope="row">${cell}</th>` : html`<td>${cell}</td>`))}</tr>`,
  )}</tbody></table>`;
}

const nameOf = (run: ReportedRun, all: readonly ReportedRun[]): string =>
  all.filter(({ deployment }) => deployment === run.deployment).length > 1
    ? `${run.deployment} ${run.run.slice(-6)}`
    : run.deployment;

function quality(runs: readonly ReportedRun[]): Markup {
  const rows = runs.map((run): ChartRow => {
    const {
      quality: { rate, ci },
    } = run.measures;
    return { label: nameOf(run, runs), estimate: rate ?? 0, low: ci[0], high: ci[1] };
  });
  const someClustered = runs.some(({ measures }) => measures.quality_clustered !== null);
  const someWeighted = runs.some(({ measures }) => measures.quality_weighted !== null);
  const cells = runs.map((run) => {
    const {
      quality: all,
      quality_without_errors: clean,
      refusals,
      errors,
      quality_clustered: clustered,
      quality_weighted: weighted,
    } = run.measures;
    const shown = [all, clean, refusals, errors].map(({ rate, ci: [low, high], numerator, denominator }) =>
      rate === null
        ? '-'
        : `${percent(rate)} ${interval({ low, high }, percent)} (${numerator}${NEXT}of${NEXT}${denominator})`,
    );
    const known = clustered === null ? 'each its own' : `${clustered.clusters}: ${interval(clustered, percent)}`;
    const byStratum =
      weighted === null ? 'all count the same' : `${percent(weighted.estimate)} ${interval(weighted, percent)}`;
    return [nameOf(run, runs), ...shown, ...(someClustered ? [known] : []), ...(someWeighted ? [byStratum] : [])];
  });
  const head = ['deployment', 'correct, errors as failures', 'correct, errors excluded', 'refused', 'errors'];
  const more = [
    ...(someClustered ? ['clusters, and the interval that knows them'] : []),
    ...(someWeighted ? ['correct, weighted by stratum'] : []),
  ];
  return html`<h2>Quality, refusals, errors</h2>
<p class="soft">Share of samples that are correct, with Wilson's 95 % interval. An error counts as a failure in the chart; the table has both readings, and each rate says what it was divided by.</p>
${intervalChart('Share of correct answers', rows, { max: 1, write: percent })}
${grid('The same as figures', [...head, ...more], cells)}
${corrections(runs)}`;
}

/** What a scorer said and what it comes to, where its mistakes are known. */
function corrections(runs: readonly ReportedRun[]): Markup | null {
  const rows = runs.flatMap((run) => {
    const { corrected: known } = run.measures;
    if (known === null) return [];
    const { of, raw, corrected, n, sensitivity, specificity, labels, source } = known;
    const meaning = corrected === null ? 'unknown' : `${percent(corrected.estimate)} ${interval(corrected, percent)}`;
    const mistakes = `${percent(sensitivity)} and ${percent(specificity)} of ${labels}`;
    return [[nameOf(run, runs), of, `${percent(raw)} of ${n}`, meaning, mistakes, source]];
  });
  if (rows.length === 0) return null;
  return html`<p class="soft">This scorer was measured against people. Its rate is shown as it gave it, and corrected for the mistakes that it is known to make (Rogan-Gladen; the interval carries what is not known of them).</p>
${grid('As scored and corrected', ['deployment', 'rate of', 'as scored', 'corrected', 'found of positives, rejected of negatives', 'known from'], rows)}`;
}

/** Runs that were watched against another one by a test that their plan named. */
function watched(runs: readonly ReportedRun[]): Markup | null {
  const rows = runs.flatMap(({ sequential, ...run }) => {
    if (sequential === null) return [];
    const { against, pairs, n01, n10, anytime_p: p, decided } = sequential;
    return [
      [
        nameOf({ ...run, sequential }, runs),
        against,
        decided ?? 'not decided',
        String(pairs),
        `${n01} / ${n10}`,
        plain(p),
      ],
    ];
  });
  if (rows.length === 0) return null;
  return html`<h2>Watched while they ran</h2><p class="soft">The plan named a test that holds at every look and a run to compare with; the run ends when it decides. Rates of a run that ended so lean to the side on which it ended.</p>
${grid('Sequential tests', ['deployment', 'against', 'this one is', 'independent pairs', 'only this right / only the other', 'p at every look'], rows)}`;
}

function outcomes(runs: readonly ReportedRun[]): Markup {
  const rows = runs.map((run) => ({ label: nameOf(run, runs), counts: END_STATES.map((state) => run.counts[state]) }));
  return html`<h2>Where each sample ended</h2>${stackedChart('Ends of samples', END_STATES, rows)}
${grid(
  'Each sample ends in exactly one',
  ['deployment', ...END_STATES.map((state) => state.replaceAll('_', ' '))],
  rows.map(({ label, counts }) => [label, ...counts.map(String)]),
)}
${reasons(runs)}`;
}

function reasons(runs: readonly ReportedRun[]): Markup | null {
  const rows = runs.flatMap((run) =>
    run.reasons.map(({ state, reason, count }) => [
      nameOf(run, runs),
      state.replaceAll('_', ' '),
      String(count),
      reason,
    ]),
  );
  return rows.length === 0
    ? null
    : grid('Why samples were not answered or could not be scored', ['deployment', 'end', 'times', 'why'], rows);
}

type MeasureName = 'p50_ms' | 'p95_ms' | 'first_token_p50_ms' | 'usd_per_task' | 'usd_per_success';

function measured(
  title: string,
  note: string,
  runs: readonly ReportedRun[],
  members: Readonly<Partial<Record<MeasureName, string>>>,
  write: (value: number) => string,
): Markup {
  const names = Object.entries(members) as [MeasureName, string][];
  const rows = runs.flatMap((run) =>
    names.flatMap(([member, name]): ChartRow[] => {
      const value = run.measures[member];
      return value === null ? [] : [{ label: `${nameOf(run, runs)}, ${name}`, ...value }];
    }),
  );
  const cells = runs.map((run) => [
    nameOf(run, runs),
    ...names.map(([member]) => {
      const value = run.measures[member];
      return value === null ? 'unknown' : `${write(value.estimate)} ${interval(value, write)} (n=${value.n})`;
    }),
  ]);
  return html`<h2>${title}</h2><p class="soft">${note}</p>${rows.every(({ high }) => high === 0) ? null : intervalChart(title, rows, { write })}
${grid('The same as figures', ['deployment', ...names.map(([, name]) => name)], cells)}`;
}

function comparison({
  a,
  b,
  quality: all,
  quality_without_errors: clean,
  margin,
  family,
  detectable,
  unpaired,
  sequential,
  weighted,
  ...more
}: Comparison): Markup {
  const row = ({
    of,
    difference,
    low,
    high,
    n,
    n10,
    n01,
    p,
    p_adjusted,
    verdict,
  }: QualityComparison): (string | Markup)[] => [
    of,
    html`<span class="verdict">${VERDICTS[verdict]}</span>`,
    `${signed(difference)} ${interval({ low, high }, signed)}`,
    String(n),
    `${n10} / ${n01}`,
    family > 1 ? `${plain(p)} (Holm ${plain(p_adjusted)})` : plain(p),
  ];
  const other = (name: string, value: Difference | null, write: (value: number) => string): string[][] =>
    value === null ? [] : [[name, `${write(value.difference)} ${interval(value, write)}`, String(value.n)]];
  return html`<section class="keep"><h3>${b.deployment} against ${a.deployment}</h3>
${grid(`B - A on the same samples; the margin of ${percent(margin)} was fixed before the first call`, ['quality of', 'B is', 'difference', 'pairs', 'only A right / only B right', 'p (McNemar, mid-p)'], [row(all), row(clean)])}
${grid(
  'Cost and time, B - A',
  ['measure', 'difference', 'pairs'],
  [
    ...other('USD per task', more.usd_per_task, plain),
    ...other('p50, ms', more.p50_ms, plain),
    ...other('p95, ms', more.p95_ms, plain),
  ],
)}
<p class="soft">So many pairs can be expected to show a difference of ${percent(detectable)} or more.${unpaired > 0 ? ` ${unpaired} samples were asked of one of the two only and are left out.` : ''}${sequential === null ? '' : ` It was watched: the verdict is the sequential test's (${sequential.decided ?? 'not decided'} after ${sequential.pairs} pairs), and the intervals hold at every look.`}${weighted ? ' Differences are weighted by how many requests each sample stands for.' : ''}${family > 1 ? ` ${family} comparisons share one alpha of ${more.alpha}.` : ''}</p></section>`;
}

const signed = (value: number): string => `${value < 0 ? '-' : '+'}${percent(Math.abs(value))}`;

function claims(runs: readonly ReportedRun[]): Markup | null {
  const rows = runs.flatMap((run) =>
    run.claims.map(({ claim, metric, value, source, same_suite: same }) => [
      nameOf(run, runs),
      `${percent(value)} (${metric})`,
      run.measures.quality.rate === null
        ? '-'
        : `${percent(run.measures.quality.rate)} ${interval({ low: run.measures.quality.ci[0], high: run.measures.quality.ci[1] }, percent)}`,
      same ? 'the same suite' : 'another instrument for the same kind of work',
      `${claim}, ${source}`,
    ]),
  );
  if (rows.length === 0) return null;
  return html`<h2>Claimed and measured</h2><p class="soft">A claim is what somebody published. It is shown beside the measurement and decides nothing.</p>
${grid('Claims about these models', ['deployment', 'claimed', 'measured here', 'instrument of the claim', 'source'], rows)}`;
}

function failures(runs: readonly ReportedRun[]): Markup {
  const lists = runs.map((run) => {
    const items = run.failures.map(
      ({ sample, state, explanation, question, target, answer, receipt }) =>
        html`<details><summary><code>${sample}</code> ${state.replaceAll('_', ' ')}${explanation === '' ? '' : `: ${explanation}`}</summary>
<p class="soft">Asked</p><pre>${question}</pre><p class="soft">Answered</p><pre>${answer === '' ? '(nothing)' : answer}</pre><p class="soft">Wanted</p><pre>${target}</pre>${receipt === null ? null : html`<p class="soft">Receipt <code>${receipt}</code></p>`}</details>`,
    );
    const shown =
      run.failures.length < run.failure_count
        ? `the first ${run.failures.length} of ${run.failure_count}`
        : `${run.failure_count}`;
    return html`<h3>${nameOf(run, runs)}: ${shown}</h3>${items.length === 0 ? html`<p>None.</p>` : items}`;
  });
  return html`<h2>Failures to read</h2><p class="soft">A figure without its failures persuades more than it should. Open them.</p>${lists}`;
}

function plans(runs: readonly ReportedRun[]): Markup {
  return html`<h2>What was fixed before the first call</h2>${grid(
    'Plans',
    ['run', 'deployment', 'suite', 'scorer', 'samples', 'seed', 'budget', 'answered by', 'started'],
    runs.map((run) => [
      html`<code>${run.run}</code>`,
      run.deployment,
      html`${run.suite} <code>${run.suite_hash.slice(0, 12)}</code>`,
      run.scorer,
      html`${run.samples} <code>${run.sample_hash.slice(0, 12)}</code>`,
      String(run.seed),
      run.budget_usd === null ? 'none' : dollars(run.budget_usd),
      run.model_versions.join(', ') || 'unknown',
      `${run.started_at === null ? '-' : minuteOf(run.started_at)} (${run.stopped})`,
    ]),
  )}`;
}

/** An ISO time to the minute, for people. */
const minuteOf = (time: string): string => `${time.slice(0, 10)} ${time.slice(11, 16)}${NEXT}UTC`;

/** The whole report as one HTML file. */
export function reportPage(report: Report): string {
  const { runs, comparisons, not_compared: notCompared } = report;
  const suites = [...new Set(runs.map(({ suite }) => suite))].join(', ');
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="content-security-policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${suites}: evaluation report</title>
<style>${new Markup(REPORT_STYLE)}</style></head><body>
<h1>Evaluation: ${suites}</h1>
<p class="soft">${runs.map(({ deployment }) => deployment).join(', ')}; made ${minuteOf(report.generated_at)}</p>
${report.sandbox ? html`<p class="sandbox">SANDBOX: not an AI model. Programs answered; nothing here says anything about the models whose names they bear.</p>` : null}
${quality(runs)}
${watched(runs)}
${comparisons.length === 0 && notCompared.length === 0 ? null : html`<h2>Compared, pair by pair</h2>${comparisons.map(comparison)}${notCompared.map((why) => html`<p>${why}</p>`)}`}
${outcomes(runs)}
${measured('Latency', 'Time to the whole answer, as it was when it was asked for. Intervals by bootstrap.', runs, { p50_ms: 'p50', p95_ms: 'p95' }, milliseconds)}
${measured('Cost', 'Every attempt counts. Per successful task: all that was spent, divided by what was solved.', runs, { usd_per_task: 'USD per task', usd_per_success: 'USD per successful task' }, dollars)}
${claims(runs)}
${plans(runs)}
${failures(runs)}
</body></html>
`;
  return page.text;
}
