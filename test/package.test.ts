import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { PACKAGE, packagedFiles } from '../scripts/build/package.ts';

describe('the package that is deployed', () => {
  it('holds what runs and nothing else', () => {
    expect(packagedFiles()).toEqual([
      'dist/functions/main.cjs',
      'dist/functions/main.cjs.map',
      'host.json',
      'package.json',
    ]);
  });

  it('holds none of the stand-ins', () => {
    const { sources } = JSON.parse(
      readFileSync(`${PACKAGE}/dist/functions/main.cjs.map`, 'utf8'),
    ) as { sources: string[] };

    expect(sources.filter((path) => path.includes('functions/run-job.ts'))).toHaveLength(1);
    expect(
      sources.filter((path) => /src\/local|node_modules\/(azurite|rhea\/)/.test(path)),
    ).toEqual(
      // rhea comes with the Service Bus SDK; the broker's own code does not.
      sources.filter((path) => path.includes('node_modules/rhea/')),
    );
  });
});
