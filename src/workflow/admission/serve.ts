import { clock } from '../../clock.ts';
import type { DeploymentLimits, Desk, Versioned, Waiter } from '../ports.ts';
import type { ServicesWithEngine } from '../services.ts';
import { wake } from '../wake.ts';
import { refreshed, seat, withoutPlace, type Seating } from './desk.ts';
import { ghostsAmong } from './ghosts.ts';
import { MINUTE } from './limits.ts';
import { untilWon } from './until-won.ts';

/** How many are let in by one change of the desk, at least; if more fit, another follows. */
const SEATED_AT_ONCE = 16;

/** The largest page of a table. */
const LONGEST_PAGE = 1_000;

export interface Service {
  deployment: string;
  limits: DeploymentLimits;
  /** The job whose place is given back. */
  leaving?: string;
  /** The job that asks, which need not be woken. */
  asking?: string;
  /** The asking job has just queued: the desk must change, whatever is found. */
  joined?: true;
}

/**
 * Gives back a place where one is left, lets in the head of the queue as far as there is room, and
 * wakes whom that concerns. A crash in between costs those who were not woken the time until they
 * ask again, or until the timer of every minute serves the queue.
 *
 * @returns what the last change of the desk came to.
 */
export async function serve(services: ServicesWithEngine, service: Service): Promise<Seating> {
  const seating = await untilWon(`The desk of ${service.deployment}`, () =>
    served(services, service),
  );
  await wakeConcerned(services, service, seating);
  if (seating.seated.length < SEATED_AT_ONCE) return seating;
  const { leaving: _left, joined: _joined, ...rest } = service;
  return serve(services, rest);
}

/** @returns undefined when the desk was changed by another meanwhile. */
async function served(
  services: ServicesWithEngine,
  service: Service,
): Promise<Seating | undefined> {
  const { deployment, leaving, joined = false } = service;
  const row = await services.admission.readDesk(deployment);
  const now = clock().now();
  const current = refreshed(row.value, now);
  const before = leaving === undefined ? current : withoutPlace(current, leaving);
  const queue = await queueBefore(services, service, before);
  const seating = await seatReal(services, service, { desk: before, queue, now });
  // Cleared only under the version under which the queue was seen empty: who has queued since has
  // changed the desk, or is about to.
  const desk = { ...seating.desk, queued: joined || queue.length > 0 };
  const changes = joined || seating.desk !== current || desk.queued !== current.queued;
  return !changes || (await replaced(services, deployment, desk, row))
    ? { ...seating, desk }
    : undefined;
}

function replaced(
  { admission }: ServicesWithEngine,
  deployment: string,
  desk: Desk,
  { version }: Versioned<Desk>,
): Promise<boolean> {
  return admission.replaceDesk(deployment, desk, version);
}

/** Those who were let in may not have left the queue yet, so the page reaches beyond them. */
async function queueBefore(
  { admission }: ServicesWithEngine,
  { deployment, joined }: Service,
  { queued, holders, entries }: Desk,
): Promise<Waiter[]> {
  if (!queued && !joined) return [];
  const page = SEATED_AT_ONCE + holders.length + entries.length;
  return admission.head(deployment, Math.min(page, LONGEST_PAGE));
}

/** Those in the queue whose jobs wait no more are taken out of it, rather than let in. */
async function seatReal(
  services: ServicesWithEngine,
  { deployment, limits }: Service,
  { desk, queue, now }: { desk: Desk; queue: readonly Waiter[]; now: number },
): Promise<Seating> {
  const seating = seat(desk, limits, queue, now);
  const ghosts = await ghostsAmong(services, [...seating.seated, ...overdue(seating, now)]);
  if (ghosts.length === 0) return seating;
  await Promise.all(ghosts.map((ghost) => services.admission.dequeue(deployment, ghost)));
  const rest = queue.filter((waiter) => !ghosts.includes(waiter));
  return seatReal(services, { deployment, limits }, { desk, queue: rest, now });
}

/** Those who should have noticed long ago that they were let in: their wake was lost. */
function overdue({ desk, unaware }: Seating, now: number): Waiter[] {
  const since = new Map(desk.holders.map((holder) => [holder.jobId, holder.since]));
  return unaware.filter(({ jobId }) => (since.get(jobId) ?? now) <= now - MINUTE);
}

/**
 * Whoever has come to the head of the queue and is kept out by the minute alone is woken too, to
 * learn when to ask again.
 */
async function wakeConcerned(
  services: ServicesWithEngine,
  { asking, leaving }: Service,
  seating: Seating,
): Promise<void> {
  const { seated, blocked } = seating;
  const moved = seated.length > 0 || leaving !== undefined;
  const next = moved && blocked?.full.until !== undefined ? [blocked.waiter] : [];
  const concerned = [...seated, ...overdue(seating, clock().now()), ...next];
  const others = concerned.filter(({ jobId }) => jobId !== asking);
  await Promise.all(others.map(({ jobId }) => wake(services, jobId)));
}
