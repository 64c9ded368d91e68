import { clock } from '../clock.ts';
import { readEnvelope, type Envelope } from '../jobs/envelope.ts';
import { LonghaulError } from '../jobs/errors.ts';
import { parseJson } from '../jobs/json.ts';
import type { Source } from '../jobs/job.ts';
import { accept } from './gate.ts';
import { reject, type Refused } from './rejection.ts';
import type { ServicesWithEngine } from './services.ts';

/** Bytes that each door takes; larger requests lie in a blob (design, section 3). */
export const DOOR_LIMITS = {
  http: 1_024 * 1_024,
  'service-bus': 192 * 1_024,
  'storage-queue': 48 * 1_024,
  'blob-drop': 16 * 1_024 * 1_024,
} as const;

/** What a queue or a drop delivered. */
export interface Delivery extends Refused {
  text: string;
  source: Source;
  /** The id of the job when the envelope names none. */
  fallbackId: string;
  /** 1 for the first delivery of this message. */
  deliveries: number;
}

const SHORTEST_HOLD = 5_000;
const LONGEST_HOLD = 120_000;

/** @throws LonghaulError when the text is no acceptable envelope. */
export function readBody(text: string, door: Source['door']): Envelope {
  const bytes = Buffer.byteLength(text, 'utf8');
  const limit = DOOR_LIMITS[door];
  if (bytes > limit) throw bodyTooLarge(bytes, limit);
  return readEnvelope(parseJson(text));
}

/** @param bytes of the body, where they are known. */
export function bodyTooLarge(bytes: number | undefined, limit: number): LonghaulError {
  const found = bytes === undefined ? 'The body' : `The body has ${bytes} bytes; it`;
  return new LonghaulError(
    'body-too-large',
    `${found} may have ${limit} here. Put the request into a blob and name it in "input.blob".`,
    [{ pointer: '/input/blob', detail: `names the blob of a request of more than ${limit} bytes` }],
  );
}

/**
 * Takes what a queue or a drop delivered: it becomes a job, or it is rejected for good.
 *
 * @throws whatever keeps it from being taken now, after holding the message for a while: the queue
 *   delivers it again.
 */
export async function take(services: ServicesWithEngine, delivery: Delivery): Promise<void> {
  await heldWhileUnavailable(services, delivery, () => acceptOrReject(services, delivery));
}

/** As {@link take}, for callers that hold by themselves. */
export async function acceptOrReject(
  services: ServicesWithEngine,
  delivery: Omit<Delivery, 'deliveries'>,
): Promise<void> {
  const { text, source, fallbackId } = delivery;
  await rejectedWhenFinal(services, delivery, async () => {
    const envelope = readBody(text, source.door);
    await accept(services, { id: envelope.id ?? fallbackId, envelope, source });
  });
}

/** Runs `work`; a refusal that waiting cannot change becomes a rejection. */
export async function rejectedWhenFinal(
  services: ServicesWithEngine,
  refused: Refused,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!isFinal(error)) throw error;
    await reject(services, refused, error);
  }
}

/** A refusal that waiting cannot change. */
function isFinal(error: unknown): error is LonghaulError {
  return error instanceof LonghaulError && error.code !== 'storage-unavailable';
}

/**
 * Runs `work`; when that fails, holds the message for min(5 s × 2^deliveries, 120 s) before the
 * failure goes on, so that an outage does not use up its deliveries (design, section 3).
 */
export async function heldWhileUnavailable(
  { journal }: Pick<ServicesWithEngine, 'journal'>,
  { door, sourceId, deliveries }: Pick<Delivery, 'door' | 'sourceId' | 'deliveries'>,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    const hold = holdAfter(deliveries);
    const reason = error instanceof Error ? error.message : String(error);
    journal.write({ event: 'message-held', door, sourceId, deliveries, hold, reason });
    await clock().sleep(hold);
    throw error;
  }
}

/** @returns milliseconds. */
export function holdAfter(deliveries: number): number {
  return Math.min(SHORTEST_HOLD * 2 ** Math.min(deliveries, 10), LONGEST_HOLD);
}
