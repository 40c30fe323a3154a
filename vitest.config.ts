import { defineConfig } from 'vitest/config';
import { ClosingLineReporter } from './scripts/closing-line.ts';

export default defineConfig({
  test: {
    include: ['{src,test,bench,examples,scripts}/**/*.test.ts'],
    exclude: ['**/node_modules/**', 'dist/**', 'bench/peers/**'],
    // Where the built product lies that end-to-end suites share.
    globalSetup: ['test/support/build-folder.ts'],
    // One process per file: node:sqlite, worker threads and signal handlers behave as in the product.
    pool: 'forks',
    maxWorkers: 2,
    // Ends what hangs; never a measure of speed, since suites that start whole servers share two cores with others.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Where it decides what lands, a test that fails once and then holds is named in the report and does not stop the rest.
    retry: process.env.CI === 'true' ? 1 : 0,
    passWithNoTests: false,
    allowOnly: false,
    reporters: ['default', new ClosingLineReporter()],
  },
});
