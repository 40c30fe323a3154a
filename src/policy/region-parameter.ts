import type { Endpoint } from '../contracts/deployment.ts';

/** Whether the vendor computes anywhere unless each request says where. */
export const takesRegionParameter = ({ quirks }: Pick<Endpoint, 'quirks'>): boolean =>
  quirks.regionParameter !== undefined;

export type RegionPin =
  /** Write `member: value` into the body, over whatever the caller wrote. */
  | { kind: 'parameter'; member: string; value: string }
  /** The address pins it: nothing is to be written. */
  | { kind: 'address' }
  /** Nobody knows where it computes, or the vendor has no value for that place: it must not be called. */
  | { kind: 'impossible'; why: string };

/** How the obligation `pin_region` is carried out for an endpoint. */
export function pinRegion(endpoint: Endpoint): RegionPin {
  const { region } = endpoint.facts;
  if (region === 'unknown') return { kind: 'impossible', why: `The region of ${endpoint.id} is unknown.` };
  const parameter = endpoint.quirks.regionParameter;
  if (parameter === undefined) return { kind: 'address' };
  const value = parameter.values[region];
  if (value !== undefined) return { kind: 'parameter', member: parameter.member, value };
  return { kind: 'impossible', why: `${endpoint.id} cannot be pinned to ${region} by ${parameter.member}.` };
}
