import type { GateResult } from '../results/gates.ts';
import type { RunResult, SampleResult } from '../results/run-result.ts';

/** Characters that XML does not allow at all are left out; the rest is escaped. */
const escape = (text: string): string =>
  text
    // biome-ignore lint/suspicious/noControlCharactersInRegex: exactly these are what XML forbids.
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');

function testCase(name: string, { sample, state, explanation, totalMs }: SampleResult): string {
  const seconds = ((totalMs ?? 0) / 1_000).toFixed(3);
  const head = `    <testcase classname="${escape(name)}" name="${escape(sample)}" time="${seconds}"`;
  const message = `message="${escape(explanation === '' ? state : explanation)}" type="${state}"`;
  if (state === 'correct') return `${head}/>`;
  if (state === 'not_run') return `${head}><skipped/></testcase>`;
  const kind = state === 'provider_error' || state === 'harness_error' ? 'error' : 'failure';
  return `${head}><${kind} ${message}/></testcase>`;
}

function gateCase({ gate, ok, reason, estimate, low, high }: GateResult): string {
  const head = `    <testcase classname="gates" name="${escape(gate)}" time="0"`;
  if (ok) return `${head}/>`;
  const figure = estimate === null ? 'unknown' : `${estimate} [${low}, ${high}]`;
  return `${head}><failure message="${escape(`${reason}: ${figure}`)}" type="gate"/></testcase>`;
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
      `  <testsuite name="${escape(name)}" id="${escape(run)}" tests="${samples.length}" failures="${failures}" errors="${errors}" skipped="${counts.not_run}" time="${seconds.toFixed(3)}">`,
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
