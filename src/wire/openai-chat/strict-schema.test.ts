import { expect, test } from 'vitest';
import { isStrictSchema } from './strict-schema.ts';

const text = { type: 'string' };
const closed = (properties: Record<string, unknown>, more: Record<string, unknown> = {}) => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
  ...more,
});
const nested = (depth: number): Record<string, unknown> => closed({ inner: depth === 0 ? text : nested(depth - 1) });
const many = (count: number) =>
  closed(Object.fromEntries(Array.from({ length: count }, (_, place) => [`p${place}`, text])));

test.each([
  ['members of every kind', closed({ a: text, b: { type: ['integer', 'null'] }, c: { enum: ['x'] }, d: { const: 1 } })],
  ['an object without members', closed({})],
  ['lists of objects', closed({ list: { type: 'array', items: closed({ a: text }) } })],
  ['unions below the top', closed({ a: { anyOf: [text, closed({ b: text })] } })],
  ['definitions and references to them', closed({ a: { $ref: '#/$defs/x' } }, { $defs: { x: closed({ a: text }) } })],
  ['references to itself', closed({ next: { anyOf: [{ $ref: '#' }, { type: 'null' }] } })],
  ['five levels', nested(4)],
  ['a hundred members', many(100)],
])('%s can be held', (_name, schema) => {
  expect(isStrictSchema(schema)).toBe(true);
});

test.each([
  ['an open object', { type: 'object', properties: { a: text }, required: ['a'] }],
  ['an open object inside', closed({ a: { type: 'object', properties: {} } })],
  ['any object', closed({ a: { type: 'object' } })],
  ['one of several types that is an open object', closed({ a: { type: ['object', 'null'] } })],
  ['a member that may be left out', closed({ a: text, b: text }, { required: ['a'] })],
  ['an open definition', closed({ a: text }, { $defs: { x: { type: 'object', properties: { b: text } } } })],
  ['an open branch', closed({ a: { anyOf: [text, { type: 'object', properties: {} }] } })],
  ['a keyword that is not known', closed({ a: { type: 'string', minLength: 1 } })],
  ['allOf', closed({ a: { allOf: [text] } })],
  ['a reference with words beside it', closed({ a: { $ref: '#/$defs/x', description: 'b' } }, { $defs: { x: text } })],
  ['a reference to elsewhere', closed({ a: { $ref: 'https://example.com/schema.json' } })],
  ['a union at the top', closed({ a: text }, { anyOf: [closed({ a: text })] })],
  ['a list at the top', { type: 'array', items: text }],
  ['true in place of a schema', closed({ a: true })],
  ['more levels', nested(6)],
  ['more members', many(101)],
])('%s cannot', (_name, schema) => {
  expect(isStrictSchema(schema)).toBe(false);
});
