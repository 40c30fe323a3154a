import { expect, test } from 'vitest';
import { sampleDeployment } from '../../../test/support/deployments.ts';
import { LossReport } from '../losses.ts';
import { upstreamHeaders } from './headers.ts';

const versionAt = (operator: string, version: string | null): unknown => {
  const sample = sampleDeployment({ dialect: 'anthropic' });
  const deployment = { ...sample, endpoint: { ...sample.endpoint, operator } };
  return upstreamHeaders({ version, beta: null }, deployment, new LossReport())['anthropic-version'];
};

test('the version that a client was written for reaches the vendor', () => {
  expect(versionAt('anthropic', '2026-10-21')).toBe('2026-10-21');
  expect(versionAt('anthropic', null)).toBe('2023-06-01');
  expect(versionAt('anthropic', 'tomorrow')).toBe('2023-06-01');
});

test('and nobody else, who may not know it', () => {
  expect(versionAt('self', '2026-10-21')).toBe('2023-06-01');
});
