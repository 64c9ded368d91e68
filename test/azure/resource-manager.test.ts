import type { TokenCredential } from '@azure/identity';
import { describe, expect, onTestFinished, test } from 'vitest';
import { AzureResourceManager } from '../../src/azure/resource-manager.ts';
import { startSimulator, type SimulatorOptions } from '../../src/local/azure-openai/simulator.ts';

const ACCOUNT =
  '/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/local/providers/Microsoft.CognitiveServices/accounts/local';

/** The simulator's Azure Resource Manager, which hands out real credentials to nobody. */
async function resourceManager(options: SimulatorOptions = {}) {
  const simulator = await startSimulator(options);
  onTestFinished(() => simulator.stop());
  const noCredential = (): TokenCredential => {
    throw new Error('no real token may be sent over http');
  };
  return {
    controlUrl: simulator.controlUrl,
    manager: new AzureResourceManager(new URL(simulator.url).origin, noCredential),
    describeModel: async (name: string, description: object) => {
      const response = await fetch(`${simulator.controlUrl}/models/${name}`, {
        method: 'PUT',
        body: JSON.stringify(description),
      });
      expect(response.status).toBe(204);
    },
  };
}

describe('an account, read with the official client', () => {
  test('tells of its deployments, page by page', async () => {
    const { manager } = await resourceManager();
    const { region, deployments, models } = await manager.read(ACCOUNT);

    expect(region).toBe('swedencentral');
    expect(deployments.length).toBeGreaterThan(20);
    expect(deployments.find(({ name }) => name === 'o3-pro')).toEqual({
      name: 'o3-pro',
      model: { name: 'o3-pro', version: '2025-06-10' },
      sku: 'GlobalStandard',
      capacity: 1_600,
      provisioningState: 'Succeeded',
      versionUpgrade: 'OnceNewDefaultVersionAvailable',
      requestsPerMinute: 160,
      tokensPerMinute: 1_600_000,
    });
    expect(models).toHaveLength(deployments.length);
  });

  test('tells of exactly the deployments that the simulator was given', async () => {
    const { manager } = await resourceManager({ deployments: { research: 'o3-pro' } });
    const { deployments } = await manager.read(ACCOUNT);
    expect(deployments.map(({ name, model }) => [name, model.name])).toEqual([
      ['research', 'o3-pro'],
    ]);
  });

  test('tells of every date, life and successor of a model', async () => {
    const { manager, describeModel } = await resourceManager();
    await describeModel('o3-pro', {
      lifecycleStatus: 'Deprecating',
      deprecation: {
        inference: '2026-12-10T00:00:00Z',
        fineTune: '2027-06-10T00:00:00Z',
        deprecationStatus: 'Planned',
      },
      skus: [{ name: 'DataZoneStandard', deprecationDate: '2026-12-01T00:00:00Z' }],
      replacementConfig: { targetModelName: 'gpt-5-pro', targetModelVersion: '2025-10-06' },
    });
    await describeModel('gpt-4.1.ft-abc', {
      version: '1',
      baseModel: { name: 'gpt-4.1', version: '2025-04-14' },
    });
    const { models, deployments } = await manager.read(ACCOUNT);

    expect(models.find(({ name }) => name === 'o3-pro')).toEqual({
      name: 'o3-pro',
      version: '2025-06-10',
      baseModel: undefined,
      lifecycle: 'Deprecating',
      inferenceEnds: '2026-12-10T00:00:00Z',
      fineTuneEnds: '2027-06-10T00:00:00Z',
      dateStatus: 'Planned',
      skus: [{ name: 'DataZoneStandard', ends: '2026-12-01T00:00:00.000Z' }],
      replacement: { name: 'gpt-5-pro', version: '2025-10-06' },
    });
    expect(models.find(({ name }) => name === 'gpt-4.1.ft-abc')?.baseModel).toEqual({
      name: 'gpt-4.1',
      version: '2025-04-14',
    });
    expect(deployments.find(({ name }) => name === 'o3-pro')?.sku).toBe('DataZoneStandard');
  });

  test('fails with what Azure said when it may not be read', async () => {
    const { manager, controlUrl } = await resourceManager();
    const body = { error: { code: 'AuthorizationFailed', message: 'No role for this.' } };
    const fault = { route: 'GET /accounts/{id}/models', status: 403, body };
    await fetch(`${controlUrl}/faults`, { method: 'POST', body: JSON.stringify(fault) });

    await expect(manager.read(ACCOUNT)).rejects.toThrow('No role for this.');
  });

  test('is not asked for by anything but a resource id', async () => {
    const { manager } = await resourceManager();
    await expect(manager.read('/subscriptions/s/accounts/a')).rejects.toThrow(
      'is not the resource id of an Azure OpenAI account',
    );
  });
});
