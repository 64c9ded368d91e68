import { jobEvent, type JobEvent } from '../../jobs/events.ts';
import type { Job } from '../../jobs/job.ts';
import type { Change } from '../../jobs/transition.ts';
import { changeOpenJob } from '../change-job.ts';
import type { Services } from '../services.ts';
import type { OutputsAtRisk, Steps } from '../steps.ts';
import { publishEvents } from './publish-events.ts';

/**
 * Tells that outputs may be lost. The event is made of the input alone, whether or not the row can be
 * reached, so that every run of this tells the very same, and Service Bus drops all but one; through
 * the row its message gets kind, status and labels to be filtered by.
 */
export async function announceRisk(
  services: Services,
  risk: Steps['announceRisk']['input'],
): Promise<null> {
  const { jobId, upstreamId } = risk;
  const event = riskEvent(risk);
  const { expiresAt } = event.data;
  services.journal.write({ event: 'outputs-at-risk', jobId, upstreamId, expiresAt });
  if (await isInOutbox(services, jobId, event)) return publishEvents(services, { jobId });
  await services.publisher.publish([{ event, properties: { type: event.type, labels: {} } }]);
  return null;
}

/** It comes after the event before it and before the next, whose number it cannot know. */
function riskEvent({ jobId, upstreamId, sequence, expiresAt, at }: OutputsAtRisk): JobEvent {
  const event = jobEvent({
    subject: jobId,
    step: 'outputs-at-risk',
    sequence,
    time: new Date(at).toISOString(),
    data: { id: jobId, upstreamId, expiresAt: new Date(expiresAt).toISOString() },
  });
  // Another time of expiry is news, so it is another event.
  const id = `${event.id}.${Math.floor(expiresAt / 1_000)}`;
  return { ...event, id, sequence: `${event.sequence}.1` };
}

/** @returns false when the row is out of reach. */
async function isInOutbox(services: Services, jobId: string, event: JobEvent): Promise<boolean> {
  try {
    await changeOpenJob(services, jobId, (job) => withEvent(job, event));
    return true;
  } catch {
    return false;
  }
}

function withEvent({ outbox }: Job, event: JobEvent): Change | undefined {
  if (outbox.some(({ id }) => id === event.id)) return undefined;
  return { outbox: [...outbox, event] };
}
