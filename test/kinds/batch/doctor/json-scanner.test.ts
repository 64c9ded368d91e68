import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RowScanner } from '../../../../src/kinds/batch/rows/row-scanner.ts';

const scanner = new RowScanner();

/** Between other bytes, as lines are in a chunk. */
function scan(text: string) {
  const bytes = Buffer.from(`]"${text}\n"}]`);
  const end = bytes.length - 4;
  return scanner.scan(bytes, 2, end);
}

function isObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

const names = fc.constantFrom('custom_id', 'method', 'url', 'body', 'model', 'a', '__proto__', '');

const objects = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.string({ unit: 'binary' }),
    fc.double(),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    tie('object'),
  ),
  object: fc.dictionary(fc.oneof(names, fc.string({ unit: 'binary' })), tie('value'), {
    maxKeys: 25,
  }),
})).object;

/** One edit of a text: something is removed, repeated or put in. */
const edits = fc.record({
  at: fc.nat(),
  removed: fc.integer({ min: 0, max: 3 }),
  put: fc.constantFrom(
    '',
    '"',
    '\\',
    ',',
    ':',
    '{',
    '}',
    '[',
    ']',
    '0',
    '-',
    '.',
    'e',
    '\r',
    ' ',
    'u',
    '\t',
    '\0',
  ),
});

function edited(text: string, changes: readonly { at: number; removed: number; put: string }[]) {
  return changes.reduce((before, { at, removed, put }) => {
    const place = at % (before.length + 1);
    return before.slice(0, place) + put + before.slice(place + removed);
  }, text);
}

describe('the scanner', () => {
  it('takes every object that a serializer writes, compact or spaced', () => {
    fc.assert(
      fc.property(objects, fc.constantFrom('', ' ', '\t'), (object, space) => {
        const text = JSON.stringify(object, null, space).replaceAll('\n', ' ');
        expect(scan(text), scanner.fault?.reason).toBeDefined();
      }),
    );
  });

  it('refuses what JSON.parse refuses and, but for repeated names and lone CRs, nothing else', () => {
    fc.assert(
      fc.property(objects, fc.array(edits, { minLength: 1, maxLength: 3 }), (object, changes) => {
        const text = edited(JSON.stringify(object), changes);
        const taken = scan(text) !== undefined;
        if (taken || scanner.fault?.reason === 'duplicate-name' || text.includes('\r')) {
          expect(!taken || isObject(text)).toBe(true);
        } else expect(isObject(text)).toBe(false);
      }),
      { numRuns: 2000 },
    );
  });

  it('finds the values that a row is known by', () => {
    fc.assert(
      fc.property(objects, (object) => {
        const text = JSON.stringify(object);
        const outline = scan(text) ?? {};
        const bytes = Buffer.from(`]"${text}`);
        const valueAt = (span?: { start: number; end: number }): unknown =>
          span && JSON.parse(bytes.toString('utf8', span.start, span.end));
        const read: unknown = JSON.parse(text);
        expect(valueAt(outline.customId)).toEqual(fieldOf(read, 'custom_id'));
        expect(valueAt(outline.method)).toEqual(fieldOf(read, 'method'));
        expect(valueAt(outline.url)).toEqual(fieldOf(read, 'url'));
        expect(valueAt(outline.body)).toEqual(fieldOf(read, 'body'));
        expect(valueAt(outline.model)).toEqual(fieldOf(fieldOf(read, 'body'), 'model'));
      }),
    );
  });

  it('tells repeated names from names with the same hash', () => {
    // FNV-1a of 32 bits is the same for these two.
    expect(scan('{"costarring":1,"liquid":2}')).toBeDefined();
    expect(scan('{"costarring":1,"liquid":2,"costarring":3}')).toBeUndefined();
  });
});

/** Of an object, not of a list; a list has no such fields anyway, and text has none of its own. */
function fieldOf(value: unknown, name: string): unknown {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
}
