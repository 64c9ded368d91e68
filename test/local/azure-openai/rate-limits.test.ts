import { describe, expect, it } from 'vitest';
import { errorOf } from './support.ts';
import { CREATE_JOB, VIDEO, videoSimulator } from './videos-support.ts';

const MINUTE_SECONDS = 60;

describe('the limit of sixty requests a minute of Sora', () => {
  it('refuses the 61st call, whichever it is, and tells when the next one fits', async () => {
    const { createJob, readJob, json, time, refusals, control } = await videoSimulator();
    const { id } = (await createJob()).body;
    time.advance(10);
    for (let call = 2; call <= 60; call++) await readJob(id);
    const refused = await json('GET', 'video/generations/jobs?limit=1');
    expect(refused.status).toBe(429);
    expect(refused.body).toMatchObject({
      code: '429',
      message: expect.stringContaining('have exceeded call rate limit'),
    });
    // All but 59 calls must be a minute old: the first two, the later of which came ten seconds in.
    expect(refused.headers.get('retry-after')).toBe(String(MINUTE_SECONDS));
    expect(await refusals()).toEqual({ sora: { requestsPerMinute: 1 } });
    expect((await control('GET', '/requests?top=1')).body.value).toMatchObject([
      { status: 429, faultId: null, deployment: 'sora' },
    ]);
  });

  it('counts what it refused', async () => {
    const { readJob, time } = await videoSimulator();
    for (let call = 1; call <= 60; call++) await readJob('task_unknown');
    time.advance(30);
    expect((await readJob('task_unknown')).status).toBe(429);
    time.advance(30);
    for (let call = 1; call <= 59; call++) expect((await readJob('task_unknown')).status).toBe(404);
    expect((await readJob('task_unknown')).status).toBe(429);
  });

  it('lets a call in when it has waited as long as it was told', async () => {
    const { readJob, time } = await videoSimulator();
    for (let call = 1; call <= 61; call++) await readJob('task_unknown');
    const refused = await readJob('task_unknown');
    time.advance(Number(refused.headers.get('retry-after')));
    expect((await readJob('task_unknown')).status).toBe(404);
  });

  it('cannot count a list on one of several deployments', async () => {
    const { createJob, json, control } = await videoSimulator();
    await createJob({ model: 'sora-a' });
    await control('POST', '/limits', { deployment: 'sora-a', requestsPerMinute: 2 });
    const list = async () => (await json('GET', 'video/generations/jobs?limit=1')).status;
    expect([await list(), await list()]).toEqual([200, 429]);
    await createJob({ model: 'sora-b' });
    expect(await list()).toBe(200);
  });

  it('uses no fault up for a call that it refuses', async () => {
    const { readJob, fault, control } = await videoSimulator();
    for (let call = 1; call <= 60; call++) await readJob('task_unknown');
    await fault({ status: 503 });
    expect((await readJob('task_unknown')).status).toBe(429);
    expect((await control('GET', '/faults')).body.value).toHaveLength(1);
  });

  it('does not count a 429 that a fault asked for as one of its own', async () => {
    const { createJob, fault, refusals } = await videoSimulator();
    await fault({ status: 429 });
    expect((await createJob()).status).toBe(429);
    expect(await refusals()).toEqual({});
  });
});

describe('the limit of two jobs at once', () => {
  it('refuses the third, until one has ended', async () => {
    const { createJob, concurrency, refusals, totalCreates, time } = await videoSimulator();
    await createJob();
    time.advance(50);
    await createJob();
    const third = await createJob();
    expect(third.status).toBe(429);
    expect(third.body).toMatchObject({ code: 'RateLimitReached' });
    expect(third.headers.get('retry-after-ms')).toBe('10000');
    expect(await totalCreates()).toBe(2);
    time.advance(50);
    expect((await createJob()).status).toBe(200);
    expect(await concurrency()).toEqual([{ deployment: 'sora', jobs: 3, running: 2, maximum: 2 }]);
    expect(await refusals()).toEqual({ sora: { concurrentJobs: 1 } });
  });

  it('gives the place of a deleted job away', async () => {
    const { createJob, json, concurrency } = await videoSimulator();
    const { id } = (await createJob()).body;
    await createJob();
    await json('DELETE', `video/generations/jobs/${id}`);
    expect((await createJob()).status).toBe(200);
    expect(await concurrency()).toMatchObject([{ running: 2, maximum: 2, jobs: 3 }]);
  });

  it('keeps the place of a job that never ends', async () => {
    const { createJob, fault, json, time } = await videoSimulator();
    await fault({ route: CREATE_JOB, outcome: { status: 'rendering' }, times: 2 });
    const { id } = (await createJob()).body;
    await createJob();
    time.advance(7 * 24 * 60 * MINUTE_SECONDS);
    expect((await createJob()).status).toBe(429);
    await json('DELETE', `video/generations/jobs/${id}`);
    expect((await createJob()).status).toBe(200);
  });

  it('holds for each deployment by itself', async () => {
    const { createJob } = await videoSimulator();
    for (const model of ['sora-a', 'sora-a', 'sora-b', 'sora-b']) {
      expect((await createJob({ model })).status).toBe(200);
    }
    expect((await createJob({ model: 'sora-b' })).status).toBe(429);
  });
});

describe('the limit of two creates a minute of Sora 2', () => {
  it('refuses the third create and no other call', async () => {
    const { client, fault, time, refusals } = await videoSimulator();
    await fault({ route: 'POST /videos', durationSeconds: 1, times: null });
    await client.videos.create(VIDEO);
    await client.videos.create(VIDEO);
    time.advance(20);
    const error = await errorOf(client.videos.create(VIDEO));
    expect(error).toMatchObject({ status: 429, code: '429' });
    expect(error.headers?.get('retry-after')).toBe('40');
    for (let call = 1; call <= 70; call++) await client.videos.list();
    expect(await refusals()).toEqual({ 'sora-2': { createsPerMinute: 1 } });
    time.advance(60);
    expect((await client.videos.create(VIDEO)).status).toBe('queued');
  });
});

describe('POST /simulator/limits', () => {
  it('sets the limits of one deployment, lifts them with null, and forgets what was set', async () => {
    const { createJob, control } = await videoSimulator();
    await control('POST', '/limits', { deployment: 'sora', concurrentJobs: 3 });
    for (const _job of [1, 2, 3]) expect((await createJob()).status).toBe(200);
    expect((await createJob()).status).toBe(429);
    await control('POST', '/limits', { deployment: 'sora', concurrentJobs: null });
    expect((await createJob()).status).toBe(200);
    expect((await control('GET', '/limits')).body.value).toEqual([
      { deployment: 'sora', concurrentJobs: null },
    ]);
    expect((await control('DELETE', '/limits')).status).toBe(204);
    expect((await createJob()).status).toBe(429);
  });

  it('enforces requests a minute on responses, which have no limit otherwise', async () => {
    const { background, client, control, time, refusals } = await videoSimulator();
    await control('POST', '/limits', { deployment: 'o3-pro', requestsPerMinute: 3 });
    const { id } = await background();
    await client.responses.retrieve(id);
    await client.responses.retrieve(id);
    expect((await errorOf(client.responses.retrieve(id))).status).toBe(429);
    await background({ model: 'o4-mini' });
    time.advance(60);
    expect((await client.responses.retrieve(id)).id).toBe(id);
    expect(await refusals()).toEqual({ 'o3-pro': { requestsPerMinute: 1 } });
  });

  it.each([
    [{ concurrentJobs: 1 }, 'deployment'],
    [{ deployment: 'sora', concurrentJobs: 0 }, 'concurrentJobs'],
    [{ deployment: 'sora', jobs: 1 }, '$'],
  ])('refuses %j', async (settings, field) => {
    const { control } = await videoSimulator();
    const { status, body } = await control('POST', '/limits', settings);
    expect(status).toBe(400);
    expect(body.error.param).toContain(field);
  });
});
