import { nowIso } from '../../clock.ts';
import { serviceEvent, type JobEvent } from '../../jobs/events.ts';
import type { Services } from '../services.ts';
import { accountName } from './account.ts';
import { affectedBy, type KnownDeployment } from './affected-deployments.ts';
import { announce } from './announce.ts';
import { readNotice, type Notice } from './notice.ts';

/** What became of a notice. */
export interface Reception {
  status: 'announced' | 'repeat' | 'ignored';
  /** The id of the event; null when there is none. */
  eventId: string | null;
}

const EVENT_TYPES = {
  advisory: 'longhaul.model.retirement-announced',
  incident: 'longhaul.service.incident',
} as const;

/** The service is called `Azure OpenAI Service`; a notice that names none may be about it. */
const OURS = /open\s?ai/i;

const RETIREMENT = /retir|deprecat|end of (?:life|support)|sunset/i;

/**
 * Takes a notice of Azure Service Health and announces it, once for all its deliveries. Notices
 * about other services are left alone.
 *
 * @param payload a parsed JSON value.
 * @throws LonghaulError `invalid-notice`; `events-unavailable` or `storage-unavailable` when it is
 *   to be delivered again.
 */
export async function receiveNotice(services: Services, payload: unknown): Promise<Reception> {
  const notice = readNotice(payload);
  if (!isOurs(notice)) {
    const { trackingId, services: about } = notice;
    services.journal.write({ event: 'notice-ignored', trackingId, services: about });
    return { status: 'ignored', eventId: null };
  }
  const affected = affectedBy(notice, await knownDeployments(services));
  const event = noticeEvent(notice, affected, nowIso());
  return { status: await announce(services, event), eventId: event.id };
}

function isOurs({ services, test }: Notice): boolean {
  return test || services.length === 0 || services.some((name) => OURS.test(name));
}

/** What is stored of the accounts, and what the settings alone know. */
async function knownDeployments({
  deployments,
  inventories,
}: Services): Promise<KnownDeployment[]> {
  const stored = await Promise.all(
    deployments.accounts().map((account) => inventories.read(account)),
  );
  const read = stored.flatMap((inventory) =>
    (inventory?.deployments ?? [])
      .filter(({ deployment }) => deployments.described(deployment)?.account === inventory?.account)
      .map((deployed) => ({
        ...deployed,
        account: accountName(inventory?.account ?? ''),
        region: inventory?.region ?? null,
      })),
  );
  const unread = deployments
    .list()
    .filter(({ name }) => !read.some(({ deployment }) => deployment === name))
    .map(({ name, account, model }) => ({
      account: account === null ? null : accountName(account),
      deployment: name,
      model: model ?? name,
      baseModel: null,
      version: null,
      region: null,
      retirementDate: null,
    }));
  return [...read, ...unread];
}

function noticeEvent(notice: Notice, affected: readonly KnownDeployment[], time: string): JobEvent {
  const { key, kind, text, ...told } = notice;
  return serviceEvent({
    id: `service-health.${key}`,
    type: EVENT_TYPES[kind],
    subject: `service-health/${notice.trackingId}`,
    sequence: 1,
    time,
    data: {
      source: 'service-health',
      ...told,
      mentionsRetirement: RETIREMENT.test(text),
      deployments: affected.map(shown),
    },
  });
}

function shown({ account, deployment, model, version, region, retirementDate }: KnownDeployment) {
  return { account, deployment, model, version, region, retirementDate };
}
