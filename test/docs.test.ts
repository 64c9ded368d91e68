import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SETTINGS } from '../src/azure/setting-table.ts';
import type { Setting } from '../src/azure/setting.ts';
import { readEnvelope } from '../src/jobs/envelope.ts';
import { ERRORS } from '../src/jobs/errors.ts';
import { kindNamed, SUPPORTED_KINDS } from '../src/kinds/index.ts';

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

  it('has a row for every kind that is carried', () => {
    const told = [...readme.matchAll(/^\| `([a-z]+)` +\| .*\|$/gm)].map(([, name]) => name);
    expect(told).toEqual(expect.arrayContaining(SUPPORTED_KINDS.map(({ name }) => name)));
  });

  it('names tests and examples that exist', () => {
    const named = [...readme.matchAll(/\b(?:test|examples|src)\/[\w./-]+\w/g)].map(
      ([path]) => path,
    );
    expect(named.filter((path) => !existsSync(path))).toEqual([]);
  });
});

describe('every page', () => {
  const names = [
    'README.md',
    'CONTRIBUTING.md',
    ...readdirSync('docs').map((name) => `docs/${name}`),
  ];
  const pages = names.map((name) => ({ name, text: readFileSync(name, 'utf8') }));

  it('links to files and headings that exist', () => {
    const missing = pages.flatMap(({ name, text }) =>
      linksOf(text).filter((link) => !leadsSomewhere(join(dirname(name), link), name, link)),
    );
    expect(missing).toEqual([]);
  });

  it('shows envelopes that would be taken', () => {
    const shown = pages.flatMap(({ text }) => envelopesOf(text));
    expect(shown.length).toBeGreaterThan(3);
    expect(shown.flatMap(problemsOf)).toEqual([]);
  });
});

function linksOf(page: string): string[] {
  return [...page.matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map(([, link]) => link ?? '');
}

/** @param path where the link leads, seen from the root. */
function leadsSomewhere(path: string, page: string, link: string): boolean {
  const [file = '', heading] = link.startsWith('#') ? [page, link.slice(1)] : path.split('#');
  if (!existsSync(file)) return false;
  return heading === undefined || anchorsOf(readFileSync(file, 'utf8')).includes(heading);
}

/** As GitHub makes them of headings. */
function anchorsOf(page: string): string[] {
  return [...page.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** In blocks of JSON, and after `-d`. */
function envelopesOf(page: string): Record<string, unknown>[] {
  const blocks = [
    ...page.matchAll(/```json\n(\{.*?\})\n```/gs),
    ...page.matchAll(/-d '(\{.*?\})'/gs),
  ];
  return blocks.flatMap(([, text = '']) => {
    const value = text.includes('"kind"') ? (JSON.parse(text) as Record<string, unknown>) : {};
    return 'kind' in value ? [value] : [];
  });
}

function problemsOf({ id, ...shown }: Record<string, unknown>): unknown[] {
  const { kind, request = {}, options } = readEnvelope(shown);
  const facts = { name: String(request['model']) };
  return kindNamed(kind)?.check(request, options, facts).problems ?? [`${kind} of ${String(id)}`];
}

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
