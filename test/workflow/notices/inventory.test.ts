import { describe, expect, it } from 'vitest';
import type {
  AccountReading,
  ManagedDeployment,
  OfferedModel,
} from '../../../src/workflow/notices/account.ts';
import { inventoryOf } from '../../../src/workflow/notices/inventory.ts';

const ACCOUNT =
  '/subscriptions/s/resourceGroups/g/providers/Microsoft.CognitiveServices/accounts/a';
const DEPLOYED: ManagedDeployment = {
  name: 'research',
  model: { name: 'o3-pro', version: '2025-06-10' },
  sku: 'GlobalStandard',
};
const OFFERED: OfferedModel = { name: 'o3-pro', version: '2025-06-10', skus: [] };

function joined(deployment: Partial<ManagedDeployment>, models: OfferedModel[]) {
  const reading: AccountReading = {
    region: 'swedencentral',
    deployments: [{ ...DEPLOYED, ...deployment }],
    models,
  };
  return inventoryOf(ACCOUNT, reading, '2026-11-20T00:10:00.000Z').deployments[0];
}

const retirementOf = (
  offered: Partial<OfferedModel>,
  deployment: Partial<ManagedDeployment> = {},
) => joined(deployment, [{ ...OFFERED, ...offered }])?.retirementDate;

describe('a deployment retires', () => {
  it('at the earlier of the dates of its model and of its SKU', () => {
    const skus = [
      { name: 'Standard', ends: '2026-01-01T00:00:00Z' },
      { name: 'globalstandard', ends: '2026-12-01T00:00:00Z' },
    ];
    expect(retirementOf({ inferenceEnds: '2026-12-10T00:00:00Z', skus })).toBe(
      '2026-12-01T00:00:00.000Z',
    );
    expect(retirementOf({ inferenceEnds: '2026-11-30T00:00:00Z', skus })).toBe(
      '2026-11-30T00:00:00.000Z',
    );
    expect(retirementOf({ skus }, { sku: undefined })).toBeNull();
  });

  it('never, as far as is known, without a date that can be read', () => {
    expect(retirementOf({})).toBeNull();
    expect(retirementOf({ inferenceEnds: 'some day' })).toBeNull();
    expect(retirementOf({ fineTuneEnds: '2026-12-10T00:00:00Z' })).toBeNull();
    expect(joined({}, [])?.retirementDate).toBeNull();
  });

  it('by the date of its own version', () => {
    const inferenceEnds = '2026-12-10T00:00:00Z';
    expect(retirementOf({ version: '2024-01-01', inferenceEnds })).toBeNull();
    expect(retirementOf({ name: 'O3-Pro', inferenceEnds })).toBe('2026-12-10T00:00:00.000Z');
  });

  it('by a date of its own when its model was fine-tuned', () => {
    const model = { name: 'gpt-4.1.ft-7', version: '1' };
    const baseModel = { name: 'gpt-4.1', version: '2025-04-14' };
    const base = {
      ...baseModel,
      fineTuneEnds: '2027-10-14',
      inferenceEnds: '2026-10-14',
      skus: [],
    };
    const tuned = { ...model, baseModel, skus: [], inferenceEnds: '2028-01-01' };

    const ends = (models: OfferedModel[]) =>
      joined({ model }, models)?.retirementDate?.slice(0, 10);
    expect(ends([base, tuned])).toBe('2027-10-14');
    expect(ends([base, { ...tuned, fineTuneEnds: '2027-06-01' }])).toBe('2027-06-01');
    expect(ends([tuned])).toBe('2028-01-01');
    expect(ends([{ ...tuned, baseModel: undefined, fineTuneEnds: '2027-06-01' }])).toBe(
      '2027-06-01',
    );
    expect(joined({ model }, [base, tuned])?.baseModel).toBe('gpt-4.1');
  });
});

describe('an inventory', () => {
  it('holds what Azure says of a deployment and null for what it does not', () => {
    expect(joined({ requestsPerMinute: 160, capacity: 100 }, [OFFERED])).toEqual({
      deployment: 'research',
      model: 'o3-pro',
      version: '2025-06-10',
      baseModel: null,
      sku: 'GlobalStandard',
      capacity: 100,
      provisioningState: null,
      versionUpgrade: null,
      limits: { requestsPerMinute: 160 },
      lifecycle: null,
      retirementDate: null,
      dateStatus: null,
      replacement: null,
    });
  });
});
