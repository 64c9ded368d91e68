import { nowIso } from '../clock.ts';
import { problemOf, type LonghaulError } from '../jobs/errors.ts';
import { jobEvent } from '../jobs/events.ts';
import { derivedId } from '../jobs/identity.ts';
import { isObject } from '../jobs/json.ts';
import type { Door } from '../jobs/job.ts';
import { scrub, withoutSecrets } from '../kinds/secrets.ts';
import type { Rejection } from './ports.ts';
import type { Services } from './services.ts';

/** Something that came through a door and can never become a job as it is. */
export interface Refused {
  door: Door;
  /** What the door knows it by: a message id, or a blob's path and ETag. */
  sourceId: string;
  /** What was read of it, if anything was. */
  text?: string;
}

/** Characters of a text that is no JSON which are kept: enough to recognise it by. */
const KEPT_TEXT = 2_048;

/**
 * Keeps a redacted copy with the problem, then tells of it. Both follow from the source alone, so a
 * second delivery stores nothing new and sends the same event again.
 */
export async function reject(
  { rejections, publisher, journal }: Services,
  refused: Refused,
  error: LonghaulError,
): Promise<void> {
  const { door, sourceId, text } = refused;
  const key = derivedId(door, sourceId);
  const { rejection, url } = await rejections.putOnce(`${door}/${key}.json`, {
    door,
    sourceId,
    rejectedAt: nowIso(),
    problem: problemOf(error),
    received: text === undefined ? null : redacted(text),
  });
  await publisher.publish([
    { event: rejectedEvent(key, rejection, url), properties: rejectedProperties() },
  ]);
  journal.write({ event: 'job-rejected', door, sourceId, errorCode: error.code });
}

function rejectedEvent(
  key: string,
  { door, sourceId, rejectedAt, problem }: Rejection,
  url: string,
) {
  return jobEvent({
    subject: `${door}/${sourceId}`,
    key,
    step: 'rejected',
    sequence: 1,
    time: rejectedAt,
    data: { door, sourceId, problem, copy: url },
  });
}

function rejectedProperties() {
  return { type: 'longhaul.job.rejected', labels: {} };
}

/**
 * JSON keeps its shape and loses its secrets. Where nothing can be told apart, values in quotes go
 * as well: a text that is no JSON may still hold a key.
 */
function redacted(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return withoutSecrets(value);
  } catch {
    // Broken JSON is the commonest reason for a rejection.
  }
  const values = text.slice(0, KEPT_TEXT).replaceAll(/(:\s*")(?:[^"\\]|\\.)*("?)/g, '$1…$2');
  return scrub(values, []);
}
