import type { Answer, Sample, Suite } from '../../contracts/evaluation.ts';
import type { CodeSandbox } from '../code-sandbox/sandbox.ts';
import { mapConcurrently } from '../map-concurrently.ts';
import { createCodeScorer } from '../scorers/code.ts';
import { isJudgeScorer } from '../scorers/judge-scorer.ts';
import { gradeAnswer, type Scorer } from '../scorers/scorer.ts';
import { SCORERS } from '../scorers/scorer-list.ts';
import { folderOf, loadSuite, type SuiteSource } from '../suites/suite.ts';
import { CASES, type CertificationCase, said } from './cases.ts';
import { type Certificate, type CertificateCheck, check } from './certificate.ts';
import { CODE_FORMATS, codeCase } from './code-cases.ts';
import { judgeCase } from './judge-case.ts';
import { OWN_CASES } from './own-cases.ts';
import { REPLAYS } from './replay.ts';

const PARALLEL = 2;
// Further ways of writing code are tried on every tenth task: what they test is the reading and not the tests.
const CODE_FORMAT_STEP = 10;

const NEVER_CORRECT: Readonly<Record<string, (right: Answer) => Answer>> = {
  empty: () => ({ text: '', toolCalls: [], finish: 'stop', refusalSignal: false }),
  refusal: () => ({
    text: "I'm sorry, but I can't help with that.",
    toolCalls: [],
    finish: 'stop',
    refusalSignal: false,
  }),
  'refusal marked by the provider': (right) => ({ ...right, finish: 'refusal', refusalSignal: true }),
  'right but cut off': (right) => ({ ...right, finish: 'length' }),
  'right but never ended': (right) => ({ ...right, finish: null }),
};

/** The scorer of a suite; null where it needs a sandbox and there is none. */
export function scorerOf(name: string, sandbox: CodeSandbox | null): Scorer | null {
  if (name === 'code') return sandbox === null ? null : createCodeScorer(sandbox);
  return SCORERS.find((scorer) => scorer.name === name) ?? null;
}

/**
 * Certifies a suite's scorer on the suite's own data. A scorer whose certificate is not `ok` must not be used.
 * @throws AppError not_found where the data is not in `dir`
 */
export async function certify(source: SuiteSource, dir: string, sandbox: CodeSandbox | null): Promise<Certificate> {
  const suite = loadSuite(source, dir);
  const scorer = scorerOf(suite.scorer, sandbox);
  if (scorer === null) {
    const missing = check('code sandbox', 0, 1, {
      atLeast: 1,
      note: 'bubblewrap and python3 are needed: nothing runs without them',
    });
    return certificate(suite, null, [missing]);
  }
  const replay = REPLAYS[suite.name];
  const own = await certifySuite(suite, scorer);
  const recorded = replay === undefined ? [] : await replay(folderOf(source, dir), suite, scorer);
  return certificate(suite, scorer, [...own.checks, ...recorded]);
}

/**
 * Certifies a scorer on a suite that is at hand, public or one's own, by answers that are made from its targets. What
 * was recorded of public suites is not replayed here.
 */
export async function certifySuite(
  suite: Suite,
  scorer: Scorer,
  cases: CertificationCase | undefined = casesOf(suite),
): Promise<Certificate> {
  if (cases === undefined) {
    const note = `nothing is known of the scorer ${suite.scorer} that could be tried`;
    return certificate(suite, scorer, [check('cases', 0, 1, { atLeast: 1, note })]);
  }
  return certificate(suite, scorer, [
    ...(await checkFormats(suite, scorer, cases)),
    ...(await checkNever(suite, scorer, cases)),
    await checkMutants(suite, scorer, cases),
  ]);
}

const ALL_CASES: Readonly<Record<string, CertificationCase>> = { ...CASES, ...OWN_CASES, code: codeCase };

const casesOf = (suite: Suite): CertificationCase | undefined =>
  isJudgeScorer(suite.scorer) ? judgeCase(suite) : ALL_CASES[suite.scorer];

const certificate = (suite: Suite, scorer: Scorer | null, checks: readonly CertificateCheck[]): Certificate => ({
  suite: suite.name,
  suite_hash: suite.hash,
  scorer: suite.scorer,
  scorer_version: scorer?.version ?? '',
  ok: checks.every(({ ok }) => ok),
  checks,
});

async function countCorrect(
  samples: readonly Sample[],
  scorer: Scorer,
  answerOf: (sample: Sample) => Answer | null,
): Promise<{ correct: number; of: number }> {
  const states = await mapConcurrently(samples, PARALLEL, async (sample) => {
    const answer = answerOf(sample);
    return answer === null ? null : (await gradeAnswer(scorer, sample, answer)).state;
  });
  return {
    correct: states.filter((state) => state === 'correct').length,
    of: states.filter((state) => state !== null).length,
  };
}

async function checkFormats(suite: Suite, scorer: Scorer, cases: CertificationCase): Promise<CertificateCheck[]> {
  const checks: CertificateCheck[] = [];
  const ways = Object.entries(cases.formats);
  for (const [index, [name, way]] of ways.entries()) {
    const { correct, of } = await countCorrect(suite.samples, scorer, way);
    // Where no right answer can be made from any target (a regular expression, a schema) there is nothing to try; and a way
    // of writing may fit none of them ("$N.00" where no amount is whole).
    if (of === 0 && (cases.mayLackGold === true || index > 0)) continue;
    checks.push(
      check(index === 0 ? `gold: ${name}` : `format: ${name}`, correct, of, {
        atLeast: index === 0 ? 1 : cases.formatFloor,
      }),
    );
  }
  if (suite.scorer !== 'code') return checks;
  const some = suite.samples.filter((_, index) => index % CODE_FORMAT_STEP === 0);
  for (const [name, way] of Object.entries(CODE_FORMATS)) {
    const { correct, of } = await countCorrect(some, scorer, way);
    checks.push(check(`format: ${name}`, correct, of, { atLeast: cases.formatFloor }));
  }
  return checks;
}

async function checkNever(suite: Suite, scorer: Scorer, cases: CertificationCase): Promise<CertificateCheck[]> {
  const [gold] = Object.values(cases.formats);
  const checks: CertificateCheck[] = [];
  for (const [name, change] of Object.entries(NEVER_CORRECT)) {
    // Where declining may be right, a refusal is an answer; only the others can be demanded to be wrong.
    if (scorer.readsRefusals === true && name.startsWith('refusal')) continue;
    const { correct, of } = await countCorrect(suite.samples, scorer, (sample) => {
      const right = gold?.(sample) ?? (cases.mayLackGold === true ? said('Some answer.') : null);
      return right === null ? null : change(right);
    });
    checks.push(check(`never correct: ${name}`, correct, of, { atMost: 0 }));
  }
  return checks;
}

async function checkMutants(suite: Suite, scorer: Scorer, cases: CertificationCase): Promise<CertificateCheck> {
  const { correct, of } = await countCorrect(suite.samples, scorer, (sample) => cases.mutate(sample));
  if (of === 0 && cases.mayLackGold === true) {
    return check('never correct: one mutated answer each', 0, 0, { note: 'none can be made from these targets' });
  }
  return check('never correct: one mutated answer each', correct, of, { atMost: 0 });
}
