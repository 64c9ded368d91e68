import type { JobDocument } from '../../src/jobs/job.ts';
import { isTerminal } from '../../src/jobs/status.ts';
import { until } from './until.ts';

export interface Answer<Body = unknown> {
  status: number;
  headers: Headers;
  body: Body;
}

/** The HTTP door, as any client sees it. */
export class JobsApi {
  readonly base: string;

  constructor(functions: string) {
    this.base = `${functions}/api`;
  }

  async post(path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    return answerOf(
      await fetch(`${this.base}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        ...(body === undefined ? {} : { body: text }),
      }),
    );
  }

  async get(path: string): Promise<Answer> {
    return answerOf(await fetch(`${this.base}${path}`));
  }

  /** Hands in a job and expects it to be taken. */
  async submit(envelope: Record<string, unknown>): Promise<JobDocument> {
    const { status, body } = await this.post('/jobs', envelope);
    if (status !== 202 && status !== 200) {
      throw new Error(`The job was not taken: ${status} ${JSON.stringify(body)}`);
    }
    return body as JobDocument;
  }

  async job(id: string): Promise<JobDocument | undefined> {
    const { status, body } = await this.get(`/jobs/${id}`);
    return status === 200 ? (body as JobDocument) : undefined;
  }

  /** Waits until the job is as `wanted` says; the API may be away meanwhile. */
  async waitFor(
    id: string,
    wanted: (job: JobDocument) => boolean,
    timeout = 30_000,
  ): Promise<JobDocument> {
    return until(
      async () => {
        const job = await this.job(id).catch(() => undefined);
        return job && wanted(job) ? job : undefined;
      },
      { timeout, what: () => this.describe(id) },
    );
  }

  waitForEnd(id: string, timeout?: number): Promise<JobDocument> {
    return this.waitFor(id, ({ status }) => isTerminal(status), timeout);
  }

  private async describe(id: string): Promise<string> {
    const job = await this.job(id).catch(String);
    return `job ${id}: ${JSON.stringify(job)}`;
  }
}

async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: parsed(text) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
