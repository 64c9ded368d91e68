import { clock } from '../clock.ts';
import type { Job } from '../jobs/job.ts';
import { isTerminal } from '../jobs/status.ts';
import { publishOutbox } from './activities/publish-events.ts';
import { ensureOrchestration } from './gate.ts';
import { scatter } from './pace.ts';
import type { EventPublisher } from './ports.ts';
import type { ServicesWithEngine } from './services.ts';

/** What is still to be sent after so long met an outage, or a run that was lost. */
const LEFT_BEHIND = 60_000;

const MINUTE = 60_000;
const DAY = 86_400_000;

/**
 * Minutes between two looks at a job that has been open for so many minutes: a thousand jobs that
 * wait for hours must not cost thousands of reads a minute.
 */
const MINUTES_BETWEEN_LOOKS = [
  { openFor: 30, between: 10 },
  { openFor: 5, between: 5 },
  { openFor: 0, between: 1 },
];

/**
 * No wait is longer than ten minutes, and a poll is written down before the next wait: a job whose
 * poll is so late has an orchestration that no longer moves.
 */
const STUCK = 30 * MINUTE;

/** With Service Bus away, one look may take as long as a send is tried. */
const LOOKS_AT_ONCE = 16;

/**
 * Looks at open jobs: at each in every minute of its first five, then in one of five, after half an
 * hour in one of ten. Starts an orchestration where none is live, wakes one that no longer moves,
 * sends events that were left behind. One job's trouble does not keep the others waiting.
 *
 * @param lookedAt when this was last done, milliseconds since the epoch; without it every job is
 *   looked at.
 * @returns how many jobs were open and how many could not be looked after.
 */
export async function keepJobs(
  services: ServicesWithEngine,
  lookedAt = Number.NEGATIVE_INFINITY,
): Promise<{ open: number; troubled: number }> {
  const round = { ...services, publisher: sparing(services.publisher) };
  let open = 0;
  let troubled = 0;
  let batch: string[] = [];
  for await (const mark of services.index.open()) {
    open += 1;
    if (isItsTurn(mark, lookedAt)) batch.push(mark.id);
    if (batch.length < LOOKS_AT_ONCE) continue;
    troubled += await keepAll(round, batch);
    batch = [];
  }
  return { open, troubled: troubled + (await keepAll(round, batch)) };
}

/** With Service Bus away, one job of a round finds that out, and a thousand others are spared the try. */
function sparing(publisher: EventPublisher): EventPublisher {
  let reached: Promise<void> | undefined;
  const reach = () => (reached ??= publisher.reach());
  return {
    reach,
    async publish(events) {
      await reach();
      await publisher.publish(events);
    },
  };
}

/** @returns how many could not be looked after. */
async function keepAll(services: ServicesWithEngine, ids: readonly string[]): Promise<number> {
  const kept = await Promise.all(ids.map((id) => keptOrNoted(services, id)));
  return kept.filter((isKept) => !isKept).length;
}

async function keptOrNoted(services: ServicesWithEngine, id: string): Promise<boolean> {
  try {
    await keepJob(services, id);
    return true;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    services.journal.write({ event: 'upkeep-late', jobId: id, reason });
    return false;
  }
}

/** Which minute of several is a job's own follows from its id, so that the looks spread evenly. */
function isItsTurn({ id, markedAt }: { id: string; markedAt: string }, lookedAt: number): boolean {
  const now = clock().now();
  const between = minutesBetweenLooks(now - Date.parse(markedAt));
  const turnsUntil = (time: number) =>
    Math.floor((Math.floor(time / MINUTE) + (scatter(id) % between)) / between);
  return turnsUntil(now) > turnsUntil(lookedAt);
}

function minutesBetweenLooks(age: number): number {
  const found = MINUTES_BETWEEN_LOOKS.find(({ openFor }) => age > openFor * MINUTE);
  return found?.between ?? 1;
}

async function keepJob(services: ServicesWithEngine, id: string): Promise<void> {
  const row = await services.index.read(id);
  if (!row) return services.index.unmark(id);
  if (!isTerminal(row.value.status)) await keepGoing(services, row.value);
  if (isLeftBehind(row.value)) await publishOutbox(services, row);
}

async function keepGoing(services: ServicesWithEngine, job: Job): Promise<void> {
  if (!(await services.orchestrations.isLive(job.id))) await ensureOrchestration(services, job);
  else if (isStuck(job)) await wakeStuck(services, job);
}

function isStuck({ status, nextPollAt }: Job): boolean {
  if (status !== 'running' || nextPollAt === undefined) return false;
  return clock().now() - Date.parse(nextPollAt) > STUCK;
}

async function wakeStuck(services: ServicesWithEngine, { id, nextPollAt }: Job): Promise<void> {
  services.journal.write({ event: 'stuck-job-woken', jobId: id, nextPollAt });
  await services.orchestrations.wake(id);
}

/** Of an ended job that its end is not told, or that its mark is still there. */
function isLeftBehind({ endedAt, outbox }: Job): boolean {
  const since = endedAt ?? outbox[0]?.time;
  return since !== undefined && clock().now() - Date.parse(since) > LEFT_BEHIND;
}

/**
 * Removes what is known of jobs that ended long ago, and the histories of their orchestrations.
 * Outputs belong to the user and stay.
 */
export async function forgetOldJobs(services: ServicesWithEngine): Promise<{ removed: number }> {
  const { jobRetentionDays, historyRetentionDays } = services.limits;
  const now = clock().now();
  const cutoff = new Date(now - jobRetentionDays * DAY).toISOString();
  let removed = 0;
  for await (const id of services.index.createdBefore(cutoff)) {
    if (await forgetJob(services, id, cutoff)) removed += 1;
  }
  const historyCutoff = new Date(now - historyRetentionDays * DAY).toISOString();
  await services.orchestrations.purgeBefore(historyCutoff);
  return { removed };
}

async function forgetJob(
  { index, state }: ServicesWithEngine,
  id: string,
  cutoff: string,
): Promise<boolean> {
  const job = (await index.read(id))?.value;
  const ended = job?.endedAt;
  if (job && !(ended && job.publishedAt && ended < cutoff)) return false;
  await state.remove(id);
  await index.remove(id);
  return true;
}
