import { LonghaulError } from '../../../jobs/errors.ts';
import { isObject } from '../../../jobs/json.ts';
import { ask } from '../../asking.ts';
import { objectsField, textField, type JsonObject } from '../../json-fields.ts';
import type { Upstream } from '../../upstream.ts';

/** More pages than any account can fill (10,000 files, 100 a page): a list that runs in a circle. */
const MOST_PAGES = 1_000;

/**
 * The entries of an upstream list, page after page, as far as somebody reads on.
 *
 * @param path with its query, without `after`.
 * @throws LonghaulError when a page cannot be had.
 */
export async function* entriesOf(upstream: Upstream, path: string): AsyncGenerator<JsonObject> {
  let after: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const { entries, next } = await pageOf(upstream, path, after);
    yield* entries;
    if (next === undefined || next === after) return;
    after = next;
  }
}

async function pageOf(
  upstream: Upstream,
  path: string,
  after: string | undefined,
): Promise<{ entries: JsonObject[]; next: string | undefined }> {
  const from = after === undefined ? '' : `&after=${encodeURIComponent(after)}`;
  const answer = await ask(upstream, { method: 'GET', path: `${path}${from}` });
  if (answer.outcome !== 'answered') {
    throw new LonghaulError(answer.error.code, answer.error.message);
  }
  const { body } = answer;
  if (!isObject(body) || !Array.isArray(body['data'])) {
    throw new LonghaulError(
      'upstream-failed-retryable',
      'Azure OpenAI answered with something that is no list.',
    );
  }
  const entries = objectsField(body, 'data');
  return { entries, next: body['has_more'] === true ? lastIdOf(body, entries) : undefined };
}

function lastIdOf(body: JsonObject, entries: readonly JsonObject[]): string | undefined {
  return textField(body, 'last_id') ?? textField(entries.at(-1) ?? {}, 'id');
}
