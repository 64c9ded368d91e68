import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SUPPORTED_KINDS } from '../../../src/kinds/index.ts';
import type { Kind } from '../../../src/kinds/kind.ts';
import { sweepKinds } from '../../../src/workflow/sweeper/kinds.ts';
import { MemoryUpstream } from '../../support/in-memory/upstream.ts';
import { World } from '../../support/in-memory/world.ts';

describe('what kinds may have left upstream', () => {
  const kinds = SUPPORTED_KINDS as Kind[];
  const all = [...kinds];
  let swept: string[];

  beforeEach(() => {
    swept = [];
    const sweep: NonNullable<Kind['sweep']> = async ({ deployment }) => {
      swept.push(deployment.name);
      return { removed: 0, failed: 0 };
    };
    kinds.splice(0, kinds.length, ...all.slice(0, 1).map((kind) => ({ ...kind, sweep })));
  });
  afterEach(() => void kinds.splice(0, kinds.length, ...all));

  /** @param endpoints by the names of the settings' entries. */
  async function sweepWith(endpoints: Record<string, string>): Promise<string[]> {
    const services = new World(new MemoryUpstream({})).services();
    const { upstream } = services.deployments.named('o3') ?? {};
    if (!upstream) throw new Error('The world has no deployment.');
    const names = Object.keys(endpoints).filter((name) => name !== '*');
    const list = () =>
      names.map((name) => ({
        name,
        endpoint: endpoints[name] ?? '',
        account: null,
        model: null,
        exclusive: false,
        limits: {},
      }));
    const named = (name: string) => {
      const endpoint = endpoints[name];
      return endpoint === undefined
        ? undefined
        : { facts: { name }, upstream, limits: {}, endpoint };
    };
    await sweepKinds({ ...services, deployments: { ...services.deployments, list, named } });
    return swept;
  }

  it('is looked for once in each account', async () => {
    expect(await sweepWith({ a: 'one', b: 'one', c: 'two' })).toEqual(['c', 'a']);
  });

  it('is looked for in the account of the deployments that the settings do not list', async () => {
    expect(await sweepWith({ '*': 'one' })).toEqual(['*']);
    expect(await sweepWith({ a: 'one', '*': 'one' })).toEqual(['*', 'a']);
  });
});
