import type { Sample, Suite } from '../../contracts/evaluation.ts';
import { ownSuite } from '../own-suites/own-suite.ts';
import { SCORERS } from '../scorers/scorer-list.ts';
import { questionInput } from '../suites/suite.ts';
import { type CertificationCase, said } from './cases.ts';
import type { Certificate } from './certificate.ts';
import { certifySuite } from './certify.ts';

/** A target with an answer that fits it and one that does not, where the target itself cannot tell. */
interface Example {
  target: unknown;
  right?: string;
  wrong?: string;
}

const EXAMPLES: Readonly<Record<string, readonly Example[]>> = {
  exact: [{ target: 'Lisbon' }, { target: ['forty-two', 'forty two'] }, { target: '里斯本' }],
  contains: [{ target: 'refund' }, { target: ['refund', '30 days'] }, { target: '退款' }],
  regex: [
    { target: '^\\d{4}-\\d{2}-\\d{2}$', right: '2026-11-22', wrong: 'next Sunday' },
    { target: { pattern: 'total: [0-9]+', flags: 'i' }, right: 'Total: 12', wrong: 'Total: twelve' },
  ],
  json_schema: [
    {
      target: { type: 'object', required: ['total'], properties: { total: { type: 'number' } } },
      right: '{"total": 12.5}',
      wrong: '{"total": "twelve"}',
    },
    { target: { type: 'array', items: { type: 'string' }, minItems: 1 }, right: '["a"]', wrong: '[]' },
  ],
  json_diff: [{ target: { total: 12.5, currency: 'EUR', lines: [1, 2] } }, { target: ['a', { b: null }] }],
  label: [
    { target: { label: 'refund', labels: ['refund', 'invoice', 'complaint'] } },
    { target: { label: 'no', labels: ['yes', 'no'] } },
  ],
  figures: [
    { target: { source: 'Revenue was 12.5 million in 2024, 8 % more than in 2023.' } },
    { target: { source: 'The contract of 3 May 2021 names 1,250 units at 4.20 each.' } },
  ],
  answered: [{ target: null }],
};

/** Where targets do not say what is right, the example does. */
const byExample: CertificationCase = {
  formats: {
    'as written': ({ metadata }) => said(String(metadata['right'])),
    'with blanks around': ({ metadata }) => said(`${metadata['right']} `.trimEnd()),
  },
  mutate: ({ metadata }) => said(String(metadata['wrong'])),
  formatFloor: 1,
};

const toSample = ({ target, right, wrong }: Example, index: number): Sample => ({
  id: `example/${index}`,
  input: questionInput('What does the example say?'),
  target,
  metadata: right === undefined || wrong === undefined ? {} : { right, wrong },
  cluster: null,
  itemDate: null,
});

/**
 * Scorers that no public suite uses, each on a few examples of ours: that they work at all. On a suite of one's own each is
 * proved anew with that suite's targets before its first run.
 */
export async function certifyOwnScorers(): Promise<Certificate[]> {
  const certificates: Certificate[] = [];
  for (const [name, examples] of Object.entries(EXAMPLES)) {
    const scorer = SCORERS.find((known) => known.name === name);
    if (scorer === undefined) throw new RangeError(`There is no scorer ${name}`);
    const suite: Suite = ownSuite({ name: 'built-in examples', version: '1', scorer: name }, examples.map(toSample));
    const cases = examples.every(({ right }) => right !== undefined) ? byExample : undefined;
    certificates.push(await certifySuite(suite, scorer, cases));
  }
  return certificates;
}
