import { describe, expect, it } from 'vitest';
import { UpstreamConnectionError } from '../../../src/kinds/upstream.ts';
import { video } from '../../../src/kinds/video/video.ts';
import {
  jobObject,
  scripted,
  videoContext,
  videoObject,
  type Answer,
} from './support/video-upstream.ts';

const APIS = [
  ['jobs', '/video/generations/jobs/id', jobObject, { status: 204 }],
  ['videos', '/videos/id', videoObject, { body: { id: 'id', deleted: true } }],
] as const;

describe.each(APIS)('a job of the API %s', (api, path, objectOf, deleted) => {
  const cancelling = async (read: Answer, deletion: Answer = deleted) => {
    const upstream = scripted({ [`GET ${path}`]: read, [`DELETE ${path}`]: deletion });
    const { outcome } = await video.cancel('id', videoContext(api, upstream));
    return { outcome, deletes: upstream.calls.filter((call) => call.startsWith('DELETE')).length };
  };

  it.each(['queued', 'running', 'processing', 'in_progress', 'unheard of', null])(
    'is cancelled by deleting it while it is %j',
    async (status) => {
      const body = objectOf({ status });
      expect(await cancelling({ body })).toEqual({ outcome: 'cancelled', deletes: 1 });
    },
  );

  it.each([
    ['succeeded', 'already-ended'],
    ['completed', 'already-ended'],
    ['failed', 'already-ended'],
    ['canceled', 'cancelled'],
  ])('that %s is not deleted by cancelling: %s', async (status, outcome) => {
    expect(await cancelling({ body: objectOf({ status }) })).toEqual({ outcome, deletes: 0 });
  });

  it.each<[Answer, string]>([
    [{ status: 404, body: { error: { message: 'Not found.' } } }, 'gone'],
    [{ status: 503 }, 'unreadable'],
    [new UpstreamConnectionError('reset', true), 'unreadable'],
  ])('is not deleted unseen: %j', async (read, outcome) => {
    expect(await cancelling(read)).toEqual({ outcome, deletes: 0 });
  });

  it.each<[Answer, string]>([
    [{ status: 404, body: { error: { message: 'Not found.' } } }, 'gone'],
    [{ status: 400 }, 'unreadable'],
    [{ status: 409 }, 'unreadable'],
    [{ status: 429 }, 'unreadable'],
    [{ body: { deleted: false } }, 'unreadable'],
    [new UpstreamConnectionError('reset', true), 'unreadable'],
  ])('whose deleting is answered by %j is %s', async (deletion, outcome) => {
    const read = { body: objectOf({ status: 'running' }) };
    expect(await cancelling(read, deletion)).toEqual({ outcome, deletes: 1 });
  });

  const cleaning = (deletion: Answer) =>
    video.cleanUp('id', videoContext(api, scripted({ [`DELETE ${path}`]: deletion })));

  it.each<Answer>([deleted, { status: 410 }, { status: 404, body: { message: 'No such job.' } }])(
    'is cleaned up when deleting it is answered by %j',
    async (deletion) => {
      await expect(cleaning(deletion)).resolves.toBeUndefined();
    },
  );

  it.each<Answer>([{ status: 400 }, { status: 500 }, { body: { deleted: false } }])(
    'is to be cleaned up again after %j',
    async (deletion) => {
      await expect(cleaning(deletion)).rejects.toMatchObject({
        code: 'upstream-failed-retryable',
        message: expect.stringContaining('could not be deleted upstream yet'),
      });
    },
  );
});
