import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { connectServiceHealth, environmentFrom, NEEDED } from '../../infra/hooks/connect.ts';
import { ResourceManager } from '../../infra/hooks/resource-manager.ts';

const ENVIRONMENT = {
  AZURE_SUBSCRIPTION_ID: 'sub',
  AZURE_RESOURCE_GROUP: 'rg-dev',
  SERVICE_API_NAME: 'func-dev',
  SERVICE_HEALTH_ACTION_GROUP: 'ag-app-dev',
};
const IMPATIENT = { tries: 5, pause: 1 };
const KEY = 'a key/with=signs';

const servers: Server[] = [];
afterEach(() => servers.splice(0).map((server) => server.close()));

/** Azure Resource Manager, which answers each of its routes with these statuses before it succeeds. */
async function resourceManager(failures: { listkeys?: number[]; put?: number[] } = {}) {
  const put: unknown[] = [];
  const group = {
    id: 'ag',
    location: 'global',
    tags: { 'azd-env-name': 'dev' },
    properties: { groupShortName: 'lh-app', enabled: true, emailReceivers: [{ name: 'kept' }] },
  };
  const server = createServer((request, response) => {
    const url = request.url ?? '';
    const answer = (status: number, body: unknown) =>
      response.writeHead(status).end(JSON.stringify(body));
    const failed = (statuses: number[] | undefined) => {
      const status = statuses?.shift();
      if (status !== undefined) answer(status, { error: 'not now' });
      return status !== undefined;
    };
    if (url.includes('/functions/receiveServiceHealth/listkeys?')) {
      if (!failed(failures.listkeys)) answer(200, { default: KEY });
    } else if (url.includes('/sites/func-dev?')) {
      answer(200, { properties: { defaultHostName: 'func-dev.azurewebsites.net' } });
    } else if (url.includes('/actionGroups/ag-app-dev?')) {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        if (request.method === 'GET') return answer(200, group);
        if (failed(failures.put)) return undefined;
        put.push(JSON.parse(Buffer.concat(chunks).toString()));
        return answer(200, {});
      });
    } else answer(404, { error: `no route ${url}` });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { azure: new ResourceManager('token', `http://127.0.0.1:${port}`), put };
}

describe('the hook that connects Service Health to the app', () => {
  it('makes the function a receiver, and leaves the rest of the action group alone', async () => {
    const { azure, put } = await resourceManager();
    expect(await connectServiceHealth(azure, ENVIRONMENT, false, IMPATIENT)).toBe(true);
    expect(put).toEqual([
      {
        location: 'global',
        tags: { 'azd-env-name': 'dev' },
        properties: {
          groupShortName: 'lh-app',
          enabled: true,
          emailReceivers: [{ name: 'kept' }],
          azureFunctionReceivers: [
            {
              name: 'receiveServiceHealth',
              functionAppResourceId:
                '/subscriptions/sub/resourceGroups/rg-dev/providers/Microsoft.Web/sites/func-dev',
              functionName: 'receiveServiceHealth',
              httpTriggerUrl: `https://func-dev.azurewebsites.net/api/service-health?code=${encodeURIComponent(KEY)}`,
              useCommonAlertSchema: true,
            },
          ],
        },
      },
    ]);
  });

  it('waits for the function to be there, and tries again when Azure is busy', async () => {
    const { azure, put } = await resourceManager({ listkeys: [404, 400, 503], put: [409, 429] });
    await connectServiceHealth(azure, ENVIRONMENT, false, IMPATIENT);
    expect(put).toHaveLength(1);
  });

  it('does nothing after provisioning when there is no code yet', async () => {
    const { azure, put } = await resourceManager({ listkeys: [404] });
    expect(await connectServiceHealth(azure, ENVIRONMENT, true, IMPATIENT)).toBe(false);
    expect(put).toEqual([]);
  });

  it('gives up at once when it may not, without showing the key', async () => {
    const { azure } = await resourceManager({ put: [403] });
    const connected = connectServiceHealth(azure, ENVIRONMENT, false, IMPATIENT);
    await expect(connected).rejects.toThrow(/^PUT .*ag-app-dev was answered with 403/);
    await expect(connected).rejects.not.toThrow(encodeURIComponent(KEY));
  });

  it('says which variables are absent', () => {
    expect(() => environmentFrom({})).toThrow(NEEDED.join(', '));
    expect(environmentFrom(ENVIRONMENT)).toEqual(ENVIRONMENT);
  });
});
