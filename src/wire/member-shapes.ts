import { AppError } from '../contracts/errors.ts';
import { isRecord, type Json } from './members.ts';

type Shape = 'string' | 'number' | 'boolean' | 'array' | 'object' | 'string or array' | 'string or object';

/** Members of a dialect by name, and what they must be. */
export type MemberShapes = Readonly<Record<string, Shape>>;

function hasShape(value: unknown, shape: Shape): boolean {
  switch (shape) {
    case 'array':
      return Array.isArray(value);
    case 'object':
      return isRecord(value);
    case 'string or array':
      return typeof value === 'string' || Array.isArray(value);
    case 'string or object':
      return typeof value === 'string' || isRecord(value);
    default:
      return typeof value === shape;
  }
}

/**
 * Adds the path of every member whose value has another shape to `unread`: whoever reads it finds nothing in it, and what
 * is not read is not sent. `path` is the object's own, '' at the top.
 */
export function noteMisshapen(value: Json, shapes: MemberShapes, path: string, unread: Set<string>): void {
  for (const [name, shape] of Object.entries(shapes)) {
    const member = value[name];
    if (member === null || member === undefined || hasShape(member, shape)) continue;
    unread.add(path === '' ? name : `${path}.${name}`);
  }
}

/**
 * Checks the members that are there and not null; unknown ones pass.
 * @throws AppError invalid_request, with `param`
 */
export function checkShapes(body: Json, shapes: MemberShapes): void {
  for (const name in body) {
    if (!Object.hasOwn(body, name)) continue;
    const shape = Object.hasOwn(shapes, name) ? shapes[name] : undefined;
    if (shape === undefined) continue;
    const value = body[name];
    if (value !== null && value !== undefined && !hasShape(value, shape)) {
      const message = `${name} must be ${/^[aeiou]/.test(shape) ? 'an' : 'a'} ${shape}.`;
      throw new AppError('invalid_request', message, { param: name });
    }
  }
}
