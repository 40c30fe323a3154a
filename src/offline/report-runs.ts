import { CLAIM_TABLE } from '../catalog/claims/claim-table.ts';
import { claimsBeside } from '../evals/report/claims.ts';
import { type Report, reportData } from '../evals/report/report-data.ts';
import { reportPage } from '../evals/report/report-page.ts';
import { readRecordedRun } from './recorded-runs.ts';

/** What a report on runs says. @throws AppError not_found */
export function reportOf(dataDir: string, runs: readonly string[], now: Date): Report {
  const inputs = runs.map((run) => {
    const { result, suite } = readRecordedRun(dataDir, run);
    return { result, samples: suite.samples, claims: claimsBeside(CLAIM_TABLE, suite, result.plan.model) };
  });
  return reportData(inputs, now);
}

/** The same as one HTML file. @throws AppError not_found */
export const reportHtml = (dataDir: string, runs: readonly string[], now: Date): string =>
  reportPage(reportOf(dataDir, runs, now));
