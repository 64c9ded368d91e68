import type { SimulatorOptions } from '../../../src/local/azure-openai/simulator.ts';
import { simulatorForTest } from './support.ts';

export const CREATE_JOB = 'POST /video/generations/jobs';
export const CREATE_VIDEO = 'POST /videos';
export const JOB_CONTENT = 'GET /video/generations/{id}/content/video';

export const JOB = { model: 'sora', prompt: 'A cat on a roof', width: 480, height: 480 };
export const VIDEO = { model: 'sora-2', prompt: 'A cat on a roof' } as const;

interface CallInit {
  headers?: Record<string, string>;
  body?: string;
}

/** A simulator whose video jobs take a hundred seconds, and ways to talk to the API of Sora. */
export async function videoSimulator(options: SimulatorOptions = {}) {
  const simulator = await simulatorForTest({
    durations: { minSeconds: 100, maxSeconds: 100 },
    ...options,
  });
  const call = (method: string, path: string, init: CallInit = {}) => {
    const url = new URL(path, simulator.url);
    url.searchParams.set('api-version', 'preview');
    const headers = { 'api-key': 'any', ...init.headers };
    return fetch(url, { ...init, method, headers });
  };
  const json = async (method: string, path: string, body?: unknown) => {
    const answer = await call(
      method,
      path,
      body === undefined ? {} : { body: JSON.stringify(body) },
    );
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, body: parsed(text) };
  };
  const createJob = (fields: object = {}) =>
    json('POST', 'video/generations/jobs', { ...JOB, ...fields });
  const readJob = (id: string) => json('GET', `video/generations/jobs/${id}`);
  return {
    ...simulator,
    call,
    json,
    createJob,
    readJob,
    /** A generation that is ready. */
    generation: async (fields: object = {}): Promise<string> => {
      const { body } = await createJob(fields);
      simulator.time.advance(100);
      return (await readJob(body.id)).body.generations[0].id;
    },
    concurrency: async () => (await simulator.control('GET', '/videos/concurrency')).body.value,
    refusals: async () => (await simulator.control('GET', '/limits')).body.refusals,
    totalCreates: async () => (await simulator.control('GET', '/creates')).body.total,
  };
}

function parsed(text: string) {
  return text === '' ? undefined : JSON.parse(text);
}
