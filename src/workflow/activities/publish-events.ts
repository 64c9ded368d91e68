import { nowIso } from '../../clock.ts';
import type { EventProperties, JobEvent } from '../../jobs/events.ts';
import type { Job } from '../../jobs/job.ts';
import { isTerminal, STATUSES, type Status } from '../../jobs/status.ts';
import { changeJob } from '../change-job.ts';
import type { Services } from '../services.ts';
import type { Steps } from '../steps.ts';

/**
 * Sends what is in a job's outbox, then empties it. A crash in between sends the same bytes again
 * under the same id, which Service Bus drops.
 */
export async function publishEvents(
  services: Services,
  { jobId }: Steps['publishEvents']['input'],
): Promise<null> {
  const row = await services.index.read(jobId);
  if (!row) return null;
  const { outbox } = row.value;
  if (outbox.length > 0) {
    await services.publisher.publish(
      outbox.map((event) => ({ event, properties: propertiesOf(row.value, event) })),
    );
  }
  const sent = new Set(outbox.map(({ id }) => id));
  const job = await changeJob(services, jobId, (now) => sentFrom(now, sent), row);
  if (job.publishedAt) await services.index.close(jobId);
  return null;
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
