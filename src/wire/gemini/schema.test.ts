import { describe, expect, test } from 'vitest';
import { toOpenApiSchema } from './openapi-schema.ts';
import { takesNoArguments, toJsonSchemaSubset } from './schema.ts';

describe('quirk 19: JSON Schema for Gemini 2 and later', () => {
  test('passes unchanged where all of it is known', () => {
    const schema = {
      type: 'object',
      properties: {
        city: { type: 'string', description: 'Where' },
        days: { type: 'integer', minimum: 1, maximum: 7 },
        tags: { type: 'array', items: { type: 'string' }, maxItems: 3 },
        unit: { anyOf: [{ type: 'string', enum: ['C', 'F'] }, { type: 'null' }] },
      },
      required: ['city'],
      additionalProperties: false,
    };
    expect(toJsonSchemaSubset(schema)).toEqual({ schema, degraded: false });
  });

  test('const becomes an enum of one value, at any depth', () => {
    const schema = { anyOf: [{ type: 'object', properties: { kind: { type: 'string', const: 'circle' } } }] };
    expect(toJsonSchemaSubset(schema)).toEqual({
      schema: { anyOf: [{ type: 'object', properties: { kind: { type: 'string', enum: ['circle'] } } }] },
      degraded: false,
    });
  });

  test('a keyword that is not looked at is sent, and said to be lost', () => {
    expect(toJsonSchemaSubset({ type: 'string', pattern: '^a' })).toEqual({
      schema: { type: 'string', pattern: '^a' },
      degraded: true,
    });
    expect(toJsonSchemaSubset({ $schema: 'https://json-schema.org/draft-07/schema', type: 'string' }).degraded).toBe(
      false,
    );
  });

  test('a property may be called like a keyword', () => {
    const schema = { type: 'object', properties: { pattern: { type: 'string' }, const: { type: 'number' } } };
    expect(toJsonSchemaSubset(schema)).toEqual({ schema, degraded: false });
  });

  test('a reference stands alone, and definitions are found under their newer name', () => {
    const schema = {
      type: 'object',
      properties: { from: { $ref: '#/definitions/Place', description: 'Start' }, to: { $ref: '#/definitions/Place' } },
      definitions: { Place: { type: 'string' } },
    };
    expect(toJsonSchemaSubset(schema).schema).toEqual({
      type: 'object',
      properties: {
        from: { anyOf: [{ $ref: '#/$defs/Place' }], description: 'Start' },
        to: { $ref: '#/$defs/Place' },
      },
      $defs: { Place: { type: 'string' } },
    });
  });

  test('what leads back to itself is not required, whatever else is', () => {
    const node = {
      type: 'object',
      properties: { value: { type: 'number' }, next: { anyOf: [{ $ref: '#/$defs/Node' }, { type: 'null' }] } },
      required: ['value', 'next'],
    };
    const schema = {
      type: 'object',
      properties: { list: { $ref: '#/$defs/Node' } },
      required: ['list'],
      $defs: { Node: node },
    };
    expect(toJsonSchemaSubset(schema)).toEqual({
      schema: { ...schema, $defs: { Node: { ...node, required: ['value'] } } },
      degraded: true,
    });
    const tree = {
      type: 'object',
      properties: { children: { type: 'array', items: { $ref: '#' } } },
      required: ['children'],
    };
    expect(toJsonSchemaSubset(tree).schema).toEqual({ ...tree, required: [] });
  });

  test('a way round through several definitions is found, a way that only leads there is not one', () => {
    const leadsTo = (name: string) => ({
      type: 'object',
      properties: { next: { $ref: `#/$defs/${name}` } },
      required: ['next'],
    });
    const schema = { ...leadsTo('A'), $defs: { A: leadsTo('B'), B: leadsTo('C'), C: leadsTo('B') } };
    const { $defs, ...root } = toJsonSchemaSubset(schema).schema as typeof schema;
    const required = Object.entries($defs).map(([name, definition]) => [name, definition.required]);
    expect([root.required, required]).toEqual([
      ['next'],
      [
        ['A', ['next']],
        ['B', []],
        ['C', []],
      ],
    ]);
  });

  test('a long chain of references costs no more than its length', () => {
    const length = 20_000;
    const $defs = Object.fromEntries(
      Array.from({ length }, (_, place) => [
        `D${place}`,
        { type: 'object', properties: { next: { $ref: `#/$defs/D${(place + 1) % length}` } }, required: ['next'] },
      ]),
    );
    const { degraded } = toJsonSchemaSubset({ $ref: '#/$defs/D0', $defs });
    expect(degraded).toBe(true);
  });
});

describe('quirk 19: the OpenAPI subset of older models', () => {
  const convert = (schema: Record<string, unknown>) => toOpenApiSchema(schema);

  test('null in a union becomes nullable', () => {
    expect(convert({ anyOf: [{ type: 'string' }, { type: 'null' }] })).toEqual({
      schema: { nullable: true, type: 'string' },
      degraded: false,
    });
    expect(convert({ type: ['integer', 'null'] })).toEqual({
      schema: { nullable: true, type: 'integer' },
      degraded: false,
    });
  });

  test('references are put in place, $defs and $schema are gone', () => {
    const schema = {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'object',
      properties: { place: { $ref: '#/$defs/Place' } },
      $defs: { Place: { type: 'object', properties: { name: { type: 'string' } } } },
    };
    expect(convert(schema)).toEqual({
      schema: {
        type: 'object',
        properties: { place: { type: 'object', properties: { name: { type: 'string' } } } },
      },
      degraded: false,
    });
  });

  test('a schema that holds itself ends in any object, and that is said', () => {
    const schema = {
      $ref: '#/$defs/Node',
      $defs: { Node: { type: 'object', properties: { next: { $ref: '#/$defs/Node' } } } },
    };
    expect(convert(schema)).toEqual({
      schema: { type: 'object', properties: { next: { type: 'object' } } },
      degraded: true,
    });
  });

  test('a small schema that stands for a huge one is cut off, and that is said', () => {
    const twice = (name: string) => ({
      type: 'object',
      properties: { a: { $ref: `#/$defs/${name}` }, b: { $ref: `#/$defs/${name}` } },
    });
    const $defs = Object.fromEntries(Array.from({ length: 30 }, (_, place) => [`D${place}`, twice(`D${place + 1}`)]));
    const { schema, degraded } = convert({ ...twice('D0'), $defs });
    expect(degraded).toBe(true);
    expect(JSON.stringify(schema).length).toBeLessThan(2_000_000);
  });

  test.each([
    ['additionalProperties', { type: 'object', additionalProperties: false }, { type: 'object' }],
    ['exclusiveMinimum', { type: 'number', exclusiveMinimum: 0 }, { type: 'number' }],
    ['format', { type: 'string', format: 'uri' }, { type: 'string' }],
    ['an enum of numbers', { type: 'integer', enum: [1, 2] }, { type: 'integer' }],
  ])('%s is left out, and that is said', (_name, schema, expected) => {
    expect(convert(schema)).toEqual({ schema: expected, degraded: true });
  });

  test('const and enum of texts are an enum', () => {
    expect(convert({ const: 'a' }).schema).toEqual({ enum: ['a'], type: 'string', format: 'enum' });
    expect(convert({ type: 'string', enum: ['a', 'b'] }).schema).toEqual({
      type: 'string',
      enum: ['a', 'b'],
      format: 'enum',
    });
  });
});

test('quirk 11: a function without arguments is known by its schema', () => {
  expect(takesNoArguments({ type: 'object', properties: {} })).toBe(true);
  expect(takesNoArguments({})).toBe(true);
  expect(takesNoArguments({ type: 'object', properties: {}, additionalProperties: false })).toBe(true);
  expect(takesNoArguments({ type: 'object', properties: { a: {} } })).toBe(false);
  expect(takesNoArguments({ type: 'object', additionalProperties: { type: 'string' } })).toBe(false);
  expect(takesNoArguments({ $ref: '#/$defs/A' })).toBe(false);
});
