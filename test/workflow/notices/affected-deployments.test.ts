import { describe, expect, it } from 'vitest';
import {
  affectedBy,
  type KnownDeployment,
} from '../../../src/workflow/notices/affected-deployments.ts';

const deployed = (model: string, fields: Partial<KnownDeployment> = {}): KnownDeployment => ({
  account: 'a',
  deployment: `my-${model}`,
  model,
  baseModel: null,
  version: '2025-01-01',
  region: 'swedencentral',
  retirementDate: null,
  ...fields,
});

const KNOWN = [
  deployed('o3'),
  deployed('o3-pro'),
  deployed('gpt-4.1', { region: 'eastus2' }),
  deployed('gpt-4.1-mini'),
  deployed('gpt-4.1-2025.ft-1', { baseModel: 'gpt-4.1' }),
  deployed('unread', { region: null, version: null }),
];

function affected(
  text: string,
  kind: 'advisory' | 'incident' = 'advisory',
  regions: string[] = [],
) {
  return affectedBy({ text, kind, regions }, KNOWN).map(({ deployment }) => deployment);
}

describe('the deployments that a notice is about', () => {
  it.each([
    ['The model O3-Pro retires.', ['my-o3-pro']],
    ['Retiring: o3, gpt-4.1-mini.', ['my-o3', 'my-gpt-4.1-mini']],
    ['(gpt-4.1)', ['my-gpt-4.1', 'my-gpt-4.1-2025.ft-1']],
    ['o3-pro-max and too3 are others', []],
    ['We improve our service.', []],
  ])('are those whose model the text names: %s', (text, names) => {
    expect(affected(text)).toEqual(names);
  });

  it.each([
    ['o3 version 2025-01-01 retires', ['my-o3']],
    ['o3 (versions 2024-05-13 and 2025-01-01)', ['my-o3']],
    ['o3 version 2024-05-13 retires', []],
    ['o3 version 2024-05-13 retires. Later o3 follows.', ['my-o3']],
    ['o3 retires on 2026-10-16', ['my-o3']],
    ['unread version 2024-05-13', ['my-unread']],
  ])('run a version that the text names, if it names any: %s', (text, names) => {
    expect(affected(text)).toEqual(names);
  });

  it('lie in the regions of the notice', () => {
    expect(affected('o3 and gpt-4.1', 'advisory', ['East US 2'])).toEqual(['my-gpt-4.1']);
    expect(affected('o3 and unread', 'advisory', ['East US 2'])).toEqual(['my-unread']);
    expect(affected('o3', 'advisory', ['Global', 'East US 2'])).toEqual(['my-o3']);
  });

  it('are all in the region when an incident names no model', () => {
    expect(affected('Errors.', 'incident', ['east us 2'])).toEqual(['my-gpt-4.1']);
    expect(affected('Errors.', 'incident', ['Global'])).toEqual([]);
    expect(affected('Errors.', 'incident')).toEqual([]);
    expect(affected('Errors with o3.', 'incident', ['East US 2'])).toEqual([]);
  });

  it('are found in a hostile text in time', () => {
    const hostile = `a${'-'.repeat(65_000)}x ${'gpt-4.1 version 2024 '.repeat(4_000)} o3`;
    expect(affected(hostile)).toEqual(['my-o3']);
  }, 5_000);
});
