import { nowIso } from '../../clock.ts';
import type { EventProperties, JobEvent } from '../../jobs/events.ts';
import type { Job } from '../../jobs/job.ts';
import { isTerminal, STATUSES, type Status } from '../../jobs/status.ts';
import { changeJob, describeJob } from '../change-job.ts';
import type { Versioned } from '../ports.ts';
import type { Services } from '../services.ts';
import type { Steps } from '../steps.ts';

/**
 * Sends what is in a job's outbox, then empties it. A crash in between sends the same bytes again
 * under the same id, which Service Bus drops. Whatever became of the run that ended a job, its end is
 * told by this, so that what must hold by then is seen to here.
 */
export async function publishEvents(
  services: Services,
  { jobId }: Steps['publishEvents']['input'],
): Promise<null> {
  const row = await services.index.read(jobId);
  if (row) await publishOutbox(services, row);
  return null;
}

/** As {@link publishEvents}, of a row that was just read. */
export async function publishOutbox(services: Services, row: Versioned<Job>): Promise<void> {
  const { outbox, status, publishedAt } = row.value;
  if (isTerminal(status) && !publishedAt) await completeEnd(services, row.value);
  if (outbox.length > 0) {
    await services.publisher.publish(
      outbox.map((event) => ({ event, properties: propertiesOf(row.value, event) })),
    );
  }
  const sent = new Set(outbox.map(({ id }) => id));
  const job = await changeJob(services, row.value.id, (now) => sentFrom(now, sent), row);
  if (job.publishedAt) await services.index.close(job);
}

/**
 * No request is left, for a run or a repeated submission that came late may have stored one again
 * before it could see the end, and `state/{id}/job.json` shows how the job ended. Service Bus may be
 * away for hours, in which this is not done again at every try.
 */
async function completeEnd(services: Services, job: Job): Promise<void> {
  if (job.outbox.length > 0) await services.publisher.reach();
  await services.state.deleteRequests(job.id);
  await services.state.putDocument(await describeJob(services, job));
}

function sentFrom(job: Job, sent: ReadonlySet<string>) {
  const outbox = job.outbox.filter(({ id }) => !sent.has(id));
  const done = isTerminal(job.status) && outbox.length === 0 && !job.publishedAt;
  if (!done && outbox.length === job.outbox.length) return undefined;
  return { outbox, ...(done ? { publishedAt: nowIso() } : {}) };
}

function propertiesOf({ kind, labels }: Job, { type, data }: JobEvent): EventProperties {
  const status = STATUSES.find((name): name is Status => name === data['status']);
  return { type, kind, labels, ...(status ? { status } : {}) };
}
