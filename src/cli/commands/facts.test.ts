import { describe, expect, it } from 'vitest';
import { runCommand, runJson } from '../../../test/support/command-line.ts';
import { temporaryFolder } from '../../../test/support/temporary-folder.ts';
import type { ListedFact } from '../../offline/facts-offline.ts';

const ENV = { OPENAI_API_KEY: 'fake-key-of-a-vendor' };
const TODAY = new Date('2026-11-22T12:00:00Z');
const LATER = new Date('2027-03-01T12:00:00Z');
const at = (now: Date) => ({ cwd: temporaryFolder(), env: ENV, now });

const find = (facts: readonly ListedFact[], subject: string, fact: string): ListedFact | undefined =>
  facts.find((entry) => entry.subject === subject && entry.fact === fact);

describe('facts', () => {
  it('list says of every fact since when, until when and from where', async () => {
    const facts = await runJson<ListedFact[]>(['facts', 'list'], at(TODAY));
    expect(find(facts, 'endpoint:openai', 'retention_days')).toMatchObject({
      value: 30,
      state: 'valid',
      certainty: 'A',
      date: '2026-11-21',
      valid_until: '2027-02-19',
    });
    expect(find(facts, 'endpoint:openai', 'region')).toMatchObject({ value: 'unknown', state: 'unknown' });
    expect(find(facts, 'preset:mistral', 'retention_days')?.state).toBe('hearsay');
  });

  it('show narrows to one subject, and names near ones', async () => {
    const facts = await runJson<ListedFact[]>(['facts', 'show', 'deepseek'], at(TODAY));
    expect(new Set(facts.map(({ subject }) => subject))).toEqual(new Set(['preset:deepseek', 'maker:deepseek']));
    const { exitCode, stderr } = await runCommand(['facts', 'show', 'deepsek'], at(TODAY));
    expect(exitCode).not.toBe(0);
    expect(stderr).toContain('deepseek');
  });

  it('stale ends with 0 while all count, and with 3 once one has expired', async () => {
    expect(await runCommand(['facts', 'stale'], at(TODAY))).toMatchObject({ exitCode: 0 });
    expect(await runCommand(['facts', 'stale', '--days', '120'], at(TODAY))).toMatchObject({ exitCode: 3 });
    const { exitCode, stdout } = await runCommand(['facts', 'stale', '--json'], at(LATER));
    expect(exitCode).toBe(3);
    expect(find(JSON.parse(stdout) as ListedFact[], 'endpoint:openai', 'trains_on_data')?.state).toBe('expired');
    expect(await runCommand(['facts', 'stale', '--days', 'soon'], at(TODAY))).toMatchObject({ exitCode: 2 });
  });
});
