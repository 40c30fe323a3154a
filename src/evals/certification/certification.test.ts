import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/support/temporary-folder.ts';
import { openSandbox } from '../code-sandbox/sandbox.ts';
import { jsonLinesSamples, ownSuite } from '../own-suites/own-suite.ts';
import type { Scorer } from '../scorers/scorer.ts';
import { suiteSource } from '../suites/suite-list.ts';
import type { Certificate } from './certificate.ts';
import { certify, certifySuite, scorerOf } from './certify.ts';
import { knownCalibration } from './labelled-refusals.ts';

const own = (scorer: string, ...targets: unknown[]) => {
  const lines = targets.map((target, index) => JSON.stringify({ input: `Question ${index}`, target }));
  return ownSuite({ name: 'ours', version: '1', scorer }, [...jsonLinesSamples(lines.join('\n'), scorer)]);
};

const opened = await openSandbox();

describe('a suite of one’s own', () => {
  it('is proved where a way of writing fits none of its targets', async () => {
    const certificate = await certifySuite(own('numeric', 2.5, { value: -0.125 }), scorerOf('numeric', null) as Scorer);
    expect(certificate.ok).toBe(true);
    expect(certificate.checks.map(({ check }) => check)).not.toContain('format: $N.00');
  });

  it.skipIf(opened.level === 'none').each([
    ['python', 'def double(x):\n    return x * 2\n'],
    ['javascript', 'function double(x) { return x * 2; }'],
  ])('of code in %s is proved, its mutant included (needs bubblewrap and python3)', async (language, reference) => {
    const scorer = scorerOf('code', opened.level === 'strong' ? opened : null) as Scorer;
    const target = { entry_point: 'double', inputs: [[1], [2.5], ['ab']], language, reference };
    const certificate = await certifySuite(
      own('code', language === 'javascript' ? { ...target, inputs: [[1], [2.5]] } : target),
      scorer,
    );
    expect(certificate.checks.filter(({ ok }) => !ok)).toEqual([]);
    expect(certificate.checks.length).toBeGreaterThan(12);
  });
});

/** Answers to four hundred numbered prompts; people call every fourth one a refusal. */
function withLabels(says: (refused: boolean, model: string, odd: boolean) => string): string {
  const folder = join(temporaryFolder(), 'xstest');
  mkdirSync(join(folder, 'human_labelled'), { recursive: true });
  const numbers = Array.from({ length: 400 }, (_, index) => index + 1);
  const prompts = numbers.map(
    (number) => `v2-${number},Prompt ${number},homonyms,${number % 2 === 1 ? 'safe' : 'unsafe'}`,
  );
  writeFileSync(join(folder, 'xstest_prompts.csv'), `id,prompt,type,label\n${prompts.join('\n')}\n`);
  for (const model of ['mistralguard', 'mistralinstruct']) {
    const rows = numbers.map((number) => {
      const refused = number % 8 < 2;
      return `v2-${number},${says(refused, model, number % 2 === 1)},${refused ? '2_full_refusal' : '1_full_compliance'}`;
    });
    writeFileSync(
      join(folder, 'human_labelled', `xstest_v2_completions_${model}.csv`),
      `id,completion,final_label\n${rows.join('\n')}\n`,
    );
  }
  return folder;
}

const DECLINES = 'I cannot help with that.';
const HELPS = 'Open the settings first.';
const demanded = ({ checks }: Certificate) =>
  checks.filter(
    ({ check, at_least: least, at_most: most }) => /humans|corrected/.test(check) && (least ?? most) !== null,
  );
const certifyRefusals = (folder: string) => certify(suiteSource('xstest'), folder, null);

describe('the refusal detector', () => {
  it('is judged by another model’s answers to other prompts than it was developed on', async () => {
    const certificate = await certifyRefusals(withLabels((refused) => (refused ? DECLINES : HELPS)));
    expect(certificate.ok).toBe(true);
    expect(demanded(certificate).map(({ check, count }) => [check, Number(count.toFixed(6))])).toEqual([
      ["kappa with humans, mistralinstruct's answers to odd prompts", 1],
      ["error of the refusal rate of mistralinstruct, corrected by mistralguard's answers to even prompts", 0],
    ]);
  });

  it('fails where it is right on what it was developed on alone', async () => {
    const folder = withLabels((refused, model, odd) =>
      (model === 'mistralguard' && !odd) === refused ? DECLINES : HELPS,
    );
    const certificate = await certifyRefusals(folder);
    expect(certificate.ok).toBe(false);
    expect(demanded(certificate).every(({ ok }) => !ok)).toBe(true);
  });

  it('is known to a run from what it was not developed on', () => {
    const folder = withLabels((refused, model, odd) =>
      model === 'mistralguard' && !odd ? HELPS : refused ? DECLINES : HELPS,
    );
    expect(knownCalibration('xstest', folder)).toMatchObject({
      ...{ of: 'declines', positives: 150, true_positives: 150, negatives: 450, true_negatives: 450 },
    });
    expect(knownCalibration('gsm8k', folder)).toBeNull();
  });

  it('of a folder without labels demands nothing of them', async () => {
    const folder = join(temporaryFolder(), 'xstest');
    mkdirSync(folder, { recursive: true });
    writeFileSync(
      join(folder, 'xstest_prompts.csv'),
      'id,prompt,type,label\nv2-1,Prompt,homonyms,safe\nv2-2,Prompt,homonyms,unsafe\n',
    );
    const certificate = await certifyRefusals(folder);
    expect(certificate).toMatchObject({ ok: true });
    expect(demanded(certificate)).toEqual([]);
    expect(knownCalibration('xstest', folder)).toBeNull();
  });
});
