import { BatchAccount } from './batch/account.ts';
import { batchViolations, ledgerViolations, ofJob } from './batch/checks.ts';
import { batchJobs, DEPLOYMENTS } from './batch/jobs.ts';
import { readOutputs } from './batch/outputs.ts';
import { persistently, type StackUnderFire } from './kill/stack-under-fire.ts';
import type { Life } from './kill/user.ts';
import type { Work } from './kill/work.ts';

/** Small batches, some of them in parts. */
export const BATCHES: Work = {
  longestPause: 3_000,
  deployments: DEPLOYMENTS,
  jobs: batchJobs,
  violations,
};

async function violations({ addresses }: StackUnderFire, all: readonly Life[]) {
  const lives = all.filter(({ planned }) => planned.kind === 'batch');
  const account = new BatchAccount(addresses.azureOpenAI);
  const ids = lives.map(({ planned }) => planned.id);
  const strays = await straysOf(account, ids);
  const batches = await persistently('listing the batches', () => account.batches());
  const own = batches.filter((batch) => ids.some((id) => ofJob(id)(batch)));
  const gaps = await Promise.all(lives.map((life) => gapsIn(`${addresses.functions}/api`, life)));
  return [...strays, ...batchViolations(own), ...gaps.flat()];
}

/** Jobs clean up after their end, and sweeps take what crashes left behind. */
async function straysOf(account: BatchAccount, ids: readonly string[]): Promise<string[]> {
  const look = async () => {
    const names = await account.fileNames();
    const left = names.filter((name) => ids.some((id) => name.includes(`-${id}.`)));
    if (left.length > 0) throw new Error(`Left upstream: ${left.join(', ')}.`);
    return [];
  };
  return persistently('cleaning up', look).catch((error: Error) => [String(error.cause)]);
}

async function gapsIn(base: string, life: Life): Promise<string[]> {
  const { id } = life.planned;
  const outputs = await readOutputs(base, id);
  return [...ledgerViolations(life, outputs)].map((what) => `${id}: ${what}`);
}
