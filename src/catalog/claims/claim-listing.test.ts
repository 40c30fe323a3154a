import { describe, expect, test } from 'vitest';
import type { Claim } from '../../contracts/claim.ts';
import { claimListing } from './claim-listing.ts';
import { CLAIM_TABLE } from './claim-table.ts';

const claim = (id: string, subject: string, contested_by: string[] = []): Claim => ({
  id,
  subject,
  rival: null,
  metric: 'metric',
  value: 1,
  rival_value: null,
  unit: 'percent',
  source: 'somebody',
  published: null,
  contested_by,
});

const ids = (claims: readonly Claim[]): string[] => claims.map(({ id }) => id);

describe('claims', () => {
  test('that contradict each other stand together, whichever of them says so', () => {
    const claims = [claim('a', 'm/x', ['c']), claim('b', 'm/x'), claim('c', 'm/y'), claim('d', 'm/z', ['c'])];
    const { contested, uncontested } = claimListing(null, claims);
    expect(contested.map(ids)).toEqual([['a', 'c', 'd']]);
    expect(ids(uncontested)).toEqual(['b']);
  });

  test('about one model come with what contests them, about whomever that is', () => {
    const claims = [claim('a', 'm/x', ['c']), claim('b', 'm/x'), claim('c', 'm/y'), claim('d', 'm/z')];
    const { contested, uncontested } = claimListing('m/x', claims);
    expect(contested.map(ids)).toEqual([['a', 'c']]);
    expect(ids(uncontested)).toEqual(['b']);
    expect(claimListing('m/nobody', claims)).toEqual({ contested: [], uncontested: [] });
  });

  test('of the table show the context windows that were published of one model side by side', () => {
    const windows = claimListing().contested.find((group) => ids(group).includes('claim/context-million-glm-5.2'));
    expect(windows?.map(({ value }) => value)).toEqual([128_000, 256_000, 1_000_000]);
  });

  test('of the table are all listed, each once', () => {
    const { contested, uncontested } = claimListing();
    expect(ids([...contested.flat(), ...uncontested]).sort()).toEqual(ids(CLAIM_TABLE).sort());
  });
});
