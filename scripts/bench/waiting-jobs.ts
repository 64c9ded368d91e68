import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { TableClient } from '@azure/data-tables';
import { BlobServiceClient } from '@azure/storage-blob';
import { TableAdmissionStore } from '../../src/azure/admission-store.ts';
import { TableJobIndex } from '../../src/azure/job-index.ts';
import { BlobJobState } from '../../src/azure/job-state.ts';
import type { Services } from '../../src/workflow/services.ts';
import { World } from '../../test/support/in-memory/world.ts';
import { Child } from './child.ts';
import { rounded, type Bench, type Result } from './result.ts';
import { WaitingHour } from './waiting-jobs/waiting-hour.ts';

const NAME = 'waiting jobs';
const JOBS = 1_000;
const MINUTES = 60;
const PLACES = 2;

/** Milliseconds for which each job that is let in runs: those of a video. */
const RUNS = 210_000;

/** What all operations for a waiting job may come to in a minute. */
const MOST = 1;

/**
 * What it costs that jobs wait for admission. Storage is Azurite, and every request to it counts;
 * the workflow, its timers and its activities are the real ones, on virtual time.
 */
export const WAITING_JOBS_BENCH: Bench = { name: NAME, run: measured };

/** @throws Error when waiting costs too much. */
async function measured(): Promise<Result[]> {
  const storage = await Child.start<{ connectionString: string }>('storage', () => []);
  let requests = 0;
  const count = () => (requests += 1);
  try {
    const world = new World();
    world.deployment = { facts: world.deployment.facts, limits: { concurrent: PLACES } };
    const ports = await portsAt(storage.ready.connectionString);
    const hour = new WaitingHour({ ...world.services(), ...ports }, RUNS);
    await hour.handIn(JOBS);
    subscribe('http.client.request.start', count);
    const host = await hour.pass(MINUTES);
    return resultsOf({ storage: requests, host }, hour.letIn);
  } finally {
    unsubscribe('http.client.request.start', count);
    await storage.stop();
  }
}

async function portsAt(
  connectionString: string,
): Promise<Pick<Services, 'index' | 'state' | 'admission'>> {
  const options = { allowInsecureConnection: true };
  const table = TableClient.fromConnectionString(connectionString, 'jobs', options);
  const state =
    BlobServiceClient.fromConnectionString(connectionString).getContainerClient('state');
  await Promise.all([table.createTable(), state.createIfNotExists()]);
  return {
    index: new TableJobIndex(table),
    state: new BlobJobState(state),
    admission: new TableAdmissionStore(table),
  };
}

function resultsOf(spent: { storage: number; host: number }, letIn: number): Result[] {
  const perJobAndMinute = (operations: number) => rounded(operations / (JOBS * MINUTES));
  const conditions = { jobs: JOBS, minutes: MINUTES, places: PLACES, letIn };
  const result = (of: string, operations: number): Result => ({
    name: `${of} operations of a waiting job`,
    value: perJobAndMinute(operations),
    unit: 'per minute',
    ...conditions,
  });
  const all = spent.storage + spent.host;
  if (all / (JOBS * MINUTES) >= MOST) {
    throw new Error(
      `A waiting job costs ${perJobAndMinute(all)} operations a minute, not under ${MOST}.`,
    );
  }
  return [result('storage', spent.storage), result('host', spent.host), result('all', all)];
}
