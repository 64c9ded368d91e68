import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { made } from '../../scripts/check-infra/check.ts';
import { readCode } from '../../scripts/check-infra/code.ts';
import { appSettings } from '../../scripts/check-infra/checks/settings.ts';
import { MAIN, readFiles, readInfrastructure } from '../../scripts/check-infra/infrastructure.ts';
import { SETTINGS } from '../../src/azure/setting-table.ts';

const guide = readFileSync('docs/deploy.md', 'utf8');
const files = readFiles();
const infrastructure = readInfrastructure(files, '2026-11-20');
const { standard, bicep, parameterFile } = infrastructure;

const blocks = [...guide.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(
  ([, language = '', text = '']) => ({
    language,
    text,
  }),
);
const shell = blocks
  .filter(({ language }) => language === 'sh')
  .map(({ text }) => text)
  .join('\n');
const json = blocks.filter(({ language }) => language === 'json').map(({ text }) => text);

const variables = [...JSON.stringify(parameterFile).matchAll(/\$\{(\w+)/g)].map(([, name]) => name);
const parameters = bicep
  .filter(({ path }) => path === MAIN)
  .flatMap(({ declarations }) => declarations)
  .filter(({ kind }) => kind === 'param')
  .map(({ name }) => name);

function allOf(pattern: RegExp, text: string): string[] {
  return [...text.matchAll(pattern)].map(([, found = '']) => found);
}

function namesOf(type: string): string[] {
  return made(standard, type).map(({ name }) => name);
}

describe('docs/deploy.md', () => {
  it('sets only variables that the parameter file reads', () => {
    const set = allOf(/azd env set (\w+)/g, shell);
    expect(set.length).toBeGreaterThan(0);
    expect(set.filter((name) => !variables.includes(name))).toEqual([]);
  });

  it('lists every variable that has a default, with it', () => {
    const told = [...guide.matchAll(/^\| `([A-Z_]+)` +\|.*\| *(?:`(.*)`)? *\|$/gm)];
    const known = [...JSON.stringify(parameterFile).matchAll(/\$\{(\w+)=([^}]*)\}/g)];
    const sorted = (list: RegExpExecArray[]) =>
      list.map(([, name, value = '']) => `${name}=${value}`).sort();
    expect(sorted(told)).toEqual(sorted(known));
  });

  it('uses only outputs, and variables that it has set itself', () => {
    const own = allOf(/^(\w+)=/gm, shell);
    const known = [...Object.keys(standard.outputs), ...own];
    const used = allOf(/\$\{?([A-Z_]+)/g, shell);
    expect(used.length).toBeGreaterThan(0);
    expect(used.filter((name) => !known.includes(name))).toEqual([]);
  });

  it('shows parameters that exist, with values that the template accepts', () => {
    const shown = json.map((text) => JSON.parse(text) as Record<string, { value: unknown }>);
    expect(shown.length).toBeGreaterThan(0);
    for (const values of shown) {
      const changed = { parameters: { ...parameterFile, ...values } };
      const path = 'infra/main.parameters.json';
      const accepted = new Map([...files, [path, JSON.stringify(changed)]]);
      expect(() => readInfrastructure(accepted, '2026-11-20')).not.toThrow();
    }
  });

  it('names every parameter with a default', () => {
    const given = Object.keys(parameterFile);
    const others = parameters.filter((name) => !given.includes(name));
    expect(others.filter((name) => !guide.includes(`"${name}": {`))).toEqual([]);
  });

  it('names further settings that the code reads', () => {
    const [, text = ''] = /"additionalSettings": \{ "value": (\{.*\}) \}/.exec(guide) ?? [];
    const names = Object.keys(JSON.parse(text) as object);
    expect(
      names.filter((name) => !(name in SETTINGS) || name in appSettings(infrastructure)),
    ).toEqual([]);
  });

  it('asks for routes that the app has', () => {
    const routes = [...readCode().functions.values()].flatMap(({ route }) => route ?? []);
    const known = routes.map((route) => new RegExp(`^${route.replaceAll(/\{\w+\}/g, '[^/]+')}$`));
    const asked = allOf(/\/api\/([\w./-]+)/g, guide);
    expect(asked.length).toBeGreaterThan(0);
    expect(asked.filter((route) => !known.some((pattern) => pattern.test(route)))).toEqual([]);
  });

  it('names containers, queues, topics and alerts that are created', () => {
    const containers = namesOf('Microsoft.Storage/storageAccounts/blobServices/containers');
    const used = allOf(/--(?:container-name|source) (\S+)/g, shell);
    expect(used.length).toBeGreaterThan(0);
    expect(used.filter((name) => !containers.includes(name))).toEqual([]);

    const [, created = ''] = guide.split('## What is created');
    const names = standard.resources.map(({ name }) => name.replace(/[-]?abcdefghijklm$|dev$/, ''));
    expect(allOf(/`([\w-]+)`/g, created).filter((name) => !names.includes(name))).toEqual([]);
  });

  it('hands in jobs for deployments that are created', () => {
    const models = allOf(/"request":\{"model":"([^"]+)"/g, shell);
    const deployments = namesOf('Microsoft.CognitiveServices/accounts/deployments');
    expect(models.length).toBeGreaterThan(0);
    expect(models.filter((name) => !deployments.includes(name))).toEqual([]);
  });

  it.each(['Idle, per month', 'Per thousand `response` jobs'])('adds up: %s', (heading) => {
    const table = guide.split(heading)[1]?.split('**sum**') ?? [];
    const rows = [...(table[0] ?? '').matchAll(/\| +([\d.,]+) \| +([\d.]+) \| +([\d.]+) \|/g)];
    const amounts = rows.map(([, ...cells]) =>
      cells.map((cell) => Number(cell.replaceAll(',', ''))),
    );
    expect(amounts.length).toBeGreaterThan(4);
    for (const [quantity = 0, price = 0, amount = 0] of amounts) {
      expect(Math.abs(quantity * price - amount)).toBeLessThanOrEqual(0.0051);
    }
    const sum = amounts.reduce((total, [, , amount = 0]) => total + amount, 0);
    const [, told = ''] = /\| +([\d.]+) \|/.exec(table[1] ?? '') ?? [];
    expect(sum.toFixed(2)).toBe(told);
  });

  it('links to files that exist', () => {
    const links = allOf(/\]\(\.\.\/([^)#]+)/g, guide);
    expect(links.filter((path) => !files.has(path) && path !== 'infra')).toEqual([]);
  });
});
