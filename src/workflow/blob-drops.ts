import { z } from 'zod';
import { BLOB_PATH, readEnvelope } from '../jobs/envelope.ts';
import { LonghaulError } from '../jobs/errors.ts';
import { derivedId } from '../jobs/identity.ts';
import { accept } from './gate.ts';
import {
  acceptOrReject,
  bodyTooLarge,
  DOOR_LIMITS,
  heldWhileUnavailable,
  rejectedWhenFinal,
  type Delivery,
} from './intake.ts';
import type { ServicesWithEngine } from './services.ts';

/** What is read of an Event Grid event that tells of a new blob; the rest of it is not needed. */
const blobCreated = z.object({
  eventType: z.literal('Microsoft.Storage.BlobCreated'),
  subject: z.string(),
  data: z.object({ eTag: z.string().min(1) }),
});

const SUBJECT = /^\/blobServices\/default\/containers\/([^/]+)\/blobs\/(.+)$/s;

export interface DroppedBlob {
  /** `container/name`. */
  path: string;
  /** Without quotes, as events spell it. */
  etag: string;
}

/**
 * @param value a parsed message of the queue `blob-drops`.
 * @returns undefined for events of other types, which are none of our business.
 */
export function droppedBlob(value: unknown): DroppedBlob | undefined {
  const event = blobCreated.safeParse(Array.isArray(value) ? value[0] : value);
  if (!event.success) return undefined;
  const [, container, name] = SUBJECT.exec(event.data.subject) ?? [];
  if (container === undefined || name === undefined) return undefined;
  return { path: `${container}/${name}`, etag: event.data.data.eTag.replaceAll('"', '') };
}

/** Takes what Event Grid delivered; events of other types are none of our business. */
export async function takeBlobEvent(
  services: ServicesWithEngine,
  event: unknown,
  deliveries: number,
): Promise<void> {
  const drop = droppedBlob(event);
  if (drop) await takeDrop(services, drop, deliveries);
  else services.journal.write({ event: 'event-ignored' });
}

/** Takes one dropped blob: an envelope under `jobs/`, or the input of a batch under `batch/`. */
export async function takeDrop(
  services: ServicesWithEngine,
  drop: DroppedBlob,
  deliveries: number,
): Promise<void> {
  const refused = { door: 'blob-drop', sourceId: `${drop.path} ${drop.etag}` } as const;
  await heldWhileUnavailable(services, { ...refused, deliveries }, () =>
    rejectedWhenFinal(services, refused, () => readAndTake(services, drop, refused)),
  );
}

async function readAndTake(
  services: ServicesWithEngine,
  drop: DroppedBlob,
  refused: Pick<Delivery, 'door' | 'sourceId'>,
): Promise<void> {
  switch (placeOf(services, drop.path)) {
    case 'jobs':
      return takeEnvelope(services, drop, refused);
    case 'batch':
      return takeBatchFile(services, drop);
  }
}

async function takeEnvelope(
  services: ServicesWithEngine,
  { path, etag }: DroppedBlob,
  refused: Pick<Delivery, 'door' | 'sourceId'>,
): Promise<void> {
  const limit = DOOR_LIMITS['blob-drop'];
  const content = await services.inbox.read(path, quoted(etag), limit);
  if (content === undefined) return withdrawn(services, path);
  if (content === 'too-large') throw bodyTooLarge(undefined, limit);
  await acceptOrReject(services, {
    ...refused,
    text: new TextDecoder().decode(content),
    source: { door: 'blob-drop', blob: path, etag: quoted(etag) },
    fallbackId: derivedId('blob-drop', path, etag),
  });
}

/**
 * A dropped batch file is the input of a job, not its envelope: it is not read here, and it is not
 * taken away when the job has ended.
 */
async function takeBatchFile(
  services: ServicesWithEngine,
  { path, etag }: DroppedBlob,
): Promise<void> {
  const found = await services.inbox.stat(path);
  if (found?.etag !== etag) return withdrawn(services, path);
  const model = path.split('/')[2] ?? '';
  const envelope = readEnvelope({ kind: 'batch', request: { model }, input: { blob: path } });
  await accept(services, {
    id: derivedId('blob-drop', path, etag),
    envelope,
    source: { door: 'blob-drop' },
    input: { blob: path, etag },
  });
}

/**
 * The blob is gone, or it was overwritten and its newer event is on its way. Its job may have ended
 * before this event was delivered again, too; in each case there is nothing left to take.
 */
function withdrawn({ journal }: ServicesWithEngine, path: string): void {
  journal.write({ event: 'drop-withdrawn', path });
}

/** @throws LonghaulError `invalid-envelope` for a blob that lies anywhere else. */
function placeOf({ limits }: ServicesWithEngine, path: string): 'jobs' | 'batch' {
  const { inboxContainer: inbox } = limits;
  if (!BLOB_PATH.test(path)) throw misplaced('The name of the blob holds parts that are not taken');
  if (path.startsWith(`${inbox}/jobs/`) && path.endsWith('.json')) return 'jobs';
  const [, folder, deployment, name] = path.split('/');
  const isBatch = folder === 'batch' && deployment !== undefined && name !== undefined;
  if (isBatch && path.startsWith(`${inbox}/`) && path.endsWith('.jsonl')) return 'batch';
  throw misplaced(`Only ${inbox}/jobs/*.json and ${inbox}/batch/{deployment}/*.jsonl are taken`);
}

function misplaced(reason: string): LonghaulError {
  return new LonghaulError(
    'invalid-envelope',
    `${reason}. Drop envelopes under jobs/, and batch files under batch/ in a folder named after their deployment.`,
  );
}

function quoted(etag: string): string {
  return `"${etag}"`;
}
