import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the first suite of a run that needs the built product makes it, for all of them. */
    buildFolder: string;
  }
}

let folder = '';

/** Before all tests of a run, in vitest's own process. */
export function setup(project: TestProject): void {
  folder = mkdtempSync(join(tmpdir(), 'alidade-build-'));
  project.provide('buildFolder', folder);
}

/** After all tests of a run. */
export function teardown(): void {
  rmSync(folder, { recursive: true, force: true });
}
