import { setTimeout } from 'node:timers/promises';
import type { Answer, Call } from '../call.ts';
import { errors } from '../errors.ts';
import type { Services } from '../services.ts';
import { eventsUntil, eventText } from './events.ts';
import { isEnded, progressAt } from './progress.ts';
import type { ResponsesTable } from './responses-table.ts';
import type { StoredResponse } from './stored-response.ts';

/** How often a stream looks for news, in real time: simulated time may stand still or jump. */
const LOOK_EVERY_MS = 25;

/** Events stay readable this long; Microsoft's engineers observed five minutes. */
const REPLAY_WINDOW_MS = 5 * 60 * 1000;

const BEFORE_ALL = -1;

const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache',
  'x-accel-buffering': 'no',
};

/**
 * Streams a response's events as they come due, to the last.
 * @param after the sequence number after which to begin.
 */
export function streamAnswer(
  services: Services,
  table: ResponsesTable,
  stored: StoredResponse,
  after = BEFORE_ALL,
): Answer {
  return {
    status: 200,
    headers: HEADERS,
    stream: (signal) => eventTexts(services, table, stored, after, signal),
  };
}

/** @throws ApiError 400 when the response cannot be streamed (again). */
export function replayAnswer(
  services: Services,
  table: ResponsesTable,
  call: Call,
  stored: StoredResponse,
): Answer {
  for (const flag of ['background', 'stream'] as const) {
    if (stored.request[flag] !== true) {
      throw errors.cannotStream(`it was not created with ${flag}=true`);
    }
  }
  if (call.at - stored.createdAt > REPLAY_WINDOW_MS) throw errors.replayWindowClosed();
  return streamAnswer(services, table, stored, startingAfter(call));
}

function startingAfter(call: Call): number {
  const text = call.url.searchParams.get('starting_after');
  if (text === null) return BEFORE_ALL;
  if (/^\d+$/.test(text)) return Number(text);
  throw errors.invalidValue('starting_after', `'starting_after' must be a number, not '${text}'.`);
}

async function* eventTexts(
  services: Services,
  table: ResponsesTable,
  stored: StoredResponse,
  after: number,
  signal: AbortSignal,
): AsyncGenerator<string> {
  let sent = after;
  while (!signal.aborted) {
    const now = services.clock.now();
    const latest = table.find(stored.id, now) ?? stored;
    for (const event of eventsUntil(latest, now)) {
      if (event.sequence_number <= sent) continue;
      yield eventText(event);
      sent = event.sequence_number;
    }
    if (isEnded(progressAt(latest, now))) return;
    await setTimeout(LOOK_EVERY_MS, undefined, { signal });
  }
}
