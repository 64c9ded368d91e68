import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { jsonInstance } from '../../../src/local/azure-openai/responses/answer/json-instance.ts';

/** JSON Schemas of the kinds that Structured Outputs allows. */
const { schema } = fc.letrec<{ schema: Record<string, unknown> }>((tie) => ({
  schema: fc.oneof(
    { maxDepth: 3 },
    fc.record({ type: fc.constantFrom('string', 'boolean', 'null', 'integer', 'number') }),
    fc.record({
      type: fc.constantFrom('integer', 'number'),
      minimum: fc.integer({ min: -50, max: 0 }),
      maximum: fc.integer({ min: 0, max: 50 }),
    }),
    fc.record({
      type: fc.constantFrom('integer', 'number'),
      exclusiveMinimum: fc.integer({ min: -50, max: -1 }),
      exclusiveMaximum: fc.integer({ min: 1, max: 50 }),
    }),
    fc.record({
      type: fc.constantFrom('integer', 'number'),
      maximum: fc.integer({ min: -500, max: 500 }),
    }),
    fc.record({
      type: fc.constant('string'),
      format: fc.constantFrom('date', 'date-time', 'email', 'uuid', 'ipv4', 'ipv6'),
    }),
    fc.record({
      type: fc.constant('string'),
      minLength: fc.nat(50),
      maxLength: fc.integer({ min: 50, max: 99 }),
    }),
    fc.record({ enum: fc.array(fc.string(), { minLength: 1 }) }),
    fc.record({ const: fc.oneof(fc.string(), fc.integer(), fc.boolean()) }),
    fc.record({ anyOf: fc.array(tie('schema'), { minLength: 1, maxLength: 3 }) }),
    fc.record({
      type: fc.constant('array'),
      items: tie('schema'),
      minItems: fc.nat(3),
      maxItems: fc.integer({ min: 3, max: 5 }),
    }),
    fc
      .dictionary(fc.stringMatching(/^[a-z_]{1,8}$/), tie('schema'), { maxKeys: 4 })
      .map((properties) => ({
        type: 'object',
        properties,
        required: Object.keys(properties),
        additionalProperties: false,
      })),
  ),
}));

type JsonSchema = Parameters<typeof z.fromJSONSchema>[0];

describe('jsonInstance', () => {
  it('is valid for the schema it was made from', () => {
    fc.assert(
      fc.property(schema, fc.string(), (schema, seed) => {
        const instance = jsonInstance(schema, seed);
        expect(z.fromJSONSchema(schema).safeParse(instance).error).toBeUndefined();
      }),
    );
  });

  it('keeps a number between bounds that it must not meet', () => {
    const number = jsonInstance({ type: 'number', exclusiveMinimum: 3, exclusiveMaximum: 4 }, 'a');
    expect(number).toBeGreaterThan(3);
    expect(number).toBeLessThan(4);
  });

  it('does not hang on a schema that nothing finite can satisfy', () => {
    expect(jsonInstance({ $ref: '#' }, 'a')).toBeNull();
  });

  it('follows references, and ends in a schema that refers to itself', () => {
    const tree = {
      type: 'object',
      properties: { root: { $ref: '#/$defs/node' } },
      required: ['root'],
      additionalProperties: false,
      $defs: {
        node: {
          type: 'object',
          properties: {
            label: { type: 'string' },
            next: { anyOf: [{ $ref: '#/$defs/node' }, { type: 'null' }] },
            children: { type: 'array', items: { $ref: '#/$defs/node' } },
          },
          required: ['label', 'next', 'children'],
          additionalProperties: false,
        },
      },
    };
    const instance = jsonInstance(tree, 'a seed');
    expect(z.fromJSONSchema(tree as JsonSchema).safeParse(instance).error).toBeUndefined();
  });

  it.each([
    [{ type: ['string', 'null'] }, 'text: why'],
    [{ type: 'integer', multipleOf: 70, minimum: 1 }, 70],
    [{ type: 'integer', exclusiveMinimum: 3, exclusiveMaximum: 5 }, 4],
    [{ type: 'integer', minimum: 3.5, maximum: 4.5 }, 4],
    [{ type: 'number', minimum: 4, maximum: 4 }, 4],
    [{ properties: { first_name: {} } }, { first_name: 'first name: why' }],
    [{ type: 'array', items: { type: 'string' }, maxItems: 1 }, ['text: why']],
  ])('makes of %j the value %j', (schema, value) => {
    expect(jsonInstance(schema, 'why')).toEqual(value);
  });
});
