import { isObject } from '../../jobs/json.ts';
import { ask, unreadable, type Unreadable } from '../asking.ts';
import { textField, type JsonObject } from '../json-fields.ts';
import type { Upstream } from '../upstream.ts';
import type { Routes } from './routes.ts';
import { readVideo, type VideoObject } from './video-object.ts';

/** The most that every known version of the APIs gives at once, as far as it is documented. */
const PAGE_SIZE = 20;

/** Far more than two jobs at a time can make in the 24 hours for which they are kept. */
const MOST_PAGES = 200;

export type Listed = { outcome: 'listed'; videos: ListedVideo[] } | Unreadable;

export type ListedVideo = VideoObject & { id: string };

interface Page {
  videos: ListedVideo[];
  next?: string;
}

/**
 * Reads the list back to a time.
 *
 * @param since milliseconds since the epoch; older work is of no interest.
 * @returns everything made since, and perhaps older work too.
 */
export async function videosSince(
  upstream: Upstream,
  routes: Routes,
  since: number,
): Promise<Listed> {
  const videos: ListedVideo[] = [];
  const cursors = new Set<string>();
  let after: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const read = await pageAfter(upstream, routes, after);
    if ('outcome' in read) return read;
    videos.push(...read.videos);
    after = read.next;
    if (after === undefined || isPast(videos, since)) return { outcome: 'listed', videos };
    if (cursors.has(after)) break;
    cursors.add(after);
  }
  return unreadable('Azure OpenAI gave a list of videos that does not end.');
}

/**
 * Whether the rest of the list is older than `since`: only a list that has shown that it goes from
 * new to old tells so, for one of the APIs does not say how it sorts.
 */
function isPast(videos: readonly ListedVideo[], since: number): boolean {
  const times = videos.flatMap(({ createdAt }) => Date.parse(createdAt ?? '') || []);
  const [first = 0] = times;
  const last = times.at(-1) ?? 0;
  const descends = times.every((time, index) => index === 0 || time <= (times[index - 1] ?? 0));
  return descends && last < first && last < since;
}

async function pageAfter(
  upstream: Upstream,
  routes: Routes,
  after: string | undefined,
): Promise<Page | Unreadable> {
  const answer = await ask(upstream, { method: 'GET', path: routes.list(PAGE_SIZE, after) });
  if (answer.outcome === 'unreadable') return answer;
  if (answer.outcome !== 'answered') return { outcome: 'unreadable', error: answer.error };
  return (
    readPage(answer.body) ?? unreadable('Azure OpenAI answered with no list of videos that reads.')
  );
}

/** A single entry that cannot be read may be the one that is looked for; so may what follows. */
function readPage(body: unknown): Page | undefined {
  const data = isObject(body) ? body['data'] : undefined;
  if (!isObject(body) || !Array.isArray(data)) return undefined;
  const videos = data.flatMap(readListed);
  if (videos.length < data.length) return undefined;
  if (!hasMore(body, data.length)) return { videos };
  const next = textField(body, 'last_id') ?? videos.at(-1)?.id;
  return next === undefined ? undefined : { videos, next };
}

function readListed(entry: unknown): ListedVideo[] {
  const video = readVideo(entry);
  return video?.id === undefined ? [] : [{ ...video, id: video.id }];
}

function hasMore(body: JsonObject, length: number): boolean {
  const { has_more: more } = body;
  return typeof more === 'boolean' ? more : length >= PAGE_SIZE;
}
