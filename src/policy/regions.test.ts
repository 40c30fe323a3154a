import { describe, expect, it } from 'vitest';
import { deploymentOf } from '../../test/support/policy-world.ts';
import type { Endpoint } from '../contracts/deployment.ts';
import { checkRegionEcho } from './region-echo.ts';
import { pinRegion } from './region-parameter.ts';

const endpointIn = (region: string, parameter: Record<string, string> | null = null): Endpoint => {
  const { endpoint } = deploymentOf({ region });
  if (parameter === null) return endpoint;
  return {
    ...endpoint,
    quirks: { ...endpoint.quirks, regionParameter: { member: 'inference_geo', values: parameter } },
  };
};

describe('pinRegion', () => {
  it('writes the parameter where the vendor would choose, and nothing where the address has chosen', () => {
    const pinned = { kind: 'parameter', member: 'inference_geo', value: 'us' };
    expect(pinRegion(endpointIn('us', { us: 'us' }))).toEqual(pinned);
    expect(pinRegion(endpointIn('de'))).toEqual({ kind: 'address' });
  });

  it('is impossible for an unknown region, or one for which the vendor has no value', () => {
    expect(pinRegion(endpointIn('unknown', { us: 'us' })).kind).toBe('impossible');
    expect(pinRegion(endpointIn('unknown')).kind).toBe('impossible');
    expect(pinRegion(endpointIn('eu', { us: 'us' })).kind).toBe('impossible');
  });
});

describe('checkRegionEcho', () => {
  it.each([
    ['us', 'us', 'matches'],
    ['us', 'us-east-1', 'matches'],
    ['eu', 'eu-west-3', 'matches'],
    ['eu', 'europe-west9', 'matches'],
    ['de', 'eu-central-1', 'matches'],
    ['eu', 'europe-west2', 'mismatch'],
    ['de', 'eu', 'mismatch'],
    ['us', 'global', 'mismatch'],
    ['eu', 'us', 'mismatch'],
    ['eu', 'somewhere', 'mismatch'],
    ['cn', 'cn-hongkong', 'mismatch'],
    ['unknown', 'us', 'silent'],
    ['us', '', 'silent'],
  ])('calls facts %s and echo %j %s', (region, echo, kind) => {
    expect(checkRegionEcho(endpointIn(region), echo, true).kind).toBe(kind);
  });

  it('asks nothing of a vendor that was free to choose', () => {
    expect(checkRegionEcho(endpointIn('us', { us: 'us' }), 'global', false).kind).toBe('silent');
    expect(checkRegionEcho(endpointIn('us', { us: 'us' }), 'global', true).kind).toBe('mismatch');
    expect(checkRegionEcho(endpointIn('us'), null, true).kind).toBe('silent');
  });
});
