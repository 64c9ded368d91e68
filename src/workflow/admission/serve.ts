import { clock } from '../../clock.ts';
import type { DeploymentLimits, Desk, Versioned, Waiter } from '../ports.ts';
import type { ServicesWithEngine } from '../services.ts';
import { wake } from '../wake.ts';
import { fullLimit, refreshed, seat, withoutPlace, type Seating } from './desk.ts';
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
  /** The job that asks: it is in the queue, whatever the desk says of it. */
  asking?: string;
  /**
   * Looks at the queue although the desk says that nobody waits, and writes so if it is empty. That
   * is left to the sweeper: who died before the second look would leave waiters to themselves.
   */
  thorough?: true;
}

/** What a change of the desk came to. */
interface Served extends Seating {
  /** Someone whom it did not see may have a place now. */
  again: boolean;
}

/**
 * Gives back a place where one is left, lets in the head of the queue as far as there is room, and
 * wakes whom that concerns. A crash in between costs those who were not woken the time until they
 * ask again, or until the timer of every minute serves the queue.
 *
 * Whoever queues and then finds the desk full, and written that somebody waits, leaves it as it is:
 * thousands may wait at one desk. So a change that leaves room, or the word that nobody waits, has
 * to be followed by another look at the queue.
 *
 * @param known the desk as it was just read.
 * @returns what the last change of the desk came to.
 */
export async function serve(
  services: ServicesWithEngine,
  service: Service,
  known?: Versioned<Desk>,
): Promise<Seating> {
  const { again, ...seating } = await untilWon(`The desk of ${service.deployment}`, (race) =>
    served(services, service, race === 0 ? known : undefined),
  );
  await wakeConcerned(services, service, seating);
  if (!again) return seating;
  const { leaving: _left, ...rest } = service;
  return serve(services, rest);
}

/** @returns undefined when the desk was changed by another meanwhile. */
async function served(
  services: ServicesWithEngine,
  service: Service,
  known?: Versioned<Desk>,
): Promise<Served | undefined> {
  const { deployment, limits, leaving } = service;
  const row = known ?? (await services.admission.readDesk(deployment));
  const now = clock().now();
  const current = refreshed(row.value, now);
  const before = leaving === undefined ? current : withoutPlace(current, leaving);
  const looks = current.queued || service.asking !== undefined || service.thorough === true;
  const queue = looks ? await queueBefore(services, service, before) : [];
  const seating = await seatReal(services, service, { desk: before, queue, now });
  const queued = queue.length > 0 || (current.queued && service.thorough !== true);
  const desk = { ...seating.desk, queued };
  if (seating.desk === current && queued === current.queued) {
    return { ...seating, again: false };
  }
  if (!(await services.admission.replaceDesk(deployment, desk, row.version))) return undefined;
  const leavesRoom = fullLimit(desk, limits, {}) === undefined;
  return { ...seating, desk, again: looks && (leavesRoom || !queued) };
}

/** Those who were let in may not have left the queue yet, so the page reaches beyond them. */
function queueBefore(
  { admission }: ServicesWithEngine,
  { deployment }: Service,
  { holders, entries }: Desk,
): Promise<Waiter[]> {
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
 * learn when to ask again. Who asks hears of its place by itself; but its answer may be that of a
 * repeated run, which nobody waits for, and the run that counts may have been told to wait until a
 * place is given back: nothing else would wake it.
 */
async function wakeConcerned(
  services: ServicesWithEngine,
  { asking, leaving }: Service,
  seating: Seating,
): Promise<void> {
  const { seated, blocked } = seating;
  const moved = seated.length > 0 || leaving !== undefined;
  const next = moved && blocked?.full.until !== undefined ? [blocked.waiter] : [];
  const holds = seating.desk.holders.some(({ jobId }) => jobId === asking);
  const concerned = [...seated, ...overdue(seating, clock().now()), ...next];
  const unheard = concerned.filter(({ jobId }) => holds || jobId !== asking);
  await Promise.all(unheard.map(({ jobId }) => wake(services, jobId)));
}
