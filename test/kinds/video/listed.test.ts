import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FindOutcome } from '../../../src/kinds/kind.ts';
import { UpstreamConnectionError, type Upstream } from '../../../src/kinds/upstream.ts';
import { find } from '../../../src/kinds/video/find.ts';
import { answering } from '../support/fake-upstream.ts';
import { listing, others } from './support/listing.ts';
import {
  CREATE,
  CREATED,
  jobObject,
  JOBS_REQUEST,
  videoContext,
  videoObject,
  VIDEOS_REQUEST,
  type JsonObject,
} from './support/video-upstream.ts';
import { anyJson } from '../../support/any-json.ts';

const ours = { outcome: 'found', candidates: [expect.objectContaining({ id: 'task_1' })] };

function finding(upstream: Upstream): Promise<FindOutcome> {
  return find(JOBS_REQUEST, videoContext('jobs', upstream), CREATE);
}

describe('the list is read', () => {
  it('always with a limit, through all of its pages', async () => {
    const upstream = listing([...others(45), jobObject()]);
    expect(await finding(upstream)).toMatchObject(ours);
    expect(upstream.paths).toEqual([
      '/video/generations/jobs?api-version=preview&limit=20',
      '/video/generations/jobs?api-version=preview&limit=20&after=other_19',
      '/video/generations/jobs?api-version=preview&limit=20&after=other_39',
    ]);
  });

  it('newest first where one can ask for it', async () => {
    const upstream = listing([]);
    await find(VIDEOS_REQUEST, videoContext('videos', upstream), CREATE);
    expect(upstream.paths).toEqual(['/videos?limit=20&order=desc']);
  });

  it('no further than to what is older than the create', async () => {
    const upstream = listing(others(1_000, CREATED, 60));
    await finding(upstream);
    expect(upstream.paths).toHaveLength(1);
  });

  it('to its end when it goes from old to new', async () => {
    const entries = [jobObject(), ...others(60, CREATED - 3_600)].toReversed();
    expect(await finding(listing(entries))).toMatchObject(ours);
  });

  it('to its end when it has no order', async () => {
    const entries = others(60, CREATED - 3_600);
    entries.splice(1, 0, jobObject({ prompt: 'Newer.', created_at: CREATED + 60 }));
    expect(await finding(listing([...entries, jobObject()]))).toMatchObject(ours);
  });

  const page = (body: JsonObject) => answering({ body });

  it.each<[string, Upstream]>([
    ['no page', page({})],
    ['a page without a list', page({ data: null })],
    ['an entry that is no video', page({ data: [jobObject(), null], has_more: false })],
    ['an entry without a name', page({ data: [jobObject({ id: null })], has_more: false })],
    ['more, but no way to it', page({ data: [], has_more: true, last_id: null })],
    ['the same page for ever', page({ data: [jobObject()], has_more: true, last_id: 'task_1' })],
    ['no list of this kind', answering({ status: 404 })],
    ['a refusal', answering({ status: 400 })],
    ['an outage', answering({ status: 503 })],
    ['too many calls', answering({ status: 429, headers: { 'retry-after': '9' } })],
    ['no connection', answering(new UpstreamConnectionError('reset', true))],
  ])('and shows nothing when there is %s', async (_case, upstream) => {
    expect(await finding(upstream)).toMatchObject({ outcome: 'unreadable' });
  });

  it('and takes a full page without a word for one of several', async () => {
    const data = others(20);
    const upstream = answering({ body: { data } });
    expect(await finding(upstream)).toMatchObject({ outcome: 'unreadable' });
    expect(upstream.requests).toHaveLength(2);
  });

  it('whatever its order and its pages, without ever missing the work', async () => {
    const ages = fc.array(fc.integer({ min: -500, max: 4_000 }), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(ages, fc.nat(40), fc.integer({ min: 1, max: 20 }), async (old, at, size) => {
        const entries = old.map((age, index) =>
          jobObject({ id: `other_${index}`, prompt: 'Table.', created_at: CREATED - age }),
        );
        entries.splice(Math.min(at, entries.length), 0, jobObject());
        // A list in order is the rule; one without order must show it before it is believed.
        const ordered = entries.toSorted(
          (one, other) => Number(other['created_at']) - Number(one['created_at']),
        );
        for (const list of [ordered, ordered.toReversed()]) {
          expect(await finding(listing(list, size))).toMatchObject(ours);
        }
      }),
    );
  });

  it('whatever it holds', async () => {
    const names = fc.constantFrom(...Object.keys({ ...jobObject(), ...videoObject() }));
    const entry = fc.oneof(anyJson(), fc.dictionary(names, anyJson()));
    const body = fc.record({ data: fc.array(entry), has_more: anyJson() });
    await fc.assert(
      fc.asyncProperty(body, async (answer) => {
        const outcome = await finding(answering({ body: answer }));
        const absent = outcome.outcome === 'absent';
        const readable = answer.data.every((item) => item !== null && typeof item === 'object');
        expect(absent && !readable).toBe(false);
      }),
    );
  });
});
