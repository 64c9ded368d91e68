import { describe, expect, it } from 'vitest';
import { errorOf } from './support.ts';
import { CREATE_JOB, CREATE_VIDEO, VIDEO, videoSimulator } from './videos-support.ts';

/** A job created under a fault, as it reads after a hundred seconds. */
async function jobWith(wishes: object, fields: object = {}) {
  const simulator = await videoSimulator();
  await simulator.fault({ route: CREATE_JOB, ...wishes });
  const { id } = (await simulator.createJob(fields)).body;
  simulator.time.advance(100);
  return { ...simulator, id, job: (await simulator.readJob(id)).body };
}

describe('what a fault may ask of a video', () => {
  it.each(['input_moderation', 'output_moderation', 'internal_error', 'no more power'])(
    'that it fails for %s',
    async (reason) => {
      const outcome = { status: 'failed', reason };
      const { job, client, fault, time } = await jobWith({ outcome });
      expect(job).toMatchObject({ status: 'failed', failure_reason: reason, generations: [] });

      await fault({ route: CREATE_VIDEO, outcome });
      const { id } = await client.videos.create(VIDEO);
      time.advance(100);
      expect(await client.videos.retrieve(id)).toMatchObject({
        status: 'failed',
        error: { code: reason, message: expect.any(String) },
      });
    },
  );

  it('that its prompt is refused, with a better one', async () => {
    const { createJob, client, fault, totalCreates } = await videoSimulator();
    const moderation = { revisedPrompt: 'A kitten' };
    await fault({ route: CREATE_JOB, moderation });
    await fault({ route: CREATE_VIDEO, moderation });
    const flat = await createJob();
    expect(flat.status).toBe(400);
    expect(flat.body).toMatchObject({
      code: 'content_policy_violation',
      inner_error: { code: 'ResponsibleAIPolicyViolation', revised_prompt: 'A kitten' },
    });
    const wrapped = await errorOf(client.videos.create(VIDEO));
    expect(wrapped).toMatchObject({
      code: 'content_policy_violation',
      error: { inner_error: { revised_prompt: 'A kitten' } },
    });
    expect(await totalCreates()).toBe(0);
  });

  it('that its prompt is refused without a better one', async () => {
    const { createJob, fault } = await videoSimulator();
    await fault({ route: CREATE_JOB, moderation: {} });
    const { body } = await createJob();
    expect(body.inner_error).not.toHaveProperty('revised_prompt');
  });

  it('a refusal by words in the prompt alone', async () => {
    const { createJob } = await videoSimulator();
    const { status, body } = await createJob({ prompt: 'A trigger-content-filter cat' });
    expect(status).toBe(400);
    expect(body.inner_error.revised_prompt).toBe('A  cat');
  });

  it.each([0, 1])('that only %d of its videos are made', async (generations) => {
    const { job } = await jobWith({ generations }, { n_variants: 3 });
    expect(job).toMatchObject({ status: 'succeeded', n_variants: 3 });
    expect(job.generations).toHaveLength(generations);
  });

  it('a status that nobody knows, for a while', async () => {
    const outcome = { status: 'rendering', seconds: 50, next: { status: 'succeeded' } };
    const { job, id, readJob, time } = await jobWith({ outcome });
    expect(job).toMatchObject({ status: 'rendering', expires_at: null, generations: [] });
    time.advance(50);
    expect((await readJob(id)).body).toMatchObject({ status: 'succeeded' });
  });

  it('an end in another spelling', async () => {
    const { job } = await jobWith({ outcome: { status: 'cancelled' }, statusText: 'canceled' });
    expect(job.status).toBe('canceled');
  });

  it.each([
    ['capitalized', 'Queued', 'Succeeded'],
    ['upper', 'QUEUED', 'SUCCEEDED'],
  ])('every status %s', async (statusCase, atFirst, atLast) => {
    const { createJob, readJob, fault, time } = await videoSimulator();
    await fault({ route: CREATE_JOB, statusCase });
    const { body } = await createJob();
    expect(body.status).toBe(atFirst);
    time.advance(100);
    expect((await readJob(body.id)).body.status).toBe(atLast);
  });

  it('that fields read null', async () => {
    const { job } = await jobWith({ nullFields: ['generations', 'created_at', 'expires_at'] });
    expect(job).toMatchObject({
      status: 'succeeded',
      generations: null,
      created_at: null,
      expires_at: null,
    });
  });

  it('that it says to expire earlier, and does', async () => {
    const { job, id, readJob, time } = await jobWith({ expiresAfterSeconds: 60 });
    expect(job.expires_at - job.finished_at).toBe(60);
    time.advance(60);
    expect((await readJob(id)).status).toBe(404);
  });

  it('that it is gone earlier than it says', async () => {
    const { job, id, readJob, time } = await jobWith({ vanishesAfterSeconds: 60 });
    expect(job.expires_at - job.finished_at).toBe(24 * 60 * 60);
    time.advance(60);
    expect((await readJob(id)).status).toBe(404);
  });

  it('how long it takes', async () => {
    const { job, id, readJob, time } = await jobWith({ durationSeconds: 500 });
    expect(job.status).toBe('running');
    time.advance(400);
    expect((await readJob(id)).body.status).toBe('succeeded');
  });

  it('that the answer to its create is lost: it runs, counts, and can be found', async () => {
    const { createJob, json, fault, concurrency, totalCreates } = await videoSimulator();
    await fault({ route: CREATE_JOB, answerLost: true });
    await expect(createJob()).rejects.toThrow();
    expect(await totalCreates()).toBe(1);
    expect(await concurrency()).toMatchObject([{ deployment: 'sora', running: 1 }]);
    const { body } = await json('GET', 'video/generations/jobs?limit=10');
    expect(body.data).toMatchObject([{ status: 'queued', prompt: 'A cat on a roof' }]);
  });

  it('has flat bodies for the statuses of Sora 1 and wrapped ones for Sora 2', async () => {
    const { json, fault } = await videoSimulator();
    await fault({ route: 'GET /video/generations/jobs', status: 503 });
    await fault({ route: 'GET /videos', status: 503 });
    expect((await json('GET', 'video/generations/jobs?limit=1')).body).toMatchObject({
      code: '503',
    });
    expect((await json('GET', 'videos')).body).toMatchObject({ error: { code: '503' } });
  });

  it.each([
    [{ route: 'POST /responses', generations: 1 }, 'generations', '"POST /video/generations/jobs"'],
    [{ route: CREATE_VIDEO, generations: 1 }, 'generations', '"POST /video/generations/jobs"'],
    [{ route: CREATE_VIDEO, cancelThenCompleted: true }, 'cancelThenCompleted', 'POST /responses'],
    [{ route: CREATE_JOB, outcome: { status: 'completed' } }, 'outcome', 'Invalid'],
    [{ noContentLength: true, contentLengthOffset: 1 }, 'contentLengthOffset', 'no Content-Length'],
  ])('does not take %j', async (wrong, field, reason) => {
    const { fault } = await videoSimulator();
    const { status, body } = await fault(wrong);
    expect(status).toBe(400);
    expect(body.error.param).toContain(field);
    expect(body.error.message).toContain(reason);
  });
});
