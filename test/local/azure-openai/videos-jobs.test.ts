import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { START } from './support.ts';
import { JOB, videoSimulator } from './videos-support.ts';

const DAY_SECONDS = 24 * 60 * 60;

describe('a job of Sora', () => {
  it('begins queued, with the fields that the documents show', async () => {
    const { createJob } = await videoSimulator();
    const { status, body, headers } = await createJob();
    expect(status).toBe(200);
    expect(body).toEqual({
      object: 'video.generation.job',
      id: expect.stringMatching(/^task_[0-9a-f]{26}$/),
      status: 'queued',
      created_at: START / 1000,
      finished_at: null,
      expires_at: null,
      generations: [],
      prompt: JOB.prompt,
      model: 'sora',
      n_variants: 1,
      n_seconds: 5,
      height: 480,
      width: 480,
      failure_reason: null,
    });
    expect(headers.get('x-ratelimit-limit-requests')).toBe('60');
    expect(headers.get('apim-request-id')).toBeTruthy();
  });

  it('passes every stage and tells its end and its expiry when it has succeeded', async () => {
    const { createJob, readJob, time } = await videoSimulator();
    const { id } = (await createJob()).body;
    const seen = [];
    for (let second = 0; second < 100; second += 5) {
      const { status, expires_at, finished_at } = (await readJob(id)).body;
      expect([expires_at, finished_at]).toEqual([null, null]);
      if (seen.at(-1) !== status) seen.push(status);
      time.advance(5);
    }
    expect(seen).toEqual(['queued', 'preprocessing', 'running', 'processing']);
    const end = START / 1000 + 100;
    expect((await readJob(id)).body).toMatchObject({
      status: 'succeeded',
      finished_at: end,
      expires_at: end + DAY_SECONDS,
      generations: [{ object: 'video.generation', job_id: id, width: 480, n_seconds: 5 }],
    });
  });

  it('takes two to five minutes unless told otherwise, equally long for an equal request', async () => {
    const { createJob, readJob, control, time } = await videoSimulator({ durations: undefined });
    await control('POST', '/limits', { deployment: 'sora', concurrentJobs: null });
    const [one, same] = [(await createJob()).body, (await createJob()).body];
    time.advance(119);
    expect((await readJob(one.id)).body.status).not.toBe('succeeded');
    time.advance(181);
    const [first, second] = [(await readJob(one.id)).body, (await readJob(same.id)).body];
    expect(first.status).toBe('succeeded');
    expect(second.finished_at).toBe(first.finished_at);

    await control('POST', '/durations', { videos: { minSeconds: 7, maxSeconds: 7 } });
    const short = (await createJob()).body;
    time.advance(7);
    expect((await readJob(short.id)).body.status).toBe('succeeded');
  });

  it('makes as many videos as were asked for, each of its own', async () => {
    const { createJob, readJob, call, time } = await videoSimulator();
    const { id } = (await createJob({ n_variants: 4 })).body;
    time.advance(100);
    const { generations } = (await readJob(id)).body;
    const contents = await Promise.all(
      generations.map(async (generation: { id: string }) => {
        const answer = await call('GET', `video/generations/${generation.id}/content/video`);
        return Buffer.from(await answer.arrayBuffer()).toString('base64');
      }),
    );
    expect(new Set(contents).size).toBe(4);
  });

  it('vanishes with its videos a day after its end', async () => {
    const { generation, readJob, json, call, time } = await videoSimulator();
    const id = await generation();
    const jobId = (await json('GET', `video/generations/${id}`)).body.job_id;
    time.advance(DAY_SECONDS - 1);
    expect((await readJob(jobId)).status).toBe(200);
    time.advance(1);
    expect((await readJob(jobId)).status).toBe(404);
    expect((await json('GET', `video/generations/${id}`)).status).toBe(404);
    expect((await call('GET', `video/generations/${id}/content/video`)).status).toBe(404);
    expect((await json('GET', 'video/generations/jobs?limit=10')).body.data).toEqual([]);
  });

  it('is gone when it is deleted, whatever it was doing', async () => {
    const { createJob, readJob, json } = await videoSimulator();
    const { id } = (await createJob()).body;
    expect((await json('DELETE', `video/generations/jobs/${id}`)).status).toBe(204);
    expect((await readJob(id)).status).toBe(404);
    expect((await json('DELETE', `video/generations/jobs/${id}`)).status).toBe(404);
  });

  it('goes on when the simulator starts again, and keeps its videos as they were', async () => {
    const stateDirectory = await mkdtemp(join(tmpdir(), 'azure-openai-'));
    onTestFinished(() => rm(stateDirectory, { recursive: true, force: true }));
    const first = await videoSimulator({ stateDirectory });
    const finished = await first.generation();
    const path = `video/generations/${finished}/content/video`;
    const before = await (await first.call('GET', path)).arrayBuffer();
    await first.control('POST', '/limits', { deployment: 'sora', concurrentJobs: 1 });
    const { id } = (await first.createJob()).body;
    await first.stop();

    const second = await videoSimulator({ stateDirectory });
    second.time.advance(101);
    expect((await second.readJob(id)).body.status).toBe('queued');
    expect((await second.createJob()).status).toBe(429);
    expect(Buffer.from(await (await second.call('GET', path)).arrayBuffer())).toEqual(
      Buffer.from(before),
    );
  });
});

describe('the list of jobs', () => {
  it('shows the newest first, a page at a time, by status on request', async () => {
    const { createJob, json, time } = await videoSimulator();
    const ids = [];
    for (const prompt of ['one', 'two', 'three']) {
      ids.unshift((await createJob({ prompt })).body.id);
      time.advance(60);
    }
    const list = async (query: string) =>
      (await json('GET', `video/generations/jobs?${query}`)).body;
    expect(await list('limit=2')).toMatchObject({
      object: 'list',
      data: [{ id: ids[0] }, { id: ids[1] }],
      first_id: ids[0],
      last_id: ids[1],
      has_more: true,
    });
    expect(await list(`limit=2&after=${ids[1]}`)).toMatchObject({
      data: [{ id: ids[2] }],
      has_more: false,
    });
    expect((await list(`limit=5&before=${ids[1]}`)).data).toMatchObject([{ id: ids[0] }]);
    // The three are 60, 120 and 180 seconds old, and take 100.
    expect((await list('limit=5&statuses[]=succeeded')).data).toMatchObject([
      { id: ids[1] },
      { id: ids[2] },
    ]);
  });

  it('cannot do without a limit', async () => {
    const { json } = await videoSimulator();
    const { status, body } = await json('GET', 'video/generations/jobs');
    expect(status).toBe(400);
    expect(body.message).toContain("'limit' is required");
  });
});

describe('a request for a job that is refused', () => {
  it.each([
    ['a size that there is not', { width: 481 }, 'width', '480x480'],
    ['two variants at 1080', { width: 1920, height: 1080, n_variants: 2 }, 'n_variants', '1 to 1'],
    ['three variants at 720', { width: 720, height: 720, n_variants: 3 }, 'n_variants', '1 to 2'],
    ['five variants', { n_variants: 5 }, 'n_variants', '4'],
    ['21 seconds', { n_seconds: 21 }, 'n_seconds', '20'],
    ['no seconds', { n_seconds: 0 }, 'n_seconds', '1'],
    ['a prompt that is too long', { prompt: 'x'.repeat(4_001) }, 'prompt', '4000'],
    ['no prompt', { prompt: '' }, 'prompt', '1'],
  ])('has %s, which a flat error names', async (_name, fields, param, allowed) => {
    const { createJob, totalCreates } = await videoSimulator();
    const { status, body } = await createJob(fields);
    expect(status).toBe(400);
    expect(body.error).toBeUndefined();
    expect(body.param).toContain(param);
    expect(body.message).toContain(allowed);
    expect(await totalCreates()).toBe(0);
  });

  it('is of another model, or of none', async () => {
    const { createJob } = await videoSimulator();
    expect((await createJob({ model: 'sora-2' })).body).toMatchObject({
      code: 'OperationNotSupported',
    });
    expect((await createJob({ model: 'nothing' })).body).toMatchObject({
      code: 'DeploymentNotFound',
    });
  });

  it('does not say that it wants the preview', async () => {
    const { url, totalCreates } = await videoSimulator();
    for (const query of ['', '?api-version=v1']) {
      const answer = await fetch(`${url}video/generations/jobs${query}`, {
        method: 'POST',
        headers: { 'api-key': 'any' },
        body: JSON.stringify(JOB),
      });
      expect(answer.status).toBe(400);
      expect(await answer.json()).toMatchObject({ message: 'API version not supported' });
    }
    expect(await totalCreates()).toBe(0);
  });

  it('has no key, which the gateway says in its own shape', async () => {
    const { url } = await videoSimulator();
    const answer = await fetch(`${url}video/generations/jobs?limit=1&api-version=preview`);
    expect(answer.status).toBe(401);
    expect(await answer.json()).toMatchObject({ error: { code: '401' } });
  });
});
