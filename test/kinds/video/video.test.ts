import { expect, it } from 'vitest';
import { kindNamed } from '../../../src/kinds/index.ts';
import { video } from '../../../src/kinds/video/video.ts';
import { JOBS_REQUEST } from './support/video-upstream.ts';

it('is a kind that envelopes can name, with a picture beside its request', () => {
  expect(kindNamed('video')).toBe(video);
  expect(video).toMatchObject({ input: 'attachment', defaultDeadline: 'PT6H' });
});

it('leaves no copies upstream unless it is told to', () => {
  expect(video.keepsUpstream).toBe(false);
});

it('notices an end within fifteen seconds on average, well under the calls of a minute', () => {
  const { longestWait } = video.pace;
  const twoJobs = (2 * 60) / longestWait;
  expect(longestWait / 2).toBeLessThanOrEqual(15);
  expect(twoJobs).toBeLessThanOrEqual(5);
});

it('asks for a place and for no tokens', () => {
  expect(video.demand(JOBS_REQUEST)).toEqual({});
});
