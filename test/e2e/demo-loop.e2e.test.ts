import { rmSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { runProgram } from '../support/repository.ts';

describe('npm run demo:loop', { timeout: 240_000 }, () => {
  it('goes from traffic to another route whose receipt cites the run, and says at both ends that it was the sandbox', async () => {
    const { exitCode, stdout, stderr } = await runProgram(process.execPath, ['scripts/demo-loop.ts'], {
      // A vendor's key of the machine would make it ask real models.
      env: { PATH: process.env.PATH, HOME: process.env.HOME },
      timeoutMs: 230_000,
    });
    const folder = /^Folder: (\S+)$/m.exec(stdout)?.[1] ?? '';
    if (folder.includes('alidade-demo-')) rmSync(folder, { recursive: true, force: true });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toMatch(/^SANDBOX: not an AI model/m);
    expect(stdout).toMatch(/^All of it was SANDBOX/m);
    const cited = /cites \{.*"run":"(run_\w+)"/.exec(stdout)?.[1] ?? 'none';
    expect(stdout.split(cited).length).toBeGreaterThan(3);
    const before = /^ {3}before {2}(\S+) \(primary_optimal\)/m.exec(stdout)?.[1];
    const after = /^ {3}after {3}(\S+) \((?:best_evidence|cheapest_non_inferior)\) {2}SANDBOX/m.exec(stdout)?.[1];
    expect(before).toBe('sandbox/mistral-large-3');
    expect(after).toMatch(/^sandbox\/(glm-5\.2|gpt-5\.5)$/);
    expect(stdout).toMatch(/measured here {2}\d+\.\d % \[/);
    expect(stdout).toMatch(/claimed {8}\d+\.\d % \(MATH-500/);
  });
});
