import { createHash } from 'node:crypto';
import type { DeploymentAttributes, RequestAttributes } from '../contracts/policy.ts';
import { REQUEST_ATTRIBUTES } from './attribute-list.ts';
import type { AttributeUse, Use } from './attribute-use.ts';
import { UNLABELLED } from './request-attributes.ts';

/** Asked besides rules: whether the obligation `pin_region` can be carried out at all. */
const ALWAYS_READ: readonly (keyof DeploymentAttributes)[] = ['region', 'region_parameter'];

/** Of a deployment what rules of the bundle can see. */
export function visiblePart(attributes: DeploymentAttributes, use: AttributeUse): Partial<DeploymentAttributes> {
  const entries = Object.entries(attributes).filter(
    ([name]) => use.deployment.has(name) || (ALWAYS_READ as readonly string[]).includes(name),
  );
  return Object.fromEntries(entries);
}

/** Equal for deployments that no rule tells apart. Short, since it is part of what memos are asked for. */
export const signatureOf = (visible: Partial<DeploymentAttributes>): string =>
  createHash('sha256').update(JSON.stringify(visible)).digest('base64');

function reduce(value: unknown, use: Use | undefined, otherwise: unknown): unknown {
  if (use === undefined) return otherwise;
  if (use === 'whole' || !Array.isArray(value)) return value;
  return value.filter((member) => use.has(member as string));
}

const NAMES = Object.keys(REQUEST_ATTRIBUTES);

/** Of a request what is read: the members of sets that are asked for, and no other attribute. */
export function partOf(attributes: RequestAttributes, use: AttributeUse): Record<string, unknown> {
  const part: Record<string, unknown> = {};
  for (const [name, members] of use.request)
    part[name] = reduce((attributes as unknown as Record<string, unknown>)[name], members, undefined);
  return part;
}

/**
 * The part of a request that rules of the bundle can tell apart: members of sets that no rule asks for are left out, and
 * attributes that no rule reads stand at their default. Requests with equal parts get equal verdicts.
 */
export function tupleOf(attributes: RequestAttributes, use: AttributeUse): RequestAttributes {
  const tuple: Record<string, unknown> = {};
  const otherwise = UNLABELLED as unknown as Readonly<Record<string, unknown>>;
  for (const name of NAMES) {
    tuple[name] = reduce(
      (attributes as unknown as Record<string, unknown>)[name],
      use.request.get(name),
      otherwise[name],
    );
  }
  return tuple as unknown as RequestAttributes;
}

/**
 * Names a `tupleOf` without making it: every request with labels asks the memo once. Each text goes in with its length,
 * so that nothing that a configuration can hold makes two combinations look like one.
 */
export function tupleKey(attributes: RequestAttributes, use: AttributeUse): string {
  let key = '';
  for (const [name, members] of use.request) {
    const value = attributes[name as keyof RequestAttributes] as unknown;
    if (!Array.isArray(value)) key += typeof value === 'string' ? `${value.length}:${value}` : `${String(value)};`;
    else {
      for (const member of value as string[]) {
        if (members === 'whole' || members.has(member)) key += `${member.length}:${member}`;
      }
      key += '|';
    }
  }
  return key;
}
