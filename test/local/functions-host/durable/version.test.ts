import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readDurableOptions } from '../../../../src/local/functions-host/durable/options.ts';
import { compareVersions } from '../../../../src/local/functions-host/durable/version.ts';

describe('the order of versions', () => {
  it.each([
    ['', '', 0],
    ['', '1.0', -1],
    ['1.0', '', 1],
    ['1.2', '1.10', -1],
    ['2.0', '1.9.9.9', 1],
    ['1.0', '1.0.0', -1],
    ['2025-01-01', '2025-02-01', -1],
    ['Beta', 'beta', 0],
    ['10', '9', -1],
  ])('of %j and %j is %i', (left, right, order) => {
    expect(Math.sign(compareVersions(left, right))).toBe(order);
  });

  it('is an order', () => {
    const version = fc.oneof(
      fc.constant(''),
      fc.array(fc.nat(3), { minLength: 2, maxLength: 4 }).map((parts) => parts.join('.')),
    );
    fc.assert(
      fc.property(version, version, version, (a, b, c) => {
        expect(Math.sign(compareVersions(a, b))).toBe(0 - Math.sign(compareVersions(b, a)));
        if (compareVersions(a, b) <= 0 && compareVersions(b, c) <= 0)
          expect(compareVersions(a, c)).toBeLessThanOrEqual(0);
      }),
    );
  });
});

describe('extensions.durableTask of host.json', () => {
  it('has defaults, and leaves settings of other parts alone', () => {
    expect(readDurableOptions({ hubName: 'Hub', tracing: {} })).toMatchObject({
      defaultVersion: '',
      versionMatchStrategy: 'CurrentOrOlder',
      versionFailureStrategy: 'Reject',
    });
    expect(readDurableOptions(undefined)).toEqual(readDurableOptions({}));
  });

  it('is explained option by option', () => {
    const page = readFileSync('docs/durable-engine.md', 'utf8');
    const [, table = ''] = page.split(/^Of `extensions.durableTask`|^## What it promises/m);
    const explained = [...table.matchAll(/^\| `(\w+)` /gm)].map(([, option]) => option);
    expect(new Set(explained)).toEqual(
      new Set([...Object.keys(readDurableOptions({})), 'hubName']),
    );
  });

  it('is refused with the name of what is wrong', () => {
    expect(() => readDurableOptions({ versionMatchStrategy: 'Newest' })).toThrow(
      /host.json, extensions.durableTask:.*versionMatchStrategy/s,
    );
  });
});
