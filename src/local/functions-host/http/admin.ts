import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HostClock } from '../contracts.ts';
import { VirtualClock } from '../clock/virtual-clock.ts';
import { readBody } from './request.ts';
import { sendJson, sendStatus } from './response.ts';

export interface AdminParts {
  clock: HostClock;
  functionNames(): string[];
  workerProcessIds(): number[];
  /** Runs a function that no request triggers. @returns whether there is one of that name. */
  run(functionName: string, input: string): boolean;
}

/** The routes under `/admin`, which say how the host is and lead its virtual clock. */
export class Admin {
  readonly #parts: AdminParts;

  constructor(parts: AdminParts) {
    this.#parts = parts;
  }

  async handle(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    const wanted = `${request.method} ${path.toLowerCase()}`;
    if (wanted.startsWith('POST /admin/functions/')) {
      const name = decodeURIComponent(path.slice('/admin/functions/'.length));
      return this.#run(request, response, name);
    }
    if (wanted === 'GET /admin/host/status') return sendJson(response, 200, this.#status());
    if (wanted === 'GET /admin/clock') return sendJson(response, 200, this.#clock());
    if (wanted === 'PUT /admin/clock') return this.#setClock(request, response);
    sendStatus(response, 404);
  }

  /** As in Azure: `{ "input": "…" }` becomes what the trigger hands over; the answer does not wait. */
  async #run(request: IncomingMessage, response: ServerResponse, name: string): Promise<void> {
    const input = parseInput(await readBody(request));
    if (input === undefined) {
      return sendJson(response, 400, { message: 'Send { "input": "<text>" }, or nothing.' });
    }
    sendStatus(response, this.#parts.run(name, input) ? 202 : 404);
  }

  #status(): object {
    return {
      state: 'Running',
      processId: process.pid,
      workers: this.#parts.workerProcessIds().map((processId) => ({ processId })),
      functions: this.#parts.functionNames(),
    };
  }

  #clock(): object {
    const { clock } = this.#parts;
    const now = new Date(clock.now()).toISOString();
    if (!(clock instanceof VirtualClock)) {
      return { now, virtual: false, until: null, step: 0, next: null, holds: 0 };
    }
    const { until, step, next, holds } = clock;
    return { now, virtual: true, until: iso(until), step, next: iso(next), holds };
  }

  async #setClock(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { clock } = this.#parts;
    if (!(clock instanceof VirtualClock)) {
      const message = "The clock is the machine's; start the host with --virtual-time to lead it.";
      return sendJson(response, 409, { message });
    }
    const lead = parseLead(await readBody(request));
    if (lead === undefined) {
      const message =
        'Send { "until": "<ISO 8601 time>" } or { "until": null }, and "step" in milliseconds if you like.';
      return sendJson(response, 400, { message });
    }
    clock.pass(lead.until, lead.step);
    sendJson(response, 200, this.#clock());
  }
}

function iso(time: number | null): string | null {
  return time === null ? null : new Date(time).toISOString();
}

/** How virtual time is to pass; nothing when the body does not say it. */
function parseLead(body: Buffer): { until: number | null; step: number } | undefined {
  try {
    const { until, step = 0 } = JSON.parse(body.toString()) as { until?: unknown; step?: unknown };
    if (typeof step !== 'number' || !(step >= 0)) return undefined;
    if (until === null) return { until, step };
    const time = typeof until === 'string' ? Date.parse(until) : Number.NaN;
    return Number.isNaN(time) ? undefined : { until: time, step };
  } catch {
    return undefined;
  }
}

/** The input of a function that is run by hand, empty when there is none; nothing when it cannot be read. */
function parseInput(body: Buffer): string | undefined {
  if (body.length === 0) return '';
  try {
    const { input = '' } = JSON.parse(body.toString()) as { input?: unknown };
    return typeof input === 'string' ? input : JSON.stringify(input);
  } catch {
    return undefined;
  }
}
