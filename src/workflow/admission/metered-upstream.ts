import { randomInt } from 'node:crypto';
import { clock } from '../../clock.ts';
import { heldBack } from '../../kinds/held-back.ts';
import type { Upstream, UpstreamReply, UpstreamRequest } from '../../kinds/upstream.ts';
import type { DeploymentLimits } from '../ports.ts';
import type { Services } from '../services.ts';
import { callsFullUntil, lately, shardsOf, withCall, type CallClass } from './calls.ts';
import { untilWon } from './until-won.ts';

type Metering = Pick<Services, 'admission' | 'deployments' | 'journal'>;

/** Seconds that calls which were held back together are spread over, so that they come one by one. */
const SPREAD = 15;

/** Seconds after which a call is worth trying again that could not be counted. */
const UNCOUNTED_WAIT = 5;

/**
 * The same upstream, but every call is counted before it is made; one too many for the deployment's
 * minute is not sent, and answered as a 429 with `retry-after` would be. A deployment without such
 * limits is left as it is. Counting is a read and a write; a call that died after it was counted
 * stays counted.
 *
 * A call that cannot be counted, for want of storage, is not sent either. It never throws for that:
 * a create whose intent was written must end in an answer.
 *
 * @param use `urgent`: reads of this caller must not wait behind others' status reads.
 */
export function meteredUpstream(
  services: Metering,
  deployment: string,
  upstream: Upstream,
  use: { urgent?: boolean } = {},
): Upstream {
  const limits = services.deployments.named(deployment)?.limits;
  if (limits?.requestsPerMinute === undefined && limits?.createsPerMinute === undefined) {
    return upstream;
  }
  const refusalOf = (callClass: CallClass) => refusal(services, { deployment, limits }, callClass);
  return {
    async send(request) {
      const callClass = use.urgent && request.method === 'GET' ? 'other' : classOf(request);
      return (await refusalOf(callClass)) ?? upstream.send(request);
    },
    async download(request) {
      return (await refusalOf('other')) ?? upstream.download(request);
    },
  };
}

/** What only reads may be made later without harm; what only cancels or uploads costs nothing. */
function classOf({ method, path }: UpstreamRequest): CallClass {
  if (method === 'GET') return 'read';
  return method === 'POST' && !/^\/files\b|\/cancel$/.test(path) ? 'create' : 'other';
}

interface Metered {
  deployment: string;
  limits: DeploymentLimits;
}

/** @returns what to answer instead of making the call; undefined: it was counted and may be made. */
async function refusal(
  services: Metering,
  metered: Metered,
  callClass: CallClass,
): Promise<UpstreamReply | undefined> {
  try {
    const until = await fullUntil(services, metered, callClass);
    return until === undefined ? undefined : overLimit(metered, until);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    services.journal.write({ event: 'call-not-counted', deployment: metered.deployment, reason });
    return heldBack(
      'The call was not sent, because the calls of this minute could not be counted.',
      UNCOUNTED_WAIT,
    );
  }
}

/** Counts the call. @returns until when the minute is full, if it is: then nothing was counted. */
async function fullUntil(
  { admission }: Metering,
  { deployment, limits }: Metered,
  callClass: CallClass,
): Promise<number | undefined> {
  // Creates that have a limit of their own, a few a minute, are counted together.
  const apart = callClass === 'create' && limits.createsPerMinute !== undefined;
  const shard = apart ? 0 : randomInt(shardsOf(limits));
  const { until } = await untilWon(`The count of calls to ${deployment}`, async () => {
    const { value, version } = await admission.readCalls(deployment, shard);
    const now = clock().now();
    const counted = lately(value, now);
    const full = callsFullUntil(counted, limits, callClass);
    if (full !== undefined) return { until: full };
    const more = withCall(counted, callClass, now);
    return (await admission.replaceCalls(deployment, shard, more, version)) ? {} : undefined;
  });
  return until;
}

function overLimit({ deployment, limits }: Metered, until: number): UpstreamReply {
  const { requestsPerMinute, createsPerMinute } = limits;
  const found = [
    ...(requestsPerMinute === undefined ? [] : [`requestsPerMinute ${requestsPerMinute}`]),
    ...(createsPerMinute === undefined ? [] : [`createsPerMinute ${createsPerMinute}`]),
  ];
  const seconds = Math.max(1, Math.ceil((until - clock().now()) / 1_000));
  return heldBack(
    `The call was not sent: it is more than the limits of deployment "${deployment}" (${found.join(', ')}) leave for it this minute. Raise them in DEPLOYMENTS if it takes more.`,
    seconds + randomInt(SPREAD),
  );
}
