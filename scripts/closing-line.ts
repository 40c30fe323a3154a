import type { Reporter, TestModule } from 'vitest/node';

export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
  /** Full names, for the message that says what failed. */
  failedNames: string[];
  /** Full names, for the message that says what was not run. */
  skippedNames: string[];
}

/** Counts test cases by outcome. A module that could not be loaded holds no cases, so it counts as one failure. */
export function countTests(modules: readonly TestModule[]): Counts {
  const counts: Counts = { passed: 0, failed: 0, skipped: 0, failedNames: [], skippedNames: [] };
  for (const module of modules) {
    const fail = (name: string): void => {
      counts.failed += 1;
      counts.failedNames.push(`${module.relativeModuleId} > ${name}`);
    };
    if (module.errors().length > 0) fail('cannot be loaded');
    // A hook that throws belongs to its suite; the tests below it say no more than that they were skipped.
    for (const suite of module.children.allSuites()) if (suite.errors().length > 0) fail(suite.fullName);
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      if (state === 'passed') counts.passed += 1;
      else if (state === 'failed') fail(test.fullName);
      else {
        counts.skipped += 1;
        counts.skippedNames.push(`${module.relativeModuleId} > ${test.fullName}`);
      }
    }
  }
  return counts;
}

/**
 * Ends a run with `N passed, N failed, N skipped` alone on a line, which continuous integration reads. With
 * ALIDADE_REQUIRE_ALL=1 a skipped test fails the run: there, a missing program is a broken machine and not an excuse.
 */
export class ClosingLineReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const { passed, failed, skipped, failedNames, skippedNames } = countTests(modules);
    for (const name of failedNames) process.stdout.write(`Failed: ${name}\n`);
    if (process.env.ALIDADE_REQUIRE_ALL === '1' && skipped > 0) {
      process.stdout.write(`Skipped, although ALIDADE_REQUIRE_ALL=1:\n${skippedNames.join('\n')}\n`);
      process.exitCode = 1;
    }
    process.stdout.write(`\n${passed} passed, ${failed} failed, ${skipped} skipped\n`);
  }
}
