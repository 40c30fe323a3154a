import type { GateResult } from '../results/gates.ts';
import type { RunResult, SampleResult } from '../results/run-result.ts';

/** Characters that XML does not allow at all, halves of surrogate pairs among them, are left out; the rest is escaped. */
const escaped = (text: string): string =>
  text
    .replace(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');

function testCase(name: string, { sample, state, explanation, totalMs }: SampleResult): string {
  const seconds = ((totalMs ?? 0) / 1_000).toFixed(3);
  const head = `    <testcase classname="${escaped(name)}" name="${escaped(sample)}" time="${seconds}"`;
  const message = `message="${escaped(explanation === '' ? state : explanation)}" type="${state}"`;
  if (state === 'correct') return `${head}/>`;
  if (state === 'not_run') return `${head}><skipped/></testcase>`;
  const kind = state === 'provider_error' || state === 'harness_error' ? 'error' : 'failure';
  return `${head}><${kind} ${message}/></testcase>`;
}

function gateCase({ gate, ok, reason, estimate, low, high }: GateResult): string {
  const head = `    <testcase classname="gates" name="${escaped(gate)}" time="0"`;
  if (ok) return `${head}/>`;
  const open = (value: number | null): string => (value === null || !Number.isFinite(value) ? 'open' : String(value));
  const figure = estimate === null ? 'unknown' : `${estimate} [${open(low)}, ${open(high)}]`;
  return `${head}><failure message="${escaped(`${reason}: ${figure}`)}" type="gate"/></testcase>`;
}

/** JUnit XML: one suite a run and one case a sample, then one suite of gates. */
export function junitReport(results: readonly RunResult[], gates: readonly GateResult[]): string {
  const suites = results.map((result) => {
    const { counts, samples, plan, run } = result;
    const errors = counts.provider_error + counts.harness_error;
    const failures = counts.wrong + counts.refused + counts.unparsed + counts.truncated;
    const name = `${plan.suite} on ${plan.deployment}${result.sandbox ? ' (SANDBOX: not an AI model)' : ''}`;
    const seconds = samples.reduce((sum, { totalMs }) => sum + (totalMs ?? 0), 0) / 1_000;
    return [
      `  <testsuite name="${escaped(name)}" id="${escaped(run)}" tests="${samples.length}" failures="${failures}" errors="${errors}" skipped="${counts.not_run}" time="${seconds.toFixed(3)}">`,
      ...samples.map((sample) => testCase(plan.suite, sample)),
      '  </testsuite>',
    ].join('\n');
  });
  if (gates.length > 0) {
    const failed = gates.filter(({ ok }) => !ok).length;
    suites.push(
      [
        `  <testsuite name="gates" tests="${gates.length}" failures="${failed}" errors="0" skipped="0" time="0">`,
        ...gates.map(gateCase),
        '  </testsuite>',
      ].join('\n'),
    );
  }
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${suites.join('\n')}\n</testsuites>\n`;
}
