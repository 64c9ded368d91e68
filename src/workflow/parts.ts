import { nowIso } from '../clock.ts';
import { requestHashOf } from '../jobs/identity.ts';
import type { Job } from '../jobs/job.ts';
import { isTerminal } from '../jobs/status.ts';
import type { Part, Parts } from '../kinds/ports.ts';
import { changeOpenJob, journalJob } from './change-job.ts';
import { ensureOrchestration } from './gate.ts';
import type { ServicesWithEngine } from './services.ts';
import { wake } from './wake.ts';

/** A full stop occurs in no id that a user can choose. */
export function partId(jobId: string, number: number): string {
  return `${jobId}.${number}`;
}

/** The parts of one job. Each is a row of its own, carried by the same orchestration. */
export function partsOf(services: ServicesWithEngine, job: Job): Parts {
  return {
    start: async (requests) => {
      for (const [index, request] of requests.entries()) {
        await startPart(services, draftOf(job, index + 1, request), request);
      }
    },
    read: async () => (await rowsOf(services, job.id)).map(shownPart),
    cancel: async () => {
      for (const row of await rowsOf(services, job.id)) await cancelPart(services, row);
    },
    output: (number, name) => outputOf(services, partId(job.id, number), name),
    discard: async () => {
      for (const { id } of await rowsOf(services, job.id)) await services.outputs.removePart(id);
    },
  };
}

/** They begin where the whole stands: same deployment, same input, same deadline. */
function draftOf(whole: Job, number: number, request: Record<string, unknown>): Job {
  const { kind, deployment, options, deadline, input } = whole;
  const blob = input ? { input: { blob: input.blob } } : {};
  return {
    id: partId(whole.id, number),
    kind,
    status: 'queued',
    phase: 'checking',
    deployment,
    requestHash: requestHashOf({ kind, request, ...blob, options, labels: {} }),
    labels: {},
    options,
    // Whatever was dropped, the whole takes it away.
    source: { door: whole.source.door },
    part: { of: whole.id, number },
    ...(input ? { input } : {}),
    createdAt: nowIso(),
    deadline,
    intent: 0,
    polls: 0,
    warnings: [],
    actions: [],
    hasManifest: false,
    sequence: 0,
    outbox: [],
  };
}

/** As the gate accepts a job: the request first, then the row, then what carries it. */
async function startPart(
  services: ServicesWithEngine,
  part: Job,
  request: Record<string, unknown>,
): Promise<void> {
  const known = (await services.index.read(part.id))?.value;
  if (!known) {
    await services.state.putRequest(part.id, part.requestHash, request);
    if ((await services.index.insert(part)) === 'inserted') journalJob(services, part);
  }
  await ensureOrchestration(services, known ?? part);
}

/** In order; they were started in order, so the first that is missing ends them. */
async function rowsOf({ index }: Pick<ServicesWithEngine, 'index'>, jobId: string): Promise<Job[]> {
  const rows: Job[] = [];
  for (let number = 1; ; number += 1) {
    const row = await index.read(partId(jobId, number));
    if (!row) return rows;
    rows.push(row.value);
  }
}

/**
 * A run that comes late reads after the outputs were discarded: it must not take what is gone for
 * what never was, and write the job's outputs anew without it.
 */
async function outputOf(
  { index, outputs }: Pick<ServicesWithEngine, 'index' | 'outputs'>,
  id: string,
  name: string,
): Promise<AsyncIterable<Uint8Array> | undefined> {
  const content = await outputs.read(id, name);
  if (content) return content.stream;
  if (!(await index.read(id))?.value.hasManifest) return undefined;
  const manifest = await outputs.readManifest(id);
  if (manifest && manifest.files.every((file) => file.name !== name)) return undefined;
  throw new Error(`The output ${name} of ${id} was discarded: its job has been collected.`);
}

function shownPart({
  part,
  status,
  progress,
  upstream,
  error,
  usage,
  warnings,
  endedAt,
}: Job): Part {
  return {
    number: part?.number ?? 0,
    status,
    ...(endedAt === undefined ? {} : { endedAt }),
    ...(progress === undefined ? {} : { progress }),
    ...(upstream === undefined ? {} : { upstreamId: upstream.id }),
    ...(error === undefined ? {} : { error }),
    ...(usage === undefined ? {} : { usage }),
    warnings,
  };
}

async function cancelPart(services: ServicesWithEngine, part: Job): Promise<void> {
  if (isTerminal(part.status) || part.cancelRequestedAt) return;
  await changeOpenJob(services, part.id, (now) =>
    now.cancelRequestedAt ? undefined : { cancelRequestedAt: nowIso() },
  );
  await wake(services, part.id);
}

/**
 * Wakes the job that this was the last open part of, so that it need not wait for its next look.
 * A wake-up that is lost costs ten minutes at most.
 */
export async function wakeWhole(services: ServicesWithEngine, { part }: Job): Promise<void> {
  if (!part) return;
  const rows = await rowsOf(services, part.of);
  if (rows.every(({ status }) => isTerminal(status))) await wake(services, part.of);
}
