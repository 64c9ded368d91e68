import { TableClient } from '@azure/data-tables';
import { afterEach, expect, test, vi } from 'vitest';
import { prepareSigning } from '../../src/azure/table-signing.ts';

type Policy = Parameters<TableClient['pipeline']['addPolicy']>[0];
type Request = Parameters<Policy['sendRequest']>[0];

const SDK_POLICY = 'tablesNamedKeyCredentialPolicy';
const ACCOUNT =
  'DefaultEndpointsProtocol=https;AccountName=account;AccountKey=a2V5IG9mIHRoZSBhY2NvdW50;EndpointSuffix=core.windows.net';
const SHARED_ACCESS =
  'TableEndpoint=https://account.table.core.windows.net;SharedAccessSignature=sig=x';

afterEach(() => vi.useRealTimers());

function client(connectionString: string): TableClient {
  return TableClient.fromConnectionString(connectionString, 'jobs');
}

function namesOf({ pipeline }: TableClient): string[] {
  return pipeline.getOrderedPolicies().map(({ name }) => name);
}

/** The headers that a policy signs a request with. */
async function signed(policy: Policy | undefined, url: string): Promise<Record<string, string>> {
  const headers = new Map<string, string>();
  const request = { url, headers } as unknown as Request;
  await policy?.sendRequest(request, () => new Promise((resolve) => resolve(undefined as never)));
  return Object.fromEntries([...headers].map(([name, value]) => [name.toLowerCase(), value]));
}

test.each([
  'https://account.table.core.windows.net/jobs()',
  "https://account.table.core.windows.net/jobs(PartitionKey='a%20b',RowKey='%C3%A4')",
  'http://127.0.0.1:10002/account/jobs()?$filter=x%20eq%201&$top=2',
  'https://account.table.core.windows.net/jobs?comp=acl',
])('a request is signed as the SDK does it: %s', async (url) => {
  vi.useFakeTimers();
  const [ofSdk] = client(ACCOUNT).pipeline.removePolicy({ name: SDK_POLICY });
  const prepared = client(ACCOUNT);
  prepareSigning(prepared, ACCOUNT);
  const ours = prepared.pipeline.getOrderedPolicies().find(({ name }) => /PreparedKey/.test(name));

  const expected = await signed(ofSdk, url);

  expect(expected['authorization']).toMatch(/^SharedKeyLite account:/);
  expect(await signed(ours, url)).toEqual(expected);
});

test('it takes the place of the SDK’s own signing', () => {
  const table = client(ACCOUNT);
  const before = namesOf(table);
  prepareSigning(table, ACCOUNT);
  const after = namesOf(table);
  expect(after).toEqual(
    before.map((name) => (name === SDK_POLICY ? 'tablesPreparedKeyPolicy' : name)),
  );
});

test('a client without an account key is left as it is', () => {
  const table = client(SHARED_ACCESS);
  const before = namesOf(table);
  prepareSigning(table, SHARED_ACCESS);
  expect(namesOf(table)).toEqual(before);
});
