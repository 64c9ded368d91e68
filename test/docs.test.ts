import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { SETTINGS } from '../src/azure/setting-table.ts';
import type { Setting } from '../src/azure/setting.ts';
import { ERRORS } from '../src/jobs/errors.ts';

const readme = readFileSync('README.md', 'utf8');
const errors = readFileSync('docs/errors.md', 'utf8');

describe('the README', () => {
  it('tells of every setting, with its default', () => {
    const table = readme.split('<!-- settings')[1]?.split('<!-- end of settings -->')[0] ?? '';
    const told = [...table.matchAll(/^\| `(\w+)`.*\| +(?:`(.*)`)? *\|$/gm)];
    const known = Object.entries<Setting<unknown>>(SETTINGS);

    expect(told.map(([, name, value]) => [name, value])).toEqual(
      known.map(([name, { default: value }]) => [name, value]),
    );
  });

  it('names the command that CI runs', () => {
    const [command = 'no command'] = readme.match(/^npm ci && npm test$/m) ?? [];
    expect(readFileSync('.ci/run', 'utf8')).toContain(command);
  });

  it('links to files that exist, as do the other pages', () => {
    const links = [readme, readFileSync('CONTRIBUTING.md', 'utf8')].flatMap((page) =>
      [...page.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, path]) => path ?? ''),
    );
    expect(links.filter((path) => !existsSync(path))).toEqual([]);
  });

  it('names tests and examples that exist', () => {
    const named = [...readme.matchAll(/\b(?:test|examples|src)\/[\w./-]+\w/g)].map(
      ([path]) => path,
    );
    expect(named.filter((path) => !existsSync(path))).toEqual([]);
  });
});

describe('docs/errors.md', () => {
  it('explains every error code, and whether a retry helps', () => {
    const told = [...errors.matchAll(/^\| `([a-z-]+)` +\| (yes|no) /gm)];
    const known = Object.entries(ERRORS).map(([code, { retryable }]) => [
      code,
      retryable ? 'yes' : 'no',
    ]);
    expect(told.map(([, code, retry]) => [code, retry])).toEqual(known);
  });
});
