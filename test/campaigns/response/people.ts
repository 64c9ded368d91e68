import { readEnvelope } from '../../../src/jobs/envelope.ts';
import { LonghaulError } from '../../../src/jobs/errors.ts';
import { isTerminal } from '../../../src/jobs/status.ts';
import { takeDrop } from '../../../src/workflow/blob-drops.ts';
import { cancelJob, chooseAction } from '../../../src/workflow/commands.ts';
import { accept } from '../../../src/workflow/gate.ts';
import { take } from '../../../src/workflow/intake.ts';
import type { ServicesWithEngine } from '../../../src/workflow/services.ts';
import type { VirtualClock } from '../../support/in-memory/virtual-clock.ts';
import type { World } from '../../support/in-memory/world.ts';
import { DIED, type Process } from './process.ts';
import type { Random } from '../random.ts';

/** Those who hand in jobs and give their wishes. */
export interface Stage {
  random: Random;
  clock: VirtualClock;
  world: World;
  process: () => Process;
}

const SECOND = 1_000;
const MINUTE = 60_000;

/** Something that is handed in: an envelope with an id of its own. */
export interface Envelope {
  id: string;
  [field: string]: unknown;
}

type Attempt = (services: ServicesWithEngine, deliveries: number) => Promise<unknown>;

/** Hands an envelope in through some door, as often as it takes. */
export async function submit(stage: Stage, envelope: Envelope): Promise<void> {
  const attempt = stage.random.pick([byHttp, byServiceBus, byDrop])(stage, envelope);
  await untilDone(stage, attempt);
}

function byHttp(_stage: Stage, envelope: Envelope): Attempt {
  const read = () => readEnvelope(JSON.parse(JSON.stringify(envelope)));
  return (services) =>
    accept(services, { id: envelope.id, envelope: read(), source: { door: 'http' } });
}

function byServiceBus({ random }: Stage, envelope: Envelope): Attempt {
  const sourceId = `message-${random.between(1, 1_000_000)}`;
  const delivery = {
    door: 'service-bus',
    sourceId,
    text: JSON.stringify(envelope),
    source: { door: 'service-bus' },
    fallbackId: sourceId,
  } as const;
  return (services, deliveries) => take(services, { ...delivery, deliveries });
}

function byDrop({ random, world }: Stage, envelope: Envelope): Attempt {
  const path = `inbox/jobs/${random.between(1, 1_000_000)}.json`;
  const etag = world.inbox.upload(path, envelope);
  return (services, deliveries) => takeDrop(services, { path, etag }, deliveries);
}

/** Tries again after a crash and after an outage; any other refusal is final. */
async function untilDone(stage: Stage, attempt: Attempt): Promise<void> {
  for (let deliveries = 1; ; deliveries += 1) {
    const outcome = await stage.process().run((services) =>
      attempt(services, deliveries).then(
        () => 'done',
        (error: unknown) => (isFinal(error) ? 'done' : 'again'),
      ),
    );
    if (outcome !== DIED && outcome === 'done') return;
    await stage.clock.sleep(stage.random.between(1, 60) * SECOND);
  }
}

function isFinal(error: unknown): boolean {
  return error instanceof LonghaulError && error.code !== 'storage-unavailable';
}

export function hasEnded({ world }: Stage, id: string): boolean {
  const job = world.index.job(id);
  return job !== undefined && isTerminal(job.status);
}

/** Wishes after a while that the job were cancelled. */
export async function cancelLater(stage: Stage, id: string): Promise<void> {
  await stage.clock.sleep(
    stage.random.between(0, 40) * MINUTE + stage.random.between(0, 60) * SECOND,
  );
  await untilDone(stage, (services) => cancelJob(services, id));
}

/** Looks at a job now and then, and chooses when there is something to choose. */
export async function chooseWhenAsked(stage: Stage, id: string): Promise<void> {
  while (!hasEnded(stage, id)) {
    await stage.clock.sleep(stage.random.between(1, 20) * MINUTE);
    const actions = stage.world.index.job(id)?.actions ?? [];
    const action = actions[stage.random.between(0, 2)];
    if (action) await untilDone(stage, (services) => chooseAction(services, id, action));
  }
}
