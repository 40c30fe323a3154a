import { describe, expect, it } from 'vitest';
import { factsAt } from '../../contracts/fact-expiry.ts';
import { COUNTRY_GROUP_NAMES } from '../../contracts/policy.ts';
import { NATIVE_PRESETS } from '../../providers/native-presets.ts';
import { PRESETS } from '../../providers/presets.ts';
import { endpointFacts } from '../endpoint-facts.ts';
import { COUNTRY_GROUPS } from './country-groups.ts';
import { documentedFacts } from './documented-facts.ts';
import { FACT_TABLE } from './fact-table.ts';

const TODAY = new Date('2026-11-22T12:00:00Z');
const presets = [...NATIVE_PRESETS, ...PRESETS];
const presetOf = (name: string) => presets.find((preset) => preset.name === name) ?? null;

describe('groups of countries', () => {
  it('are those that rules may name', () => {
    expect(['eea', ...COUNTRY_GROUPS.map(({ name }) => name)]).toEqual([...COUNTRY_GROUP_NAMES]);
  });
});

describe('documented facts', () => {
  it('name presets that exist, a source, and a day on which they expire', () => {
    for (const row of FACT_TABLE) {
      const [kind, name] = row.subject.split(':') as [string, string];
      if (kind === 'preset') expect(presetOf(name), row.subject).not.toBeNull();
      expect(row.source.length, row.subject).toBeGreaterThan(5);
      expect(Date.parse(row.valid_until)).toBeGreaterThan(Date.parse(row.date));
    }
  });

  it('hold for their region only, and hearsay for nobody', () => {
    expect(documentedFacts('mistral', 'mistral', 'eu').facts).toEqual({ region: 'eu' });
    expect(documentedFacts('mistral', 'mistral', null).facts).toEqual({});
    expect(documentedFacts('gemini', 'google', null).facts).toEqual({});
  });

  it('keep the date on which they were read, whatever else the configuration states', () => {
    const facts = endpointFacts({ dpa: true }, presetOf('openai'), 'openai', TODAY);
    expect(facts.origins?.trainsOnData).toMatchObject({ date: '2026-11-21', certainty: 'A' });
    const later = factsAt(facts, Date.parse('2027-03-01'));
    expect(later).toMatchObject({ trainsOnData: 'unknown', retentionDays: 'unknown', dpa: true });
  });

  it('give way to the configuration, which may vouch for all of them', () => {
    const stated = endpointFacts({ trains_on_data: true }, presetOf('openai'), 'openai', TODAY);
    expect(stated.trainsOnData).toBe(true);
    expect(stated.origins?.trainsOnData).toBeUndefined();
    const checked = endpointFacts({ facts_checked_at: '2026-11-22' }, presetOf('openai'), 'openai', TODAY);
    expect(checked.origins).toBeUndefined();
    expect(factsAt(checked, Date.parse('2027-03-01')).trainsOnData).toBe('unknown');
    expect(factsAt(checked, Date.parse('2027-02-01')).trainsOnData).toBe(false);
  });
});
