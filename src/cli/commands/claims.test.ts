import { describe, expect, it } from 'vitest';
import { runCommand, runJson } from '../../../test/support/command-line.ts';
import { temporaryFolder } from '../../../test/support/temporary-folder.ts';
import type { ClaimListing } from '../../offline/claims-offline.ts';

describe('claims list', () => {
  it('shows contested figures side by side, with their sources', async () => {
    const { stdout } = await runCommand(['claims', 'list'], { cwd: temporaryFolder() });
    const windows = stdout.split('contested, side by side:').find((part) => part.includes('context-million')) ?? '';
    expect(windows).toMatch(/128000 tokens .*article 003/);
    expect(windows).toMatch(/256000 tokens .*article 003/);
    expect(windows).toMatch(/1000000 tokens .*article 001/);
    expect(stdout).toMatch(/claim\/mmlu-pro +zhipu\/glm-5\.2 +MMLU-Pro +91\.4 % +89\.7 % +openai\/gpt-5\.5/);
    expect(stdout).toMatch(/claim\/conversational-fluency .*no figure/);
  });

  it('takes a model under any spelling and says where nothing is known of it', async () => {
    const listing = await runJson<ClaimListing>(['claims', 'list', '--model', 'z-ai/glm-5.2'], {
      cwd: temporaryFolder(),
    });
    expect(listing.contested.length).toBeGreaterThan(1);
    const all = [...listing.contested.flat(), ...listing.uncontested].map(({ id }) => id);
    expect(all).not.toContain('claim/active-parameters-deepseek-v3');
    const nobody = await runCommand(['claims', 'list', '--model', 'nobody/none'], { cwd: temporaryFolder() });
    expect(nobody.exitCode).not.toBe(0);
    expect(nobody.stderr).toContain('nobody/none');
  });
});
