import { describe, expect, it } from 'vitest';
import { simulatorForTest } from './support.ts';

const ACCOUNT =
  '/subscriptions/any/resourceGroups/any/providers/Microsoft.CognitiveServices/accounts/any';

interface Page {
  value: { name: string; properties?: { model: { name: string; version: string } } }[];
  nextLink?: string;
}

async function ask(origin: string, path: string, headers: Record<string, string> = {}) {
  const response = await fetch(new URL(path, origin), { headers });
  return { status: response.status, body: await response.json() };
}

const TOKEN = { authorization: 'Bearer any' };
const VERSION = 'api-version=2025-09-01';

describe('the simulated Azure Resource Manager', () => {
  it.each([
    ['without a token', `${ACCOUNT}/models?${VERSION}`, {}, 401, 'AuthenticationFailed'],
    ['without a version', `${ACCOUNT}/models`, TOKEN, 400, 'MissingApiVersionParameter'],
    ['for what it does not simulate', `${ACCOUNT}/usages?${VERSION}`, TOKEN, 404, '404'],
  ])('refuses a call %s', async (_, path, headers, status, code) => {
    const { url } = await simulatorForTest();
    const answer = await ask(url, path, headers);
    expect(answer).toMatchObject({ status, body: { error: { code } } });
  });

  it('lists in pages, each of which names the next', async () => {
    const { url } = await simulatorForTest();
    const names: string[] = [];
    let next: string | undefined = `${ACCOUNT}/deployments?${VERSION}`;
    for (let pages = 0; next !== undefined; pages += 1) {
      const page = (await ask(url, next, TOKEN)).body as Page;
      expect(page.value.length).toBeLessThanOrEqual(10);
      names.push(...page.value.map(({ name }) => name));
      next = page.nextLink;
    }
    expect(names).toContain('o3-pro');
    expect(new Set(names).size).toBe(names.length);
  });

  it('says of a model what it was told to say, until that is taken back', async () => {
    const { url, control } = await simulatorForTest({ deployments: { research: 'o3-pro' } });
    const version = async () => {
      const { body } = await ask(url, `${ACCOUNT}/deployments?${VERSION}`, TOKEN);
      return (body as Page).value[0]?.properties?.model.version;
    };

    await control('PUT', '/models/o3-pro', { version: '2026-01-01' });
    expect(await version()).toBe('2026-01-01');
    await control('DELETE', '/models/o3-pro');
    expect(await version()).toBe('2025-06-10');
  });

  it('refuses to be told what Azure would not say', async () => {
    const { control } = await simulatorForTest();
    const deprecation = { inference: 'soon' };
    const { status, body } = await control('PUT', '/models/o3-pro', { deprecation, owner: 'me' });
    expect(status).toBe(400);
    expect(body.error.message).toContain('$.deprecation.inference');
    expect(body.error.message).toContain('owner');
  });
});
